import type { Missing } from '../quantity.ts'
import { coverageOf } from './coverage.ts'
import { type Labels, seriesName } from './labels.ts'
import type { QueryResult, RawSeries } from './result.ts'

/** A series, reduced to what a gate compares: its worst point is one of the two, as the operator goes. */
interface Series {
  readonly labels: Labels
  readonly minimum: number
  readonly maximum: number
  /** How many points are numbers. */
  readonly points: number
}

export interface Extremes {
  /** Those that have a number at all. */
  readonly series: readonly Series[]
  /** Why these numbers are not the whole truth: a breach stays a breach, but a pass would be none. */
  readonly doubts: readonly Missing[]
  /** Sentences for people; may hold foreign text. */
  readonly notes: readonly string[]
  /** The same, for what must not be missed. */
  readonly warnings: readonly string[]
}

/** This share of the points of a series may be NaN at both ends of the window together. */
const toleratedAtEnds = 0.2

/**
 * The extremes of every series.
 *
 * NaN means that there was nothing to measure. At the ends of a window that is usual: a quantile over a rate has no
 * observations before the load comes, and a rate none after it. There it is passed over, up to a fifth of the points,
 * and said. Anywhere else it is what an outage looks like: no request was answered, so no quantile is there to be over
 * a limit. Infinite is never a measurement.
 * @param wanted how many points the window has
 */
export function extremesOf({ series: all }: Pick<QueryResult, 'series'>, wanted: number): Extremes {
  const judged = all.map(judge)
  const doubts = judged.flatMap(({ doubt }) => doubt ?? [])
  // Of what is NaN, the doubt says all.
  const coverage = doubts.length > 0 ? { doubts, notes: [], warnings: [] } : coverageOf(all, wanted)
  return {
    ...coverage,
    series: judged.flatMap(({ series }) => series ?? []),
    notes: [...judged.flatMap(({ note }) => note ?? []), ...coverage.notes],
  }
}

interface Judged {
  readonly series: Series | undefined
  readonly doubt: Missing | undefined
  readonly note: string | undefined
}

function judge({ labels, samples }: RawSeries): Judged {
  const values = samples.map(({ value }) => value)
  const numbers = values.filter(Number.isFinite)
  const reduced = {
    labels,
    minimum: numbers.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    maximum: numbers.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    points: numbers.length,
  }
  const series = numbers.length === 0 ? undefined : reduced
  const problem = problemOf(values)
  const detail = `${seriesName(labels)} ${problem?.text}`
  if (problem === undefined) return { series, doubt: undefined, note: undefined }
  if (problem.tolerated) return { series, doubt: undefined, note: `${detail}; these points were ignored.` }
  return { series, doubt: { missing: 'not-a-number', detail }, note: undefined }
}

function problemOf(values: readonly number[]): { text: string; tolerated: boolean } | undefined {
  const infinite = values.find((value) => Math.abs(value) === Number.POSITIVE_INFINITY)
  if (infinite !== undefined) return { text: `is ${infinite > 0 ? '+Inf' : '-Inf'} in the window`, tolerated: false }
  const count = values.filter(Number.isNaN).length
  if (count === 0) return undefined
  if (count === values.length) return { text: 'is NaN in the whole window', tolerated: false }
  const first = values.findIndex(Number.isFinite)
  const last = values.findLastIndex(Number.isFinite)
  const within = values.slice(first, last).some(Number.isNaN)
  const share = `NaN at ${count} of ${values.length} points`
  if (within) return { text: `is ${share}, between numbers`, tolerated: false }
  return { text: `is ${share}, at the ends of the window`, tolerated: count <= values.length * toleratedAtEnds }
}
