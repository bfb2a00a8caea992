import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAction } from '@actions/workflow-parser/actions/action-parser'
import { NoOperationTraceWriter } from '@actions/workflow-parser/templates/trace-writer'
import { commonInputs, commonOutputs, commonReasons } from '@deploy-safety/common/contract'
import { describe, expect, it } from 'vitest'
import { fillIn, fillInSchema, generatedParts } from '../../scripts/docs.ts'
import { actionFolder, actionNames, readContract, readMetadata, root, templateName } from '../../scripts/workspace.ts'

// Every folder under actions/ is covered by being there, and so is what a new one is copied from.
const names = [...actionNames(), templateName]

it('finds every folder under actions/', () => {
  expect(actionNames()).toEqual(readdirSync(join(root, 'actions')).sort())
  expect(names).toEqual(expect.arrayContaining(['healthcheck', 'perf-threshold']))
})

describe.each(names)('%s', async (name) => {
  const folder = actionFolder(name)
  const metadata = readMetadata(name)
  const contract = await readContract(name)
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')

  it('has an action.yml that is valid by GitHub’s own schema', () => {
    const { context } = parseAction({ name: 'action.yml', content: read('action.yml') }, new NoOperationTraceWriter())
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([])
  })

  it('runs on node24 from its own dist, with the post step that it has, and can be listed', () => {
    const post = existsSync(join(folder, 'src/post.ts')) ? { post: 'dist/post/index.js' } : {}
    expect(metadata.runs).toEqual({ using: 'node24', main: 'dist/index.js', ...post })
    expect(metadata).toMatchObject({
      name: expect.any(String),
      description: expect.any(String),
      branding: expect.any(Object),
    })
  })

  it('is called what its folder is called', () => {
    expect(contract.name).toBe(name)
  })

  it('has the inputs and defaults of its contract in action.yml', () => {
    const inAction = Object.entries(metadata.inputs).map(([input, { default: given }]) => [input, given])
    expect(Object.fromEntries(inAction)).toEqual(contract.inputs)
    expect(Object.keys(contract.inputs)).toEqual(expect.arrayContaining(Object.keys(commonInputs)))
  })

  it('has the outputs of its contract in action.yml', () => {
    expect(Object.keys(metadata.outputs).sort()).toEqual([...commonOutputs, ...Object.keys(contract.outputs)].sort())
  })

  it('has a reason for every outcome, and the reasons that every action has', () => {
    const reached = Object.values(contract.reasons).flatMap(({ outcomes }) => outcomes)
    expect(new Set(reached)).toEqual(new Set(Object.keys(contract.outcomes)))
    expect(Object.keys(contract.reasons)).toEqual(expect.arrayContaining(['ok', ...Object.keys(commonReasons)]))
    for (const { outcomes, cause, nextStep } of Object.values(contract.reasons)) {
      expect(outcomes.length).toBeGreaterThan(0)
      expect(cause).toMatch(/^[A-Z].*\.$/s)
      expect(nextStep).toMatch(/\.$/)
    }
  })

  it('has a README and a report schema whose generated parts are those of the contract and action.yml', () => {
    expect(fillIn(read('README.md'), generatedParts(contract, metadata)), 'run npm run docs').toBe(read('README.md'))
    const schema = JSON.parse(read('report.schema.json'))
    expect(JSON.parse(fillInSchema(read('report.schema.json'), contract)), 'run npm run docs').toEqual(schema)
    expect(schema).toMatchObject({ $ref: '#/$defs/envelope', unevaluatedProperties: false })
  })

  it('says in its README what a user needs before the first run', () => {
    const readme = read('README.md')
    expect(readme).toContain(`uses: org/actions/${name}@v1`)
    for (const heading of ['Permissions', 'Inputs', 'Outputs', 'Reason codes', 'Recipe', 'Where it runs']) {
      expect(readme).toContain(`## ${heading}`)
    }
  })

  it('keeps the anatomy, and speaks to the runner only at the edge', () => {
    for (const file of ['index.ts', 'contract.ts', 'inputs.ts', 'run.ts', 'present.ts'])
      expect(existsSync(join(folder, 'src', file)), file).toBe(true)
    expect(read('src/index.ts').trimEnd().split('\n').length).toBeLessThan(20)
    const sources = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    )
    const users = sources.filter((file) =>
      /'@actions\/core|common\/(runner|settings|publication)'/.test(read(join('src', file))),
    )
    expect(users.filter((file) => file !== 'index.ts' && file !== 'inputs.ts')).toEqual([])
  })

  it('looks at the version of Node before anything else, in every entry that the runner starts', () => {
    for (const entry of ['index.ts', 'post.ts'].filter((file) => existsSync(join(folder, 'src', file)))) {
      expect(read(join('src', entry)).match(/^import .*$/m)?.[0]).toBe("import '@deploy-safety/common/node-guard'")
    }
  })
})

it('has one version for all packages', () => {
  const folders = [
    ...['.', templateName],
    ...['actions', 'packages'].flatMap((kind) => readdirSync(join(root, kind)).map((name) => join(kind, name))),
  ]
  const versions = folders.map((folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version)
  expect(new Set(versions).size).toBe(1)
})
