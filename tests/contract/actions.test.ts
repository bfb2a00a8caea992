import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseAction } from '@actions/workflow-parser/actions/action-parser'
import { NoOperationTraceWriter } from '@actions/workflow-parser/templates/trace-writer'
import { commonReasons, type OutcomeSet } from '@deploy-safety/common/outcome'
import { commonOutputs } from '@deploy-safety/common/publication'
import { commonInputs } from '@deploy-safety/common/settings'
import { describe, expect, it } from 'vitest'
import { fillIn, generatedParts } from '../../scripts/docs.ts'
import { actionFolder, actionNames, readMetadata, root } from '../../scripts/workspace.ts'

// Every folder under actions/ is covered by being there: a new action meets the contract before anything else.
const names = actionNames()

it('finds every folder under actions/', () => {
  expect(names).toEqual(readdirSync(join(root, 'actions')).sort())
  expect(names).toContain('healthcheck')
})

describe.each(names)('%s', (name) => {
  const folder = actionFolder(name)
  const metadata = readMetadata(name)
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const load = (file: string) => import(pathToFileURL(join(folder, file)).href)

  it('has an action.yml that is valid by GitHub’s own schema', () => {
    const { context } = parseAction({ name: 'action.yml', content: read('action.yml') }, new NoOperationTraceWriter())
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([])
  })

  it('runs on node24 from its own dist, and can be listed', () => {
    expect(metadata.runs).toMatchObject({ using: 'node24', main: 'dist/index.js' })
    expect(metadata).toMatchObject({
      name: expect.any(String),
      description: expect.any(String),
      branding: expect.any(Object),
    })
  })

  it('has the same inputs and defaults in action.yml and in the code', async () => {
    const { inputDefaults } = await load('src/input-names.ts')
    const inAction = Object.entries(metadata.inputs).map(([input, { default: given }]) => [input, given])
    expect(Object.fromEntries(inAction)).toEqual(inputDefaults)
    expect(inputDefaults).toMatchObject(commonInputs)
  })

  it('has the same outputs in action.yml and in the code', async () => {
    const { outputNames, emptyOutputs } = await load('src/report.ts')
    expect(Object.keys(metadata.outputs).sort()).toEqual([...commonOutputs, ...outputNames].sort())
    expect(Object.keys(emptyOutputs)).toEqual([...outputNames])
  })

  it('has the same outcomes and reason codes in the code and in the report schema', async () => {
    const { outcomes }: { outcomes: OutcomeSet } = await load('src/report.ts')
    const { reasons }: { reasons: Record<string, { verdict: string }> } = await load('src/reason.ts')
    const schema = JSON.parse(read('report.schema.json'))
    expect(schema.properties.outcome.enum).toEqual(outcomes.all)
    expect(schema.$defs.reasonCode.enum).toEqual(Object.keys(reasons))
    expect(Object.keys(reasons)).toEqual(expect.arrayContaining(['ok', ...Object.keys(commonReasons)]))
    for (const { verdict } of Object.values(reasons)) expect(outcomes.all).toContain(verdict)
    expect(outcomes.all).toEqual(
      expect.arrayContaining([...outcomes.successes, outcomes.whenError, outcomes.whenCancelled]),
    )
  })

  it('has a README whose tables are those of action.yml and the code', async () => {
    const readme = read('README.md')
    expect(fillIn(readme, await generatedParts(name)), 'run npm run docs').toBe(readme)
  })

  it('says in its README what a user needs before the first run', () => {
    const readme = read('README.md')
    expect(readme).toContain(`uses: org/actions/${name}@v1`)
    for (const heading of [
      '## Permissions',
      '## Inputs',
      '## Outputs',
      '## Reason codes',
      '## Recipe',
      '## Where it runs',
    ]) {
      expect(readme).toContain(heading)
    }
  })

  it('keeps the anatomy: entry, inputs, run, report, and speaks to the runner only at the edge', () => {
    for (const file of ['index.ts', 'inputs.ts', 'run.ts', 'report.ts'])
      expect(existsSync(join(folder, 'src', file))).toBe(true)
    expect(read('src/index.ts').split('\n').length).toBeLessThan(30)
    const isUser = (file: string) => /'@actions\/core'|common\/runner'/.test(read(join('src', file)))
    const users = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter(isUser)
    expect(users.filter((file) => file !== 'index.ts' && file !== 'inputs.ts')).toEqual([])
  })
})

it('has one version for all packages', () => {
  const folders = [
    '.',
    ...['actions', 'packages'].flatMap((kind) => readdirSync(join(root, kind)).map((name) => join(kind, name))),
  ]
  const versions = folders.map((folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version)
  expect(new Set(versions).size).toBe(1)
})
