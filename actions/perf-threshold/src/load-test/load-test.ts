import type { Known, Missing } from '../quantity.ts'
import type { Distribution } from './distribution.ts'

/** What is known of a load test, whatever tool and format it comes from. */
export interface LoadTest {
  /** Those that the filters left. */
  readonly endpoints: readonly Endpoint[]
  readonly all: Population
  /** Several endpoints as one. */
  merged(endpoints: readonly Endpoint[]): Population
  /** The run cut in stretches of this length, the last one possibly shorter; `endpoints` undefined: all of them. */
  stretches(lengthMs: number, endpoints: readonly Endpoint[] | undefined): readonly Stretch[] | Missing
  /** From the first request to the last, in epoch milliseconds; undefined where the format has no such times. */
  readonly range: Range | undefined
  /** From the first request to the last; undefined without times. */
  readonly durationMs: number | undefined
  /** Iterations that were not started, as a share of all that should have been. */
  readonly droppedIterations: Known
  /** Sentences on what was left out, and on what the tool measures in its own way. */
  readonly notes: readonly string[]
}

export interface Range {
  readonly startMs: number
  readonly endMs: number
}

export interface Endpoint {
  /** `GET /checkout` where the tool has a method and a name, otherwise its name, label or URL. */
  readonly name: string
  /** The name without the method; a gate may use either. */
  readonly shortName: string
  readonly population: Population
}

/** A part of the run in time. */
export interface Stretch {
  /** Since the start of the run. */
  readonly fromMs: number
  readonly toMs: number
  /** False for a rest at the end that is shorter than the others. */
  readonly whole: boolean
  readonly population: Population
}

/** Requests that are judged together. Latencies are in milliseconds. */
export interface Population {
  readonly count: Known
  readonly errors: Known
  /** Of those that say whether they failed. */
  readonly errorRate: Known
  /** How many do; undefined: all. */
  readonly told?: Known
  /** Requests per second. */
  readonly throughput: Known
  /** How many requests percentiles are over. */
  readonly judged: Known
  /** @param share from 0 to 1 */
  percentile(share: number): Known
  readonly average: Known
  readonly minimum: Known
  readonly maximum: Known
  /** Share of satisfied answers and half of the tolerated ones; failed requests are neither. */
  apdex(thresholdMs: number): Known
  /** Undefined where single requests are not known, not even by bucket. */
  readonly latencies: Distribution | undefined
  /** More of them, which may belong to it or not; undefined: none. */
  readonly border?: Distribution | undefined
}
