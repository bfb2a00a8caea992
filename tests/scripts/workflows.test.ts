import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const folder = path.resolve(import.meta.dirname, '..', '..', '.github', 'workflows')
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8')

test('the required check waits for every other job', () => {
  const { jobs } = parse(read('ci.yml'))
  const { 'ci-ok': required, ...others } = jobs
  expect(required.needs.toSorted()).toEqual(Object.keys(others).toSorted())
  expect(required.if).toBe('always()')
})

// zizmor sees a version that is missing or vague only with a network.
test.for(globSync('*.yml', { cwd: folder }))('every action in %s is pinned and says its exact version', (name) => {
  const uses = read(name).match(/(?<=uses: ).*$/gm) ?? []
  expect(uses.length).toBeGreaterThan(0)
  for (const use of uses) expect(use).toMatch(/^(\.\/\S+|\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/)
})

const examples = path.resolve(import.meta.dirname, '..', '..', 'examples')

test.for(globSync('*.yml', { cwd: examples }))('so is every action of others in the example %s', (name) => {
  const uses = readFileSync(path.join(examples, name), 'utf8').match(/(?<=uses: ).*$/gm) ?? []
  expect(uses.length).toBeGreaterThan(0)
  for (const use of uses) expect(use).toMatch(/^(org\/actions\/[a-z-]+@v1|\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/)
})
