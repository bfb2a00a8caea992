import { percentile } from '@deploy-safety/common/percentile'

/** Fewer say nothing as a line, and more than these cannot be told apart. */
const leastPoints = 10
const mostPoints = 100

/**
 * A Mermaid line chart of latencies in their order, with their p95 as a second line; undefined when there are too few.
 * @param name of the target, which may hold anything
 */
export function latencyChart(name: string, latenciesMs: readonly number[]): string | undefined {
  if (latenciesMs.length < leastPoints) return undefined
  const points = thinned(latenciesMs)
  const p95 = rounded(percentile(latenciesMs, 0.95) ?? 0)
  const highest = Math.max(...points, p95)
  return [
    '```mermaid',
    // The first colour of the default theme can hardly be seen.
    '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#0969da, #cf222e"}}}}%%',
    'xychart-beta',
    `  title "Latency of ${plain(name)} in ms, and its p95: ${p95}"`,
    `  x-axis "answer" 1 --> ${latenciesMs.length}`,
    `  y-axis "ms" 0 --> ${Math.max(1, Math.ceil(highest * 1.1))}`,
    `  line [${points.join(', ')}]`,
    `  line [${points.map(() => p95).join(', ')}]`,
    '```',
  ].join('\n')
}

/** The highest of each stretch: a peak is what people look for. */
function thinned(values: readonly number[]): number[] {
  const stretch = Math.ceil(values.length / mostPoints)
  return Array.from({ length: Math.ceil(values.length / stretch) }, (_, index) =>
    rounded(Math.max(...values.slice(index * stretch, (index + 1) * stretch))),
  )
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10
}

/** Letters, digits and what cannot end a text in quotes or a code block. */
function plain(name: string): string {
  return name.replace(/[^\p{L}\p{N} ./:=?&_-]/gu, '').slice(0, 60)
}
