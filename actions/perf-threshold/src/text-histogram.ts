import { formatNumber } from '@deploy-safety/common/number'
import { formatValue } from './judging/measure.ts'
import type { Distribution } from './load-test/distribution.ts'

const bars = 14
const barWidth = 40

/**
 * A histogram of latencies in text. Its steps grow by a constant factor, since latencies do; the limit is one of them,
 * so that what is above it can be read off. Undefined without single latencies.
 */
export function textHistogram(latencies: Distribution | undefined, limitMs: number | undefined): string | undefined {
  const [least, most] = [latencies?.percentile(0.001, 'linear')?.value, latencies?.maximum?.value]
  if (latencies === undefined || least === undefined || most === undefined || latencies.count < 2 || most <= 0)
    return undefined
  const bounds = toldApart(boundsOf(Math.max(least, most / 10_000), most, limitMs), limitMs)
  const upTo = bounds.map((bound) => latencies.atMost(bound)[1])
  const counts = upTo.map((count, index) => count - (upTo[index - 1] ?? 0))
  const highest = Math.max(...counts)
  const rows = counts.map((count, index): Row => {
    const bar = '█'.repeat(Math.ceil((count / highest) * barWidth)).padEnd(barWidth)
    return [`≤ ${labelOf(bounds, index)}`, `│${bar} ${formatNumber(count)}`]
  })
  if (limitMs === undefined) return aligned(rows)
  const isPassed = bounds.filter((bound) => bound <= limitMs).length
  return aligned(rows.toSpliced(isPassed, 0, limitRow(latencies, limitMs)))
}

type Row = readonly [label: string, rest: string]

function boundsOf(from: number, most: number, limitMs: number | undefined): number[] {
  const factor = (most / from) ** (1 / bars)
  const isInside = limitMs !== undefined && limitMs > 0 && limitMs < most
  // The steps are counted from the limit on, so that it is one of them; else from the start.
  const anchor = isInside && limitMs > from ? limitMs : from
  const first = Math.floor(Math.log(from / anchor) / Math.log(factor)) + 1
  const even = Array.from({ length: bars }, (_, index) => anchor * factor ** (first + index))
  const bounds = [...(isInside ? [limitMs] : []), ...even].filter((bound) => bound < most)
  return [...new Set([...bounds.sort((one, other) => one - other), most])]
}

function limitRow(latencies: Distribution, limitMs: number): Row {
  const above = latencies.count - latencies.atMost(limitMs)[1]
  const share = formatValue(above / latencies.count, 'share', 2)
  return [`limit ${formatValue(limitMs, 'ms', 9)}`, `┼${'─'.repeat(barWidth)} ${formatNumber(above)} above (${share})`]
}

/** Steps that read the same are one; only the limit stays what it is. */
function toldApart(bounds: readonly number[], limitMs: number | undefined): number[] {
  return bounds.filter((bound, index) => {
    const next = bounds[index + 1]
    return bound === limitMs || next === undefined || shortMs(bound) !== shortMs(next)
  })
}

/** With more digits right behind the limit, where they are needed to tell the two apart. */
function labelOf(bounds: readonly number[], index: number): string {
  const [before = Number.NaN, bound = Number.NaN] = [bounds[index - 1], bounds[index]]
  const digits = [3, 4, 6, 9, 12].find((count) => shortMs(bound, count) !== shortMs(before)) ?? 17
  return shortMs(bound, digits)
}

function shortMs(ms: number, digits = 3): string {
  return formatValue(ms, 'ms', digits)
}

function aligned(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows.map(([label, rest]) => `${label.padStart(width)} ${rest}`.trimEnd()).join('\n')
}
