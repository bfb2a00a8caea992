import { formatDuration } from '@deploy-safety/common/duration'
import type { Metrics } from '../inputs.ts'
import type { TimeRange } from './prometheus.ts'

/** The time that queries are asked over. */
export interface Window {
  readonly range: TimeRange
  /** Which time that is, and why: a sentence without its full stop. */
  readonly said: string
  /** There is a load test, and this is not its time: what is judged may be something else. */
  readonly isAnother: boolean
}

/**
 * The time of the load test, or the last `prometheus-window` where no time of one is known.
 * @param now epoch milliseconds
 */
export function windowOf(
  range: TimeRange | undefined,
  { windowMs, hasResults }: Pick<Metrics, 'windowMs' | 'hasResults'>,
  now: number,
): Window {
  if (range !== undefined) return { range, said: `${asked(range)} (the time of the load test)`, isAnother: false }
  const last = { startMs: now - windowMs, endMs: now }
  const said = `${asked(last)} (the last ${formatDuration(windowMs)})`
  if (!hasResults) return { range: last, said: `${said}, since no results are set`, isAnother: false }
  const advice =
    'Use results with timestamps, or run this step right after the test with prometheus-window as long as the test'
  const why = 'not the time of the load test, which its results do not say'
  return { range: last, said: `${said}, ${why}. ${advice}`, isAnother: true }
}

function asked({ startMs, endMs }: TimeRange): string {
  return `Prometheus was queried from ${moment(startMs)} to ${moment(endMs)}`
}

/** A result may have any number for a time. */
function moment(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? `${ms / 1_000} s` : date.toISOString().replace(/\.\d+Z$/, 'Z')
}
