import type { Failure } from './columns.ts'

/** Requests counted by endpoint, failure and stretch of time: what becomes of columns that would be too large. */
export interface Cells {
  readonly kind: 'cells'
  readonly length: number
  /** How long a stretch is; undefined when the format has no times, and there is one for all. */
  readonly widthMs: number | undefined
  /** A bucket is as wide as 2 to the power of minus so many, relative to the value. 12 hold whole numbers below 8192 exactly. */
  readonly mantissaBits: number
  readonly entries: readonly Cell[]
}

export interface Cell {
  /** Index into the endpoints of the samples. */
  readonly endpointId: number
  readonly failure: Failure
  /** Where the stretch begins, on the clock that the samples name: a multiple of its width; 0 without times. */
  readonly startMs: number
  readonly count: number
  readonly sumMs: number
  readonly leastMs: number
  readonly mostMs: number
  /** Ascending; see `bucketBounds`. */
  readonly buckets: Uint32Array<ArrayBuffer>
  /** How many are in the bucket of the same place. */
  readonly counts: Uint32Array<ArrayBuffer>
}
