import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readActionMetadata } from '../src/action-metadata.ts'
import { temporaryFolder } from '../src/temporary-folder.ts'

function read(text: string) {
  const folder = temporaryFolder('metadata')
  writeFileSync(join(folder.path, 'action.yml'), text)
  try {
    return readActionMetadata(folder.path)
  } finally {
    folder.remove()
  }
}

const runs = 'runs: { using: node24, main: dist/index.js }'

test.each([
  ["default: ''", ''],
  ['default:', ''],
  ['description: x', ''],
  ['default: 0', '0'],
  ['default: false', 'false'],
  ['default: 2xx', '2xx'],
  ["default: '1.10'", '1.10'],
  ['default: 1.10', '1.1'],
  ['default: 5m', '5m'],
])('an input with %s', (yaml, defaultValue) => {
  expect(read(`inputs:\n  a: { ${yaml} }\n${runs}`).inputs).toEqual([
    { name: 'a', defaultValue, deprecationMessage: undefined },
  ])
})

test('an action without inputs', () => {
  expect(read(runs)).toEqual({ inputs: [], main: 'dist/index.js', post: undefined })
})

test.each([
  ['name: x', 'there is no "runs"'],
  ['runs: { using: node20, main: a.js }', 'runs.using is "node20", not "node24"'],
  ['runs: { using: composite, steps: [] }', 'not "node24"'],
  ['runs: { using: node24 }', 'there is no runs.main'],
  ['runs: { using: node24, main: a.js, pre: b.js }', 'runs.pre is not supported'],
  ['runs: { using: node24, main: a.js, post: b.js, post-if: failure() }', 'runs.post-if'],
])('%s is refused', (text, message) => {
  expect(() => read(text)).toThrow(message)
})
