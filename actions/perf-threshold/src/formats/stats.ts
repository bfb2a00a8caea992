import { exactly, type Quantity } from '../quantity.ts'
import type { Latency, Stats } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'

/** No request, no time. */
export const noLatency: Latency = { percentiles: new Map(), average: undefined, minimum: undefined, maximum: undefined }

/**
 * What is said of some requests, made consistent: without a request there are no times, whatever the tool prints then.
 * @param place where it stands, for the message
 * @throws Unreadable when more requests failed than there were
 */
export function statsOf(stats: Stats, place: string): Stats {
  const { count, errors, errorsWithin: [least] = [errors] } = stats
  if (count !== undefined && least !== undefined && least > count) {
    throw new Unreadable('malformed-results', `${place}: ${least} errors in ${count} requests`)
  }
  if (count === 0) return { count, errors, throughput: stats.throughput, latency: noLatency }
  const { successful, ...rest } = stats
  const latency = withTimes(stats.latency)
  return successful === undefined ? { ...rest, latency } : { ...rest, latency, successful: withTimes(successful) }
}

/** Times of no request are no times. */
function withTimes(latency: Latency): Latency {
  return latency.samples === 0 ? { ...noLatency, samples: 0, absence: latency.absence } : latency
}

/** The percentiles that are there. */
export function percentilesOf(
  entries: Iterable<readonly [share: number, Quantity | undefined]>,
): ReadonlyMap<number, Quantity> {
  const percentiles = new Map<number, Quantity>()
  for (const [share, quantity] of entries) {
    if (quantity !== undefined && share >= 0 && share <= 1) percentiles.set(share, quantity)
  }
  return percentiles
}

/** The share of a percentile as it is written: 0.999 for `99.9`, without the error of a division. */
export function shareOf(percent: string): number {
  return Number(`${percent}e-2`)
}

export function maybeExactly(value: number | undefined): Quantity | undefined {
  return value === undefined ? undefined : exactly(value)
}

/** Seconds to milliseconds, to the nanosecond: 0.07 s is 70 ms and not 70.00000000000001. */
export function millisecondsOf(seconds: number): number {
  return Math.round(seconds * 1e9) / 1e6
}

export function sumOf(numbers: Iterable<number>): number {
  let sum = 0
  for (const number of numbers) sum += number
  return sum
}

/** Requests per second, where both are known and some time passed. */
export function rateOf(count: number | undefined, milliseconds: number | undefined): number | undefined {
  return count !== undefined && milliseconds !== undefined && milliseconds > 0
    ? (count * 1000) / milliseconds
    : undefined
}

/** How many failed, where two counts may have some of them twice. */
export function betweenOf(least: number, most: number): Pick<Stats, 'errors' | 'errorsWithin'> {
  return least >= most ? { errors: most } : { errors: undefined, errorsWithin: [least, most] }
}
