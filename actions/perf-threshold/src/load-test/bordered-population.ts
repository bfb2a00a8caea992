import { isMissing, type Known } from '../quantity.ts'
import { Distribution, type PercentileMethod, positionOf } from './distribution.ts'
import type { Population } from './load-test.ts'
import { type Sample, sampledPopulation } from './sampled-population.ts'
import { greatestAverage, leastAverage, valueAtRank, type Weighted } from './unsure.ts'

type Part = NonNullable<Sample['border']>

export interface Bordered {
  readonly sure: Omit<Sample, 'border'>
  readonly border: Part
}

/**
 * Requests of which some, at the border of their time, may not belong to it: each number is from the least to the greatest that
 * it is with any part of them. The value is that with all of them.
 */
export function borderedPopulation({ sure, border }: Bordered, method: PercentileMethod): Population {
  const all = sampledPopulation({ ...bothOf(sure, border), durationMs: sure.durationMs }, method)
  const least = sampledPopulation(sure, method)
  const latencies = { sure: sure.latencies, border: border.latencies }
  const { boundsOf } = border.latencies.precision
  const lowest = all.minimum
  const highest = all.maximum
  return {
    count: spread(all.count, sure.count, sure.count + border.count),
    errors: spread(all.errors, sure.errors ?? 0, (sure.errors ?? 0) + (border.errors ?? 0)),
    errorRate: spread(all.errorRate, ...averageOf(failuresOf(sure), failuresOf(border))),
    throughput: spread(
      all.throughput,
      isMissing(least.throughput) ? 0 : least.throughput.low,
      Number.NEGATIVE_INFINITY,
    ),
    told: spread(all.told ?? all.count, toldOf(sure), toldOf(sure) + toldOf(border)),
    judged: spread(all.judged, sure.latencies.count, sure.latencies.count + border.latencies.count),
    percentile: (share) => {
      const known = all.percentile(share)
      if (isMissing(known) || isMissing(lowest) || isMissing(highest)) return known
      const [low] = valueAtRank(latencies, (count) => Math.floor(positionOf(share, count, method)) + 1)
      const [, high] = valueAtRank(latencies, (count) => Math.ceil(positionOf(share, count, method)) + 1)
      return spread(
        known,
        Number.isFinite(low) ? boundsOf(low)[0] : lowest.low,
        Number.isFinite(high) ? boundsOf(high)[1] : highest.high,
      )
    },
    average: spread(
      all.average,
      leastAverage(boundedBy(0, sure.latencies), boundedBy(0, border.latencies)),
      greatestAverage(boundedBy(1, sure.latencies), boundedBy(1, border.latencies)),
    ),
    minimum: spread(all.minimum, Number.POSITIVE_INFINITY, highestOf(least.minimum, all.maximum)),
    maximum: spread(all.maximum, lowestOf(least.maximum, all.minimum), Number.NEGATIVE_INFINITY),
    apdex: (thresholdMs) => {
      const [low] = averageOf(scoresOf(sure, thresholdMs, 0), scoresOf(border, thresholdMs, 0))
      const [, high] = averageOf(scoresOf(sure, thresholdMs, 1), scoresOf(border, thresholdMs, 1))
      return spread(all.apdex(thresholdMs), low, high)
    },
    latencies: sure.latencies,
    border: border.latencies,
  }
}

function bothOf(one: Part, other: Part): Part {
  const { successful } = one
  return {
    latencies: Distribution.ofBoth(one.latencies, other.latencies),
    count: one.count + other.count,
    told: toldOf(one) + toldOf(other),
    errors: one.errors === undefined || other.errors === undefined ? undefined : one.errors + other.errors,
    successful: successful && other.successful && Distribution.ofBoth(successful, other.successful),
  }
}

/** With bounds that reach at least so far. */
function spread(known: Known, low: number, high: number): Known {
  if (isMissing(known)) return known
  const bounds = { low: Math.min(known.low, low), high: Math.max(known.high, high) }
  if (bounds.low === known.low && bounds.high === known.high) return known
  const percent = (100 * (bounds.high - bounds.low)) / (bounds.high + bounds.low)
  return { ...known, ...bounds, fidelity: { kind: 'bucketed', percent } }
}

function lowestOf(known: Known, other: Known): number {
  if (!isMissing(known)) return known.low
  return isMissing(other) ? Number.POSITIVE_INFINITY : other.low
}

function highestOf(known: Known, other: Known): number {
  if (!isMissing(known)) return known.high
  return isMissing(other) ? Number.NEGATIVE_INFINITY : other.high
}

function averageOf(sure: Weighted, border: Weighted): [low: number, high: number] {
  return [leastAverage(sure, border), greatestAverage(sure, border)]
}

function toldOf({ count, told = count }: Pick<Part, 'count' | 'told'>): number {
  return told
}

function failuresOf({ errors = 0, ...part }: Part): Weighted {
  return [
    [1, errors],
    [0, toldOf(part) - errors],
  ]
}

/** Satisfied answers, tolerated ones and the rest, as apdex counts them. @param bound 0: at worst, 1: at best */
function scoresOf({ latencies, successful = latencies, ...part }: Part, thresholdMs: number, bound: 0 | 1): Weighted {
  const satisfied = successful.atMost(thresholdMs)[bound]
  const tolerated = successful.atMost(4 * thresholdMs)[bound] - satisfied
  return [
    [1, satisfied],
    [0.5, tolerated],
    [0, toldOf(part) - satisfied - tolerated],
  ]
}

function boundedBy(bound: 0 | 1, latencies: Distribution): Weighted {
  return [...latencies.entries()].map(([value, count]) => [latencies.precision.boundsOf(value)[bound], count] as const)
}
