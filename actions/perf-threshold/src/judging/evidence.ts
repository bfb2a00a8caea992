import { formatNumber } from '@deploy-safety/common/number'
import type { Gate } from '../gates/gate.ts'
import type { LoadTest, Population } from '../load-test/load-test.ts'
import type { MetricsEvidence } from '../metrics/evidence.ts'
import { isMissing, type Missing } from '../quantity.ts'
import { leastSamples, nameOf, type RequestMeasure } from './measure.ts'

/** What gates on requests are judged by. */
export interface Evidence {
  /** `Missing`: nothing could be read, or nothing was asked for. */
  readonly test: LoadTest | Missing
  readonly metrics: MetricsEvidence
  /** Undefined: none was asked for. */
  readonly baseline: LoadTest | Missing | undefined
  /** What a missing baseline means for the gates that need it. */
  readonly baselineMissing: 'warn' | 'fail'
  /** Least requests for any percentile; undefined: by percentile. */
  readonly minSamples: number | undefined
}

/** A gate on requests. */
export type RequestGate = Gate & { readonly measure: RequestMeasure }

/** Why a percentile would be chance; undefined when there are requests enough. */
export function lacksSamples(
  measure: RequestMeasure,
  { judged, percentile }: Population,
  given: number | undefined,
): Missing | undefined {
  if (measure.kind !== 'percentile') return undefined
  const needed = given ?? leastSamples(measure.share)
  if (isMissing(judged)) {
    // Of what is not known, no number of requests makes a percentile.
    const value = percentile(measure.share)
    if (isMissing(value)) return value
    if (given === 0 && judged.missing === 'not-reported') return undefined
    const detail = `${judged.detail}, and ${nameOf(measure)} needs at least ${formatNumber(needed)}; min-samples: 0 accepts that`
    return { missing: judged.missing, detail }
  }
  if (judged.low >= needed || judged.low === 0) return undefined
  const detail = `too few requests: ${formatNumber(judged.low)}, ${nameOf(measure)} needs at least ${formatNumber(needed)} (min-samples)`
  return { missing: 'too-few-samples', detail }
}
