import { bucketBounds, bucketOf } from '../samples/bucket.ts'
import type { Precision } from './distribution.ts'

/**
 * Buckets that are a fixed share of the value wide: exponent and first bits of the mantissa of a float are the number
 * of its bucket. With 10 bits a bucket is at most 0.1 % wide. Histograms of the same buckets are merged by adding.
 */
export interface Buckets {
  /** Of the mantissa, up to 20. */
  readonly bits: number
  /** Values are multiples of this, each standing for what was rounded to it; undefined: they are as they are. */
  readonly roundedToMs: number | undefined
}

/** The value that stands for a bucket: its middle. */
export function bucketValue(bucket: number, buckets: Buckets): number {
  const [low, high] = valuesIn(bucket, { ...buckets, roundedToMs: buckets.roundedToMs === 1 ? 1 : undefined })
  return (low + high) / 2
}

/** How exact a value is that stands for its bucket. */
export function bucketPrecision(buckets: Buckets): Precision {
  return {
    fidelity: { kind: 'bucketed', percent: 100 * 2 ** -(buckets.bits + 1) },
    boundsOf: (value) => valuesIn(bucketOf(value, buckets.bits), buckets),
    bits: buckets.bits,
  }
}

function valuesIn(bucket: number, { bits, roundedToMs }: Buckets): readonly [low: number, high: number] {
  const [start, end] = bucketBounds(bucket, bits)
  // Whole milliseconds are taken as they are, so that a bucket up to one wide holds one value.
  if (roundedToMs === 1) return [Math.ceil(start), Math.ceil(end) - 1]
  const reach = (roundedToMs ?? 0) / 2
  return [Math.max(0, start - reach), end + reach]
}
