import fc from 'fast-check'
import { expect, it } from 'vitest'
import { percentile } from '../src/percentile.ts'

// numpy.percentile(values, 100 * share), its default method.
it.each([
  [[1, 2, 3, 4, 5], 0.5, 3],
  [[1, 2, 3, 4], 0.5, 2.5],
  [[1, 2, 3, 4], 0.25, 1.75],
  [[15, 20, 35, 40, 50], 0.4, 29],
  [[10, 9, 8, 100], 0.95, 86.5],
  [[7], 0.95, 7],
  [[2, 10, 1], 1, 10],
  [[2, 10, 1], 0, 1],
  [[100, 20, 3], 0.5, 20],
])('of %j at %d is %d', (values, share, expected) => {
  expect(percentile(values, share)).toBeCloseTo(expected, 10)
})

it('is undefined without values', () => {
  expect(percentile([], 0.95)).toBeUndefined()
})

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true })
const share = fc.double({ min: 0, max: 1, noNaN: true })

it('agrees with a naive reading of the definition, and leaves the values as they were', () => {
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1 }), share, (values, at) => {
      const before = [...values]
      const result = percentile(values, at)
      expect(values).toEqual(before)
      expect(result).toBeCloseTo(naive(values, at), 3)
    }),
  )
})

it('lies between the extremes and does not fall when the share grows', () => {
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1 }), share, share, (values, one, other) => {
      const [low, high] = [percentile(values, Math.min(one, other)), percentile(values, Math.max(one, other))]
      expect(low).toBeLessThanOrEqual((high ?? Number.NaN) + 1e-6)
      expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6)
      expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-6)
    }),
  )
})

/** The value at a place between ranks: a weighted mean of the one ranked before and the one ranked after. */
function naive(values: readonly number[], at: number): number {
  const ranked = [...values].sort((a, b) => a - b)
  const place = at * (ranked.length - 1)
  const before = Math.trunc(place)
  const weight = place - before
  const [low = 0, high = low] = ranked.slice(before, before + 2)
  return low * (1 - weight) + high * weight
}
