import type { Quantity } from '../quantity.ts'
import { percentilesOf, shareOf } from './stats.ts'
import { malformedAt, parseCount } from './table.ts'

export interface Spectrum {
  readonly percentiles: ReadonlyMap<number, Quantity>
  readonly count: number | undefined
}

const row = /^\s*(\d+(?:\.\d+)?)\s+([01]\.\d+)\s+\d+(?:\s+(?:\d+(?:\.\d+)?|inf))?\s*$/

/**
 * The first "Detailed Percentile spectrum" of wrk2, in milliseconds: every percentile that is listed, p95 among them.
 * HdrHistogram of 3 digits gives the upper end of a bucket, which is within 0.1 %. @throws Unreadable
 */
export function spectrumOf(lines: readonly string[]): Spectrum {
  const start = lines.findIndex((line) => /Detailed Percentile spectrum/.test(line))
  const entries: (readonly [number, Quantity])[] = []
  if (start === -1) return { percentiles: new Map(), count: undefined }
  for (const [index, line] of lines.slice(start).entries()) {
    const end = /^#\[Max\s*=.*Total count\s*=\s*(\S+?)\]/.exec(line)
    if (end?.[1] !== undefined) {
      return { percentiles: percentilesOf(entries), count: parseCount(end[1], start + index + 1) }
    }
    const [, value, share] = row.exec(line) ?? []
    if (value !== undefined && share !== undefined) entries.push([shareAt(share), bucketed(Number(value))])
  }
  throw malformedAt(start + 1, 'the percentile spectrum has no end')
}

/** `0.950000` as 0.95, the same number as that of `95%`. */
function shareAt(text: string): number {
  return shareOf(String(Math.round(Number(text) * 1e8) / 1e6))
}

function bucketed(value: number): Quantity {
  const low = Math.max(0, value * (1 - 1 / 1024) - 0.0005)
  return { value, low, high: value + 0.0005, fidelity: { kind: 'bucketed', percent: 0.1 } }
}
