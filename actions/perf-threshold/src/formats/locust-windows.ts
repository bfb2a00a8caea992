import type { Quantity } from '../quantity.ts'
import type { Latency } from '../reported.ts'
import { locustRounded } from './locust-rounding.ts'
import { averagesOfRow, percentileColumns } from './locust-row.ts'
import { percentilesOf } from './stats.ts'
import type { TableRow } from './table.ts'

interface Windows {
  /** Rows whose window has a request. */
  readonly rows: readonly TableRow[]
  /** Requests of the whole run, and those of them that are in no window: Locust has none for the first second or two. */
  readonly count: number
  readonly uncovered: number
  readonly shares: readonly (readonly [share: number, column: string])[]
  readonly latency: Latency
}

const rounding = 1e-9

/**
 * What percentiles of about 10 s each say about those of the run: a percentile of the whole lies between the lowest and the
 * highest of its parts. Requests in no part may be anything, so the next percentiles that leave room for them are taken.
 * @param rows of one endpoint, in the order of time
 */
export function latencyOfWindows(rows: readonly TableRow[], columns: readonly string[], last: TableRow): Latency {
  const shares = [...percentileColumns(columns)].sort(([one], [other]) => one - other)
  const latency = averagesOfRow(last, 'total ')
  const filled = rows.filter((row) => shares.some(([, column]) => windowValue(row, column) !== undefined))
  const count = countOf(last)
  const windows = { rows: filled, count, uncovered: uncoveredOf(rows, filled), shares, latency }
  const percentiles = shares.map(([share]) => [share, bracketOf(windows, share)] as const)
  const median = [0.5, locustRounded(last.number('total median response time'))] as const
  return { ...latency, percentiles: percentilesOf([...percentiles, median]) }
}

/** Locust writes 0 for a window without requests, which is a time only if there was one that short. */
function windowValue(row: TableRow, column: string): number | undefined {
  const value = row.number(column)
  return value === 0 && (row.number('total min response time') ?? 0) > 0.5 ? undefined : value
}

/** The requests that came with rows that have no window. */
function uncoveredOf(rows: readonly TableRow[], filled: readonly TableRow[]): number {
  const covering = new Set(filled)
  let [uncovered, before] = [0, 0]
  for (const row of rows) {
    const count = countOf(row)
    if (!covering.has(row)) uncovered += Math.max(0, count - before)
    before = count
  }
  return uncovered
}

function bracketOf({ rows, count, uncovered, shares, latency }: Windows, share: number): Quantity | undefined {
  if (rows.length === 0) return undefined
  const covered = count - uncovered
  const [most, least] = [(1 - share) * count - uncovered, share * count - uncovered]
  const above = shares.find(([candidate]) => candidate >= 1 - most / covered - rounding)
  const below = shares.findLast(([candidate]) => candidate <= least / covered + rounding)
  const highest = above === undefined ? undefined : extreme(rows, above[1], Math.max)?.high
  const lowest = below === undefined ? undefined : extreme(rows, below[1], Math.min)?.low
  const maximum = latency.maximum?.high
  const high = Math.min(highest ?? maximum ?? Number.NaN, maximum ?? Number.POSITIVE_INFINITY)
  if (Number.isNaN(high)) return undefined
  const low = Math.min(lowest ?? latency.minimum?.low ?? 0, high)
  return {
    value: undefined,
    low,
    high,
    fidelity: { kind: 'bracketed', from: 'the lowest 10 s', to: 'the highest 10 s' },
  }
}

function extreme(rows: readonly TableRow[], column: string, pick: (one: number, other: number) => number) {
  const values = rows.map((row) => windowValue(row, column)).filter((value) => value !== undefined)
  const [first, ...others] = values
  return first === undefined ? undefined : locustRounded(others.reduce((best, value) => pick(best, value), first))
}

function countOf(row: TableRow): number {
  return row.count('total request count') ?? 0
}
