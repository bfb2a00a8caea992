import { quote } from '@deploy-safety/common/inputs'
import type { Limit } from '../gates/gate.ts'
import { percentileInterval } from '../load-test/confidence.ts'
import type { Endpoint, LoadTest, Population } from '../load-test/load-test.ts'
import { isMissing, type Missing, type Quantity } from '../quantity.ts'
import type { Results } from '../results/results.ts'
import { lacksSamples } from './evidence.ts'
import { measured, type RequestMeasure } from './measure.ts'

/** What a relative gate compares with. */
export interface Reference {
  /** Of the baseline. */
  readonly value: Quantity
  /** With the tolerances of the gate added. */
  readonly limit: Quantity
  /** The intervals of both do not overlap; undefined where single requests are not known. */
  readonly beyondNoise: boolean | undefined
  /** The least change, as a share of the baseline, at which they would not overlap. */
  readonly visibleChange: number | undefined
}

/** The same requests in the baseline: all, or the endpoints of these names. */
export function sameIn(baseline: LoadTest, endpoints: readonly Endpoint[] | undefined): Population | Missing {
  if (endpoints === undefined) return baseline.all
  const same = endpoints.map(({ name }) => baseline.endpoints.find((candidate) => candidate.name === name))
  const lacking = endpoints.find((_, index) => same[index] === undefined)
  if (lacking !== undefined) {
    return {
      missing: 'baseline-not-comparable',
      detail: `the baseline has no endpoint ${quote(lacking.name)}`,
    }
  }
  return baseline.merged(same.filter((endpoint) => endpoint !== undefined))
}

interface Compared {
  readonly current: Population
  readonly baseline: Population
  /** Undefined: by percentile. A baseline of few requests is chance as much as a result is. */
  readonly minSamples: number | undefined
}

/** The value of the baseline, and the limit that it makes. */
export function referenceOf(
  measure: RequestMeasure,
  { current, baseline, minSamples }: Compared,
  { relative, absolute }: Limit & { kind: 'baseline' },
): Reference | Missing {
  const value = lacksSamples(measure, baseline, minSamples) ?? measured(measure, baseline)
  if (isMissing(value)) return { missing: 'baseline-not-comparable', detail: `in the baseline: ${value.detail}` }
  const shift = (number: number) => number * (1 + relative) + absolute
  const limit = {
    value: value.value === undefined ? undefined : shift(value.value),
    low: shift(value.low),
    high: shift(value.high),
    fidelity: value.fidelity,
  }
  return { value, limit, ...noiseOf(measure, current, baseline) }
}

function noiseOf(measure: RequestMeasure, current: Population, baseline: Population) {
  const unknown = { beyondNoise: undefined, visibleChange: undefined }
  if (measure.kind !== 'percentile') return unknown
  const [now, then] = [current, baseline].map(({ latencies }) => percentileInterval(latencies, measure.share))
  const middle = baseline.percentile(measure.share)
  if (now === undefined || then === undefined || isMissing(middle) || middle.low === 0) return unknown
  const reach = (now.high - now.low + then.high - then.low) / 2
  return { beyondNoise: now.low > then.high || now.high < then.low, visibleChange: reach / middle.low }
}

/** What a baseline is worth: none that matched is missing, one that cannot be read or is damaged is of no use. */
export function asBaseline(read: Results | Missing): Results | Missing {
  const problem = 'missing' in read ? read : read.damage
  if (problem === undefined) return read
  if (problem.missing === 'no-results') return { ...problem, missing: 'baseline-missing' }
  return { missing: 'baseline-not-comparable', detail: `the baseline cannot be used: ${problem.detail}` }
}

/** What people should know of the baseline, whatever the gates say: tools measure in ways of their own. */
export function notesOnBaseline(results: Results | undefined, baseline: Results | Missing | undefined): string[] {
  if (results === undefined || baseline === undefined || 'missing' in baseline) return []
  const own = baseline.warnings.map((warning) => `Baseline: ${warning}`)
  if (results.format === baseline.format) return own
  return [
    ...own,
    `The baseline is ${baseline.format}, the results are ${results.format}: each tool measures differently, so the numbers may not be comparable.`,
  ]
}
