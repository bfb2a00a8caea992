import type { Distribution } from './distribution.ts'
import type { Population } from './load-test.ts'
import { valueAtRank } from './unsure.ts'

/** Where the true value is, with 95 % confidence; infinite where the requests are too few to say. */
export interface Interval {
  readonly low: number
  readonly high: number
}

const tail = 0.025
const normalTail = 1.959_963_984_540_054

/**
 * The order-statistic interval of a percentile: between which two of the sorted values the percentile of the service
 * is, whatever its distribution; undefined where single requests are not known (Hahn and Meeker, Statistical Intervals, 5.2).
 */
export function percentileInterval(latencies: Distribution | undefined, share: number): Interval | undefined {
  if (latencies === undefined) return undefined
  const { count } = latencies
  return {
    low: latencies.atRank(binomialQuantile(tail, count, share)),
    high: latencies.atRank(binomialQuantile(1 - tail, count, share) + 1),
  }
}

/** The same with the least and with the greatest ends that it can have, where nobody knows whether all requests belong. */
export function percentileIntervals(
  { latencies, border }: Pick<Population, 'latencies' | 'border'>,
  share: number,
): readonly [Interval, Interval] | undefined {
  const interval = percentileInterval(latencies, share)
  if (latencies === undefined || interval === undefined) return undefined
  if (border === undefined) return [interval, interval]
  const low = valueAtRank({ sure: latencies, border }, (count) => binomialQuantile(tail, count, share))
  const high = valueAtRank({ sure: latencies, border }, (count) => binomialQuantile(1 - tail, count, share) + 1)
  return [
    { low: low[0], high: high[0] },
    { low: low[1], high: high[1] },
  ]
}

/** Wilson's interval of a share of which `part` of `count` was seen. */
export function shareInterval(part: number, count: number): Interval {
  if (count === 0) return { low: 0, high: 1 }
  const share = part / count
  const square = normalTail ** 2 / count
  const centre = share + square / 2
  const reach = normalTail * Math.sqrt((share * (1 - share)) / count + square / (4 * count))
  return { low: Math.max(0, (centre - reach) / (1 + square)), high: Math.min(1, (centre + reach) / (1 + square)) }
}

/**
 * The smallest number of successes of `count` trials that is not exceeded with at least this probability. For many
 * trials the normal approximation, rounded outwards, which only the two tails of 95 % are asked for.
 */
export function binomialQuantile(probability: number, count: number, share: number): number {
  if (count > 10_000) {
    const spread = Math.sqrt(count * share * (1 - share))
    const rank =
      probability < 0.5
        ? Math.floor(count * share - normalTail * spread)
        : Math.ceil(count * share + normalTail * spread)
    return Math.min(count, Math.max(0, rank))
  }
  const odds = Math.log(share / (1 - share))
  let logarithm = count * Math.log(1 - share)
  let sum = Math.exp(logarithm)
  let successes = 0
  while (sum < probability && successes < count) {
    logarithm += Math.log((count - successes) / (successes + 1)) + odds
    successes += 1
    sum += Math.exp(logarithm)
  }
  return successes
}
