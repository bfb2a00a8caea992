import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bucketPrecision, bucketValue } from '../../src/load-test/buckets.ts'
import { Distribution } from '../../src/load-test/distribution.ts'
import { bucketBounds, bucketOf } from '../../src/samples/bucket.ts'

const bits = 4

/** A coarse distribution and the values that are in the buckets around a percentile say what all values would. */
it('says which values a percentile is exactly between', () => {
  const values = fc.array(fc.double({ min: 0.1, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 200 })
  const method = fc.constantFrom('linear' as const, 'nearest-rank' as const)
  fc.assert(
    fc.property(values, fc.constantFrom(0.1, 0.5, 0.95, 0.99), method, (all, share, how) => {
      const kind = { bits, roundedToMs: undefined }
      const counts = new Map<number, number>()
      for (const value of all) {
        const middle = bucketValue(bucketOf(value, bits), kind)
        counts.set(middle, (counts.get(middle) ?? 0) + 1)
      }
      const place = Distribution.ofCounts(counts, bucketPrecision(kind)).placeOf(share, how)
      if (place === undefined) throw new Error('There are values')
      const [low] = bucketBounds(bucketOf(place.below, bits), bits)
      const [, high] = bucketBounds(bucketOf(place.above, bits), bits)
      const inside = all.filter((value) => value >= low && value < high).sort((one, other) => one - other)
      expect(inside).toHaveLength(place.count)
      const [one = 0, other = 0] = [inside[Math.floor(place.position)], inside[Math.ceil(place.position)]]
      const exact = one + (other - one) * (place.position - Math.floor(place.position))
      const truth = Distribution.ofValues(Float64Array.from(all)).percentile(share, how)?.value
      expect(exact).toBeCloseTo(truth ?? Number.NaN, 6)
    }),
  )
})
