import { expect, it } from 'vitest'
import { isRecord } from '../src/record.ts'

it.each([
  [{}, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  ['text', false],
  [undefined, false],
])('of %j: %s', (value, expected) => {
  expect(isRecord(value)).toBe(expected)
})
