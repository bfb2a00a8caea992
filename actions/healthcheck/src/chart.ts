import { lineChart } from '@deploy-safety/common/chart'
import { percentile } from '@deploy-safety/common/percentile'

/** Fewer say nothing as a line, and more than these cannot be told apart. */
const leastPoints = 10
const mostPoints = 100

/**
 * A chart of latencies in their order, with their p95 as a second line; undefined when there are too few.
 * @param name of the target, which may hold anything
 */
export function latencyChart(name: string, latenciesMs: readonly number[]): string | undefined {
  if (latenciesMs.length < leastPoints) return undefined
  const points = thinned(latenciesMs)
  const p95 = Math.round((percentile(latenciesMs, 0.95) ?? 0) * 10) / 10
  return lineChart({
    title: `Latency of ${name.slice(0, 60)} in ms, and its p95: ${p95}`,
    xAxis: { title: 'response', from: 1, to: latenciesMs.length },
    yTitle: 'ms',
    lines: [points, points.map(() => p95)],
  })
}

/** The highest of each window: a peak is what people look for. */
function thinned(values: readonly number[]): number[] {
  const window = Math.ceil(values.length / mostPoints)
  return Array.from({ length: Math.ceil(values.length / window) }, (_, index) =>
    Math.max(...values.slice(index * window, (index + 1) * window)),
  )
}
