import { exactly, isMissing, type Known, type Missing, type Quantity } from '../quantity.ts'
import type { Population } from './load-test.ts'

/** What is known beside the populations of which a joint rate is asked for. */
export interface Surroundings {
  /** What the tool says of the whole run; undefined: nothing. */
  readonly whole: Rated | undefined
  /** Requests of all endpoints that the tool names; undefined: it does not say. */
  readonly named: number | undefined
}

type Rated = Pick<Population, 'count' | 'throughput'>

interface Span {
  readonly low: number
  readonly high: number
}

const notSaid: Missing = {
  missing: 'not-reported',
  detail: 'the file does not say how many requests were made per second',
}

// Rates that are over the same time give it back but for the last digit of a float.
const floatNoise = 1e-6
// Half of the last digit, where a tool writes two decimals.
const halfCent = 0.005

/**
 * Requests per second of several together. Where all rates are over the time of the run they are added up. JMeter has them
 * over the time of each label: then all together took at least as long as the longest of them, and no longer than the run.
 */
export function jointRate(parts: readonly Rated[], { whole, named }: Surroundings): Known {
  const spans = parts.map(spanOf)
  const count = sumOf(parts.map((part) => part.count))
  if (count === undefined || spans.includes(undefined)) return notSaid
  // All requests of the run, under whatever names.
  if (whole !== undefined && !isMissing(whole.count) && count === whole.count.low) return whole.throughput
  const known = spans.filter((span) => span !== undefined)
  const least = Math.max(...known.map(({ low }) => low))
  const run = whole && spanOf(whole)
  const most = Math.min(...known.map(({ high }) => high))
  const isOfRun = run !== undefined && Math.max(least, run.low) <= Math.min(most, run.high) * (1 + floatNoise)
  if (isOfRun) return summed(parts)
  const longest = whole === undefined || holdsMore(named, whole) ? undefined : run
  return {
    value: undefined,
    low: longest === undefined ? 0 : Math.min(count / longest.high, count / least) * 1_000,
    high: (count / least) * 1_000,
    fidelity: { kind: 'bracketed', from: 'over the whole run', to: 'over the longest of the endpoints' },
  }
}

/** How many milliseconds a rate is over; undefined where that is not known. */
function spanOf({ count, throughput }: Rated): Span | undefined {
  if (isMissing(count) || isMissing(throughput)) return undefined
  const { low, high } = throughput
  const isCut = Math.abs(high * 100 - Math.round(high * 100)) < floatNoise
  const step = isCut ? halfCent : 0
  return { low: (count.low / (high + step)) * 1_000, high: (count.high / Math.max(0, low - step)) * 1_000 }
}

/** Transaction controllers of JMeter stand among the labels and not in the total, and may go on after it. */
function holdsMore(named: number | undefined, { count }: Rated): boolean {
  return named === undefined || isMissing(count) || named > count.high
}

function summed(parts: readonly Rated[]): Known {
  const rates = parts.map(({ throughput }) => throughput).filter((rate): rate is Quantity => !isMissing(rate))
  return exactly(rates.reduce((sum, { low }) => sum + low, 0))
}

function sumOf(counts: readonly Known[]): number | undefined {
  return counts.reduce<number | undefined>(
    (sum, count) => (sum === undefined || isMissing(count) ? undefined : sum + count.low),
    0,
  )
}
