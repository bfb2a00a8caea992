import { exactly, type Known, type Missing, type Quantity } from '../quantity.ts'
import type { Latency, Stats } from '../reported.ts'
import type { PercentileMethod } from './distribution.ts'
import { Distribution } from './distribution.ts'
import type { Population } from './load-test.ts'
import { sampledPopulation } from './sampled-population.ts'

export interface ReportedOptions {
  readonly onlySuccessful: boolean
  readonly method: PercentileMethod
}

const notSaid = (what: string): Missing => ({ missing: 'not-reported', detail: `the file does not say ${what}` })
const nothing: Missing = { missing: 'empty-results', detail: 'there is no request' }

/** What a gate can ask of numbers that the load tool has computed. */
export function reportedPopulation(stats: Stats, options: ReportedOptions): Population {
  const { count, errors, throughput } = stats
  const latency = options.onlySuccessful ? stats.successful : stats.latency
  const numbers = {
    count: count === undefined ? notSaid('how many requests there were') : exactly(count),
    errors: errors === undefined ? notSaid('how many requests failed') : exactly(errors),
    errorRate: errorRateOf(stats),
    throughput: throughput === undefined ? notSaid('how many requests were made per second') : exactly(throughput),
  }
  if (latency === undefined) return { ...numbers, ...noLatency }
  if (count === 0) return { ...numbers, ...latencyWith(() => nothing), judged: exactly(0) }
  const { histogram } = latency
  if (histogram !== undefined) {
    const latencies = Distribution.ofCounts(histogram.counts, histogram)
    const sample = { latencies, count: latencies.count, errors, successful: undefined, durationMs: undefined }
    return { ...sampledPopulation(sample, options.method), ...numbers }
  }
  const judged = judgedOf(stats, latency, options)
  return {
    ...numbers,
    judged,
    percentile: (share) => percentileOf(latency, share, count),
    average: latency.average ?? notSaid('the average'),
    minimum: latency.minimum ?? notSaid('the shortest latency'),
    maximum: latency.maximum ?? notSaid('the longest latency'),
    apdex: () => notSaid('how many requests were faster than a limit, which apdex needs'),
    latencies: undefined,
  }
}

function judgedOf(stats: Stats, { samples }: Latency, { onlySuccessful }: ReportedOptions): Known {
  if (samples !== undefined) return exactly(samples)
  if (onlySuccessful) return successes(stats)
  return stats.count === undefined ? notSaid('how many requests there were') : exactly(stats.count)
}

function successes({ count, errors }: Stats): Known {
  if (count === undefined || errors === undefined) return notSaid('how many requests were successful')
  return exactly(count - errors)
}

function errorRateOf({ count, errors }: Stats): Known {
  if (errors === undefined || count === undefined) return notSaid('how many of how many requests failed')
  return count === 0 ? nothing : exactly(errors / count)
}

const noLatency = latencyWith(() => notSaid('the latency of successful requests alone, which only-successful wants'))

function latencyWith(missing: () => Missing) {
  return {
    judged: missing(),
    percentile: missing,
    average: missing(),
    minimum: missing(),
    maximum: missing(),
    apdex: missing,
    latencies: undefined,
  }
}

function percentileOf(latency: Latency, share: number, count: number | undefined): Known {
  const { window } = latency
  if (window !== undefined && count !== undefined && count > window) return ofTheWhole(latency, share, window / count)
  return latency.percentiles.get(share) ?? bracket(latency, share)
}

/** Between the next percentiles that are known. */
function bracket(latency: Latency, share: number): Known {
  const known = knownShares(latency)
  const below = known.findLast(([candidate]) => candidate < share)
  const above = known.find(([candidate]) => candidate > share)
  if (above === undefined) return notSaid(`p${percent(share)}, nor anything above it`)
  return {
    value: undefined,
    low: below?.[1].low ?? 0,
    high: above[1].high,
    fidelity: { kind: 'bracketed', from: nameOf(below?.[0] ?? 0), to: nameOf(above[0]) },
  }
}

const floatNoise = 1e-12

/**
 * A percentile of all requests, from those of the last ones alone. Whatever the others were, a share `q` of the window
 * above a value is at least `q × part` of the whole, and at most that and all of the others.
 * @param part how much of the whole the window is
 */
function ofTheWhole(latency: Latency, share: number, part: number): Known {
  const known = knownShares(latency).filter(([candidate]) => candidate > 0 && candidate < 1)
  const low = known.findLast(([inWindow]) => (1 - inWindow) * part >= 1 - share - floatNoise)
  const high = known.find(([inWindow]) => (1 - inWindow) * part + (1 - part) <= 1 - share + floatNoise)
  const least = low?.[1].low ?? latency.minimum?.low ?? 0
  const most = high?.[1].high ?? latency.maximum?.high
  if (most === undefined) return notSaid(`p${percent(share)} of all requests, only of the last ones`)
  const samples = latency.window ?? 0
  return {
    value: latency.percentiles.get(share)?.value,
    low: least,
    high: most,
    fidelity: { kind: 'windowed', samples },
  }
}

/** By share; the shortest is p0, the longest p100. */
function knownShares({ percentiles, minimum, maximum }: Latency): [share: number, quantity: Quantity][] {
  const ends = [[0, minimum] as const, [1, maximum] as const].flatMap(([share, quantity]) =>
    quantity === undefined ? [] : [[share, quantity] as [number, Quantity]],
  )
  return [...new Map([...ends, ...percentiles])].sort(([one], [other]) => one - other)
}

function nameOf(share: number): string {
  if (share === 0) return 'min'
  return share === 1 ? 'max' : `p${percent(share)}`
}

/** `97.5` for 0.975, without the noise of floats. */
export function percent(share: number): number {
  return Number((share * 100).toPrecision(12))
}
