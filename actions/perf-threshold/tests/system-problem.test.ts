import { expect, it } from 'vitest'
import { systemProblem } from '../src/system-problem.ts'

it.each([
  ["EACCES: permission denied, open '/srv/run.csv'", 'permission denied'],
  ['EIO: i/o error, read', 'i/o error'],
  ["ENOENT: no such file or directory, open 'a, b.csv'", 'no such file or directory'],
  ['EMFILE: too many open files', 'too many open files'],
  ['Unexpected token', undefined],
])('of %j people read %j', (message, expected) => {
  expect(systemProblem(new Error(message))).toBe(expected)
})
