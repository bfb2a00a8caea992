import { timeOf } from '@deploy-safety/simulators/thrown'
import { expect, it } from 'vitest'
import { runWithin, timedOut } from '../src/time-box.ts'

it('gives what the work gives', () => {
  const value = { of: 'this context' }
  expect(runWithin(100, () => value)).toBe(value)
  expect(runWithin(100, () => undefined)).toBeUndefined()
})

it.each([
  [
    'a loop',
    () => {
      for (;;) {}
    },
  ],
  ['a regular expression', () => /(a+)+$/.exec(`${'a'.repeat(50)}!`)],
  [
    'work that catches everything',
    () => {
      for (;;)
        try {
          for (;;) {}
        } catch {}
    },
  ],
  [
    'a sort',
    () =>
      Array.from({ length: 1e6 }, (_, n) => n).sort(() => {
        for (;;) {}
      }),
  ],
])('ends %s at its time', (_, work: () => unknown) => {
  let result: unknown
  const start = performance.now()
  const ms = timeOf(() => {
    result = runWithin(50, work)
  })
  expect(result).toBe(timedOut)
  expect(performance.now() - start).toBeGreaterThan(45)
  expect(ms).toBeLessThan(1_000)
})

it('passes on what the work throws, as it is', () => {
  const error = new RangeError('mine')
  expect(() =>
    runWithin(100, () => {
      throw error
    }),
  ).toThrow(error)
})

it('can be used again after it has ended something, and inside of itself', () => {
  expect(
    runWithin(20, () => {
      for (;;) {}
    }),
  ).toBe(timedOut)
  expect(
    runWithin(1_000, () =>
      runWithin(20, () => {
        for (;;) {}
      }),
    ),
  ).toBe(timedOut)
  expect(runWithin(100, () => 'fine')).toBe('fine')
})
