import type { Reading } from '../inputs.ts'
import type { Reported } from '../reported.ts'
import type { Range, Samples } from '../samples/samples.ts'

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
  /** The raw results that can be read again; none when reports were read. */
  readonly rawFiles: readonly string[]
}

/** What warm-up and cool-down leave of the time of the run; undefined where nothing is cut off, or there are no times. */
export function rangeLeft({ samples: { range } }: SampledLoad, { warmUpMs, coolDownMs }: Reading): Range | undefined {
  if (range === undefined || warmUpMs + coolDownMs === 0) return undefined
  return { startMs: range.startMs + warmUpMs, endMs: range.endMs - coolDownMs }
}
