import type { Range } from '../load-test/load-test.ts'
import type { Reported } from '../reported.ts'
import type { Cells } from '../samples/cells.ts'
import type { Samples } from '../samples/samples.ts'

/** What was read of a load test, before anybody looks at it. */
export type Load = ReportedLoad | SampledLoad

export interface ReportedLoad {
  readonly kind: 'reported'
  readonly format: string
  readonly reported: Reported
}

export interface SampledLoad {
  readonly kind: 'sampled'
  readonly format: string
  readonly samples: Samples
  /** When the first and the last request were made, on the clock of the samples; undefined without times. */
  readonly range: Range | undefined
  /** All endpoints as one, by the second: of a report, whose endpoints are counted in longer stretches. */
  readonly seconds: Cells | undefined
  /** The raw results that can be read again; none when reports were read. */
  readonly rawFiles: readonly string[]
}

/** When the requests were made. Of those that are counted in stretches, the last may be as late as their stretch ends. */
export function rangeOf({ requests, hasTimes }: Samples): Range | undefined {
  if (!hasTimes || requests.length === 0) return undefined
  let [startMs, endMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const reach = (timeMs: number) => {
    if (timeMs < startMs) startMs = timeMs
    if (timeMs > endMs) endMs = timeMs
  }
  if (requests.kind === 'columns') requests.times.subarray(0, requests.length).forEach(reach)
  else {
    for (const cell of requests.entries) {
      reach(cell.startMs)
      reach(cell.startMs + (requests.widthMs ?? 0))
    }
  }
  return { startMs, endMs }
}
