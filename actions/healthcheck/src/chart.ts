import { type Line, lineChart } from '@deploy-safety/common/chart'
import { formatDuration } from '@deploy-safety/common/duration'
import { percentile } from '@deploy-safety/common/percentile'

/** Fewer say nothing as a line, and more than these cannot be told apart. */
const leastPoints = 10
const mostPoints = 100
/** A limit that is so much higher than everything else would press the lines flat. */
const farAbove = 2

/** A chart of latencies in their order, with their p95 and its limit; undefined when there are too few. */
export function latencyChart(latenciesMs: readonly number[], maxP95Ms: number | undefined): string | undefined {
  if (latenciesMs.length < leastPoints) return undefined
  const points = thinned(latenciesMs)
  const level = (name: string, colour: Line['colour'], ms: number): Line => {
    return { name: `${name} ${formatDuration(ms)}`, colour, values: points.map(() => ms) }
  }
  const draws = maxP95Ms !== undefined && maxP95Ms <= farAbove * Math.max(...points)
  return lineChart({
    title: 'Latency in ms',
    xAxis: { title: 'response', from: 1, to: latenciesMs.length },
    yTitle: 'ms',
    lines: [
      { name: 'each response', colour: 'blue', values: points },
      level('p95', 'red', percentile(latenciesMs, 0.95) ?? 0),
      ...(draws ? [level('max-p95', 'grey, dashed', maxP95Ms)] : []),
    ],
  })
}

/** The highest of each window: a peak is what people look for. */
function thinned(values: readonly number[]): number[] {
  const window = Math.ceil(values.length / mostPoints)
  return Array.from({ length: Math.ceil(values.length / window) }, (_, index) =>
    Math.max(...values.slice(index * window, (index + 1) * window)),
  )
}
