import type { Cells } from './cells.ts'
import type { Columns, SampledEndpoint } from './columns.ts'

/** What the raw result of a load test says, request by request. */
export interface Samples {
  /** In the order of the files, but for a few rows of JMeter; counted in cells where there are too many to keep. */
  readonly requests: Columns | Cells
  /** All endpoints as one, in shorter stretches of time, where requests are counted in cells. */
  readonly seconds: Cells | undefined
  /** The times of the first and the last request, on the clock of the samples; undefined without times or requests. */
  readonly range: Range | undefined
  readonly endpoints: readonly SampledEndpoint[]
  /** k6: iterations that could not be started, and those that were done. */
  readonly iterations: Iterations | undefined
  readonly leftOut: LeftOut
  /** JMeter: how many of the requests may be rows of transaction controllers, which sum up others. */
  readonly doubtful: number
  /** What could not be read, in the order of the files; the first few of each. */
  readonly damage: readonly Damage[]
  /** How many there are altogether. */
  readonly damageCount: number
  readonly hasTimes: boolean
  readonly clock: Clock
  /** What the tool stamps: k6 the end of a request, all others its start. */
  readonly timeOf: 'start' | 'end'
  /** The requests say whether they failed, but for those that are `untold`. */
  readonly tellsFailures: boolean
  readonly untold: number
  /** Requests without an answer are not in the file, so that a share of failures is the least it can have been. */
  readonly omitsFailures: boolean
  /** The tool writes multiples of this; undefined: all digits that it has. */
  readonly roundedToMs: number | undefined
}

/** `local`: text without a zone, read as if it were UTC, so that only differences mean something. `relative`: since the start of the run. */
export type Clock = 'epoch' | 'local' | 'relative'

export interface Range {
  readonly startMs: number
  readonly endMs: number
}

interface Iterations {
  readonly dropped: number
  readonly done: number
}

/** How many rows are no request of the test, or none with a latency. */
export interface LeftOut {
  /** k6: in `setup()` or `teardown()`. */
  readonly setup: number
  /** JMeter: rows of transaction controllers, which sum up others. */
  readonly transactions: number
  /** JMeter: parts of a request that is there itself, as each hop of a redirect. */
  readonly subResults: number
  /** Locust: without a response time. */
  readonly untimed: number
}

export interface Damage {
  readonly file: string
  readonly finding: DamageFinding
  /** Follows the name of the file: `line 12: "…" is incomplete`. */
  readonly detail: string
}

/** `not-reported`: rows that stand for several requests. `unknown-format`: the file does not begin as the others do. */
export type DamageFinding = 'truncated-results' | 'malformed-results' | 'not-reported' | 'unknown-format'
