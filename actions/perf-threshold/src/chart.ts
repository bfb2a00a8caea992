import { type Line, lineChart } from '@deploy-safety/common/chart'
import { formatValue } from './judging/measure.ts'
import type { LoadTest, Stretch } from './load-test/load-test.ts'
import { isMissing, type Known } from './quantity.ts'

const leastPoints = 5
const mostPoints = 60
/** A limit that is so much higher than everything else would press the lines flat. */
const farAbove = 2

/**
 * A Mermaid chart of p50 and p95 over the time of the run, with the limit, and what is to be said of it. Empty without
 * times, or where there is too little.
 */
export function timeChart(test: LoadTest, limitMs: number | undefined): string[] {
  const stretches = stretchesOf(test)
  const p95 = lineOf(stretches, 0.95)
  const seen = p95.filter((value) => value !== undefined)
  if (seen.length < leastPoints) return []
  const draws = limitMs !== undefined && limitMs <= farAbove * Math.max(...seen)
  const drawn = (values: readonly (number | undefined)[]) => values.map((value) => value ?? 0)
  const chart = lineChart({
    title: `Latency over the run in ms${limitMs === undefined || draws ? '' : `, limit ${formatValue(limitMs, 'ms')} is far above`}`,
    xAxis: { title: 's', from: 0, to: Math.round((stretches.at(-1)?.toMs ?? 0) / 1_000) },
    yTitle: 'ms',
    lines: [
      { name: 'p50', colour: 'blue', values: drawn(lineOf(stretches, 0.5)) },
      { name: 'p95', colour: 'red', values: drawn(p95) },
      ...(draws ? [limitLine(limitMs, p95.length)] : []),
    ],
  })
  return seen.length === p95.length ? [chart] : [chart, 'Where the lines fall to 0 there was no request.']
}

function limitLine(limitMs: number, length: number): Line {
  return { name: `limit ${formatValue(limitMs, 'ms')}`, colour: 'grey, dashed', values: Array(length).fill(limitMs) }
}

/** All of one length: of a rest at the end, a percentile would be chance. */
function stretchesOf(test: LoadTest): readonly Stretch[] {
  const { durationMs } = test
  if (durationMs === undefined || durationMs === 0) return []
  const stretches = test.stretches(Math.max(1_000, durationMs / mostPoints), undefined)
  return 'missing' in stretches ? [] : stretches.filter(({ whole }) => whole)
}

/** Undefined where there is no request. */
function lineOf(stretches: readonly Stretch[], share: number): (number | undefined)[] {
  return stretches.map(({ population }) => valueIn(population.percentile(share)))
}

function valueIn(known: Known): number | undefined {
  return isMissing(known) ? undefined : known.value
}
