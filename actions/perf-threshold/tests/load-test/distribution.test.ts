import { percentile as reference } from '@deploy-safety/common/percentile'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Buckets, bucketPrecision, bucketValue } from '../../src/load-test/buckets.ts'
import { binomialQuantile, percentileInterval, shareInterval } from '../../src/load-test/confidence.ts'
import { Distribution, exact, nearestRank } from '../../src/load-test/distribution.ts'
import { bucketOf } from '../../src/samples/bucket.ts'

const latencies = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 })
const shares = fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.999)

function countsOf(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

describe('a distribution of values', () => {
  it('has the percentile of the sorted values, by linear interpolation', () => {
    fc.assert(
      fc.property(latencies, shares, (values, share) => {
        const quantity = Distribution.ofValues(Float64Array.from(values)).percentile(share, 'linear')
        expect(quantity?.value).toBeCloseTo(reference(values, share) ?? Number.NaN, 6)
        expect(quantity).toMatchObject({ low: quantity?.value, high: quantity?.value, fidelity: { kind: 'exact' } })
      }),
    )
  })

  it('says the same when it is given as counts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 }), shares, (values, share) => {
        const one = Distribution.ofValues(Float64Array.from(values))
        const other = Distribution.ofCounts(countsOf(values), exact)
        expect(other.count).toBe(one.count)
        for (const method of ['linear', 'nearest-rank'] as const) {
          expect(other.percentile(share, method)).toEqual(one.percentile(share, method))
        }
        expect(other.average?.value).toBeCloseTo(one.average?.value ?? Number.NaN, 9)
        expect([other.minimum, other.maximum]).toEqual([one.minimum, one.maximum])
        for (const limit of [0, 7, 25.5, 60]) {
          const least = values.filter((value) => value <= limit).length
          expect(one.atMost(limit)).toEqual([least, least])
          expect(other.atMost(limit)).toEqual([least, least])
        }
      }),
    )
  })

  it.each([
    [1, 0.95, 1],
    [20, 0.95, 19],
    [100, 0.95, 95],
    [101, 0.95, 96],
    [1_000, 0.999, 999],
    [10, 0.5, 5],
    [10, 0.001, 1],
  ])('takes of %i values at share %f the one at rank %i', (count, share, rank) => {
    const values = Float64Array.from({ length: count }, (_, index) => index + 1)
    expect(nearestRank(count, share)).toBe(rank)
    expect(Distribution.ofValues(values).percentile(share, 'nearest-rank')?.value).toBe(rank)
  })

  it('has nothing to say without values', () => {
    const none = Distribution.ofValues(new Float64Array())
    expect([none.percentile(0.95, 'linear'), none.average, none.minimum, none.maximum]).toEqual(
      Array(4).fill(undefined),
    )
    expect(none.atMost(5)).toEqual([0, 0])
  })
})

describe('a distribution of buckets', () => {
  const buckets: fc.Arbitrary<Buckets> = fc.record({
    bits: fc.constantFrom(7, 10, 12),
    roundedToMs: fc.constantFrom(1, undefined),
  })

  it('bounds what the values themselves would say', () => {
    fc.assert(
      fc.property(latencies, shares, buckets, (given, share, kind) => {
        const values = kind.roundedToMs === 1 ? given.map(Math.round) : given
        const counts = countsOf(values.map((value) => bucketValue(bucketOf(value, kind.bits), kind)))
        const known = Distribution.ofCounts(counts, bucketPrecision(kind))
        const truth = Distribution.ofValues(Float64Array.from(values))
        for (const method of ['linear', 'nearest-rank'] as const) {
          const [bound, value] = [known.percentile(share, method), truth.percentile(share, method)?.value ?? Number.NaN]
          expect(bound?.low).toBeLessThanOrEqual(value + 1e-9)
          expect(bound?.high).toBeGreaterThanOrEqual(value - 1e-9)
          expect((bound?.high ?? 0) - (bound?.low ?? 0)).toBeLessThanOrEqual(value * 2 ** -kind.bits * 2 + 1e-300)
        }
        const [least, most] = known.atMost(values[0] ?? 0)
        const sure = truth.atMost(values[0] ?? 0)[0]
        expect(least).toBeLessThanOrEqual(sure)
        expect(most).toBeGreaterThanOrEqual(sure)
      }),
    )
  })

  it('holds whole milliseconds below 8192 exactly with 12 bits', () => {
    const kind = { bits: 12, roundedToMs: 1 }
    for (const value of [0, 1, 2, 1_023, 4_095, 4_097, 8_191]) {
      expect(bucketValue(bucketOf(value, kind.bits), kind)).toBe(value)
      expect(bucketPrecision(kind).boundsOf(value)).toEqual([value, value])
    }
    expect(bucketPrecision(kind).boundsOf(8_192)).toEqual([8_192, 8_193])
  })
})

describe('confidence', () => {
  // R: qbinom(c(0.025, 0.975), n, p)
  it.each([
    [100, 0.95, 90, 99],
    [1_000, 0.95, 936, 963],
    [72, 0.95, 64, 71],
    [500, 0.99, 490, 499],
    [20, 0.5, 6, 14],
    [1_000_000, 0.95, 949_572, 950_428],
  ])('of %i at %f: the ranks are %i and %i', (count, share, low, high) => {
    expect(binomialQuantile(0.025, count, share)).toBe(low)
    expect(binomialQuantile(0.975, count, share)).toBe(high)
  })

  it('has no upper end where there are too few values', () => {
    const values = Distribution.ofValues(Float64Array.from({ length: 71 }, (_, index) => index))
    expect(percentileInterval(values, 0.95)?.high).toBe(Number.POSITIVE_INFINITY)
    const more = Distribution.ofValues(Float64Array.from({ length: 1_000 }, (_, index) => index + 1))
    expect(percentileInterval(more, 0.95)).toEqual({ low: 936, high: 964 })
  })

  // R: binom::binom.confint(x, n, methods = "wilson")
  it.each([
    [0, 20, 0, 0.161125],
    [5, 100, 0.0215437, 0.1117505],
    [20, 20, 0.838875, 1],
  ])('of %i in %i: Wilson from %f to %f', (part, count, low, high) => {
    expect(shareInterval(part, count).low).toBeCloseTo(low, 5)
    expect(shareInterval(part, count).high).toBeCloseTo(high, 5)
  })
})
