import { type Line, lineChart } from '@deploy-safety/common/chart'
import { formatValue } from './judging/measure.ts'
import type { LoadTest, Stretch } from './load-test/load-test.ts'
import { isMissing, type Known } from './quantity.ts'

const leastPoints = 5
/** Of fewer requests a percentile is chance. */
const leastRequests = 20
const mostPoints = 60
/** A limit that is so much higher than everything else would press the lines flat. */
const farAbove = 2

/**
 * A Mermaid chart of p50 and p95 over the time of the run, with the limit, and what is to be said of it. Empty without
 * times, or where there is too little.
 */
export function timeChart(test: LoadTest, limitMs: number | undefined): string[] {
  const windows = windowsOf(test)
  const p95 = lineOf(windows, 0.95)
  const seen = p95.filter((value) => value !== undefined)
  if (seen.length < leastPoints) return []
  const draws = limitMs !== undefined && limitMs <= farAbove * Math.max(...seen)
  const drawn = (values: readonly (number | undefined)[]) => values.map((value) => value ?? 0)
  const chart = lineChart({
    title: `Latency over the run in ms${limitMs === undefined || draws ? '' : `, limit ${formatValue(limitMs, 'ms', 4)} is far above`}`,
    xAxis: { title: 's', from: 0, to: Math.round((windows.at(-1)?.toMs ?? 0) / 1_000) },
    yTitle: 'ms',
    lines: [
      { name: 'p50', colour: 'blue', values: drawn(lineOf(windows, 0.5)) },
      { name: 'p95', colour: 'red', values: drawn(p95) },
      ...(draws ? [limitLine(limitMs, p95.length)] : []),
    ],
  })
  return seen.length === p95.length ? [chart] : [chart, 'Where the lines drop to 0 there were no requests.']
}

function limitLine(limitMs: number, length: number): Line {
  return { name: `limit ${formatValue(limitMs, 'ms', 4)}`, colour: 'grey, dashed', values: Array(length).fill(limitMs) }
}

/**
 * In windows of whole seconds, since many tools write no finer times, that are long enough for a percentile in each; none
 * where no length is.
 */
function windowsOf(test: LoadTest): readonly Stretch[] {
  const seconds = (test.durationMs ?? 0) / 1_000
  const count = isMissing(test.all.count) ? 0 : test.all.count.low
  const shortest = Math.ceil(Math.max(1, seconds / mostPoints, (seconds / count) * leastRequests))
  for (let length = shortest; seconds / length >= leastPoints; length *= 2) {
    const windows = test.stretches(length * 1_000, undefined)
    if ('missing' in windows) continue
    // Of a rest at the end, a percentile would be chance.
    const whole = windows.filter((window) => window.whole)
    if (whole.every(({ population }) => isEnough(population.count))) return whole
  }
  return []
}

/** None at all is no percentile by chance: the service did not respond. */
function isEnough(count: Known): boolean {
  return !isMissing(count) && (count.high === 0 || count.low >= leastRequests)
}

/** Undefined where there is no request. */
function lineOf(windows: readonly Stretch[], share: number): (number | undefined)[] {
  return windows.map(({ population }) => valueIn(population.percentile(share)))
}

function valueIn(known: Known): number | undefined {
  return isMissing(known) ? undefined : known.value
}
