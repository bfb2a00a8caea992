import { exactly, type Known, type Missing, type Quantity } from '../quantity.ts'
import type { Distribution, PercentileMethod } from './distribution.ts'
import type { Population } from './load-test.ts'

/** Requests whose latencies are known one by one, or by their bucket. */
export interface Sample {
  /** Of those that are judged: all, or the successful ones. */
  readonly latencies: Distribution
  readonly count: number
  /** Undefined where the format does not tell. */
  readonly errors: number | undefined
  /** How many say whether they failed; undefined: all. k6 does not say it of those that it is told not to judge. */
  readonly told?: number
  /** Latencies of those that did not fail. */
  readonly successful: Distribution | undefined
  /** Requests at the ends of its time that are known by longer stretches: nobody knows which of them belong to it. */
  readonly border: Omit<Sample, 'durationMs' | 'border'> | undefined
  /** From the first request to the last; undefined without times. */
  readonly durationMs: Quantity | undefined
}

const noErrors: Missing = { missing: 'not-reported', detail: 'the file does not say which requests failed' }
const noTimes: Missing = { missing: 'no-timestamps', detail: 'the file does not say when requests were made' }
const nothing: Missing = { missing: 'empty-results', detail: 'there are no requests' }
const allFailed: Missing = {
  missing: 'not-reported',
  detail: 'all requests failed, so there is no successful one',
}

/** Everything that a gate can ask of requests that are known one by one. */
export function sampledPopulation(sample: Omit<Sample, 'border'>, method: PercentileMethod): Population {
  const { latencies, count, errors, told = count, durationMs } = sample
  const absent = count === 0 ? nothing : allFailed
  const orNothing = (quantity: Quantity | undefined): Known => quantity ?? absent
  return {
    count: exactly(count),
    errors: errors === undefined ? noErrors : exactly(errors),
    errorRate: errors === undefined ? noErrors : count === 0 ? nothing : told === 0 ? noErrors : exactly(errors / told),
    throughput: durationMs === undefined ? noTimes : rateOf(count, durationMs),
    told: exactly(told),
    judged: exactly(latencies.count),
    percentile: (share) => orNothing(latencies.percentile(share, method)),
    average: orNothing(latencies.average),
    minimum: orNothing(latencies.minimum),
    maximum: orNothing(latencies.maximum),
    apdex: (thresholdMs) => apdexOf(sample, thresholdMs),
    latencies,
  }
}

function rateOf(count: number, { value, low, high, fidelity }: Quantity): Known {
  const rate = (durationMs: number) => (count / durationMs) * 1_000
  if (high <= 0) return { missing: 'no-timestamps', detail: 'all requests have the same timestamp' }
  return {
    value: value === undefined || value <= 0 ? undefined : rate(value),
    low: rate(high),
    high: low <= 0 ? Number.POSITIVE_INFINITY : rate(low),
    fidelity,
  }
}

/** Failed requests are neither satisfied nor tolerated, so that one has to know which they are. */
function apdexOf(sample: Omit<Sample, 'border'>, thresholdMs: number): Known {
  const { latencies, count, errors, told = count, successful = latencies } = sample
  if (count === 0 || told === 0) return count === 0 ? nothing : noErrors
  if (errors === undefined || (errors > 0 && sample.successful === undefined)) return noErrors
  const { fidelity } = latencies.precision
  const [low, high] = [0, 1].map((bound) => {
    const satisfied = successful.atMost(thresholdMs)[bound] ?? 0
    const atMostTolerated = successful.atMost(4 * thresholdMs)[bound] ?? 0
    return (satisfied + (atMostTolerated - satisfied) / 2) / told
  }) as [number, number]
  return { value: (low + high) / 2, low, high, fidelity: low === high ? { kind: 'exact' } : fidelity }
}
