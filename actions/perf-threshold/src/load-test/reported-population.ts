import { exactly, isMissing, type Known, type Missing, type Quantity } from '../quantity.ts'
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
const nothing: Missing = { missing: 'empty-results', detail: 'there are no requests' }

/** What a gate can ask of numbers that the load tool has computed. */
export function reportedPopulation(stats: Stats, options: ReportedOptions): Population {
  const { count, errors, throughput } = stats
  const latency = options.onlySuccessful ? stats.successful : stats.latency
  const numbers = {
    count: count === undefined ? notSaid('how many requests there were') : exactly(count),
    errors: errorsOf(stats),
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
  return { ...numbers, judged: judgedOf(stats, latency, options), ...timesOf(latency, count) }
}

function timesOf(latency: Latency, count: number | undefined) {
  const { absence } = latency
  const missing = (what: string): Missing =>
    absence === undefined ? notSaid(what) : { missing: 'not-reported', detail: absence }
  return {
    percentile: (share: number) => (absence === undefined ? percentileOf(latency, share, count) : missing('')),
    average: openAbove(latency, latency.average) ?? missing('the average'),
    minimum: latency.minimum ?? missing('the shortest latency'),
    maximum: openAbove(latency, latency.maximum) ?? missing('the longest latency'),
    apdex: () => notSaid('how many requests were faster than a limit, which apdex needs'),
    latencies: undefined,
  }
}

function judgedOf(stats: Stats, { samples }: Latency, { onlySuccessful }: ReportedOptions): Known {
  if (samples !== undefined) return exactly(samples)
  if (onlySuccessful) return successes(stats)
  return stats.count === undefined ? notSaid('how many requests there were') : exactly(stats.count)
}

function successes(stats: Stats): Known {
  const errors = errorsOf(stats)
  if (stats.count === undefined || isMissing(errors)) return notSaid('how many requests were successful')
  const { count } = stats
  const { value, low, high, fidelity } = errors
  return { value: value === undefined ? undefined : count - value, low: count - high, high: count - low, fidelity }
}

function errorsOf({ errors, errorsWithin }: Stats): Known {
  if (errors !== undefined) return exactly(errors)
  if (errorsWithin === undefined) return notSaid('how many requests failed')
  const [low, high] = errorsWithin
  const fidelity = { kind: 'bracketed', from: 'surely failed', to: 'may have failed' } as const
  return low === high ? exactly(low) : { value: undefined, low, high, fidelity }
}

function errorRateOf(stats: Stats): Known {
  const { count } = stats
  const errors = errorsOf(stats)
  if (isMissing(errors) || count === undefined) return notSaid('how many of how many requests failed')
  if (count === 0) return nothing
  const { value, low, high } = errors
  return { ...errors, value: value === undefined ? undefined : value / count, low: low / count, high: high / count }
}

// Over none: that there are too few of them is not why there is no percentile.
const noLatency = {
  ...latencyWith(() => notSaid('the latency of successful requests alone, which only-successful needs')),
  judged: exactly(0),
}

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
  const { window, late = 0, samples = count } = latency
  if (late > 0 && samples !== undefined) return withLate(latency, share, { late, samples })
  if (window !== undefined && count !== undefined && count > window) return ofTheWhole(latency, share, window / count)
  return latency.percentiles.get(share) ?? bracket(latency, share)
}

/**
 * A percentile of all, from those of the ones that were in time. With the late ones behind them its rank is a higher one among
 * the others, and may be one of a late one: of those nothing is known but that they took longer.
 */
function withLate(latency: Latency, share: number, { late, samples }: { late: number; samples: number }): Known {
  const known = knownShares(latency)
  const rank = share * samples
  // A rank more or less is how the tool rounds.
  const isLate = rank - 1 >= samples - late
  const below = known.findLast(([candidate]) => candidate <= (isLate ? 1 : share))
  const above = known.find(([candidate]) => candidate * (samples - late) >= rank + 1)
  return {
    value: undefined,
    low: below?.[1].low ?? 0,
    high: above?.[1].high ?? Number.POSITIVE_INFINITY,
    fidelity: {
      kind: 'bracketed',
      from: nameOf(below?.[0] ?? 0),
      to: above === undefined ? 'more than the timeout' : nameOf(above[0]),
    },
  }
}

/** What late requests can only raise. */
function openAbove({ late = 0 }: Latency, quantity: Quantity | undefined): Quantity | undefined {
  if (quantity === undefined || late === 0) return quantity
  const fidelity = { kind: 'bracketed', from: 'those in time', to: 'more than the timeout' } as const
  return { value: undefined, low: quantity.low, high: Number.POSITIVE_INFINITY, fidelity }
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
