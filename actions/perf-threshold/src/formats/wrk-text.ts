import type { Latency, Reported } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'
import type { TextFormat } from './format.ts'
import { percentilesOf, shareOf, statsOf } from './stats.ts'
import { parseCount, parseNumber } from './table.ts'
import { printedDuration } from './text-number.ts'
import { spectrumOf } from './wrk2-spectrum.ts'

/** wrk and wrk2. Without `--latency` there are no percentiles, and never a p95 of wrk. Source: wg/wrk and giltene/wrk2 src/wrk.c. */
export const wrkText: TextFormat = {
  kind: 'text',
  name: 'wrk-text',
  recognises: (lines) =>
    lines.some((line) => /^Running .+ test @ /.test(line)) &&
    lines.some((line) => /^\s*Thread Stats\s+Avg\b/.test(line)),
  read,
}

interface Counts {
  readonly answered: number
  readonly unanswered: number
  readonly timeouts: number
  readonly rejected: number
}

function read(text: string): Reported {
  const lines = text.split(/\r*\n/)
  // Printed last of all, so that nothing of what is read above can be cut.
  if (!lines.some((line) => line.startsWith('Transfer/sec:'))) {
    throw new Unreadable('truncated-results', 'it does not end with the line "Transfer/sec:"')
  }
  const isWrk2 = lines.some((line) => line.includes('(HdrHistogram - '))
  const counts = countsOf(lines)
  const count = counts.answered + counts.unanswered + (isWrk2 ? counts.timeouts : 0)
  const stats = {
    count,
    errors: Math.min(counts.unanswered + counts.timeouts + counts.rejected, count),
    throughput: numberIn(lines, /^Requests\/sec:\s+(\S+)/),
    latency: latencyOf(lines, counts, isWrk2),
  }
  return { total: statsOf(stats, 'the totals'), endpoints: [], notes: notesOf(counts, isWrk2) }
}

function countsOf(lines: readonly string[]): Counts {
  const answered = countIn(lines, /^\s+(\S+) requests in \S+, \S+ read/)
  if (answered === undefined) throw new Unreadable('malformed-results', 'the line "… requests in …" is missing')
  const sockets = /^\s+Socket errors: connect (\S+), read (\S+), write (\S+), timeout (\S+)/
  const [line, match] = found(lines, sockets)
  const [connect = 0, read = 0, write = 0, timeouts = 0] = (match ?? [])
    .slice(1)
    .map((text) => parseCount(text, line) ?? 0)
  const rejected = countIn(lines, /^\s+Non-2xx or 3xx responses: (\S+)/) ?? 0
  return { answered, unanswered: connect + read + write, timeouts, rejected }
}

function latencyOf(lines: readonly string[], { answered, timeouts, unanswered }: Counts, isWrk2: boolean): Latency {
  const [, row] = found(lines, /^\s+Latency\s+(\S+)\s+\S+\s+(\S+)\s/)
  const spectrum = isWrk2 ? spectrumOf(lines) : undefined
  // wrk counts an answer after its timeout as a timeout, and leaves its time out.
  const samples = spectrum?.count ?? Math.max(0, answered - (isWrk2 ? 0 : timeouts))
  const exceptional = unanswered > 0 || timeouts > 0 || samples !== answered
  return {
    percentiles: new Map([...distributionOf(lines), ...(spectrum?.percentiles ?? [])]),
    average: printedDuration(row?.[1]),
    minimum: undefined,
    maximum: printedDuration(row?.[2]),
    ...(exceptional ? { samples } : {}),
  }
}

/** The first block; `-U` of wrk2 adds one that is not corrected. */
function distributionOf(lines: readonly string[]): Latency['percentiles'] {
  const [start] = found(lines, /^\s+Latency Distribution\b/)
  const entries: (readonly [number, ReturnType<typeof printedDuration>])[] = []
  for (const line of start === 0 ? [] : lines.slice(start)) {
    const [, percent, value] = /^\s+(\d+(?:\.\d+)?)%\s+(\S+)\s*$/.exec(line) ?? []
    if (percent === undefined) break
    entries.push([shareOf(percent), printedDuration(value)])
  }
  return percentilesOf(entries)
}

function notesOf({ timeouts }: Counts, isWrk2: boolean): string[] {
  const notes: string[] = []
  if (timeouts > 0) notes.push(`${timeouts} requests took longer than the timeout of wrk; their times are left out.`)
  if (isWrk2)
    notes.push('wrk2 corrects times for coordinated omission and leaves out its calibration, the first 10 s or so.')
  return notes
}

/** The number of the line, counted from 1 (0: none), and what matched. */
function found(lines: readonly string[], pattern: RegExp): readonly [line: number, match: RegExpExecArray | undefined] {
  for (const [index, line] of lines.entries()) {
    const match = pattern.exec(line)
    if (match !== null) return [index + 1, match]
  }
  return [0, undefined]
}

function countIn(lines: readonly string[], pattern: RegExp): number | undefined {
  const [line, match] = found(lines, pattern)
  return match?.[1] === undefined ? undefined : parseCount(match[1], line)
}

function numberIn(lines: readonly string[], pattern: RegExp): number | undefined {
  const [line, match] = found(lines, pattern)
  return match?.[1] === undefined ? undefined : parseNumber(match[1], line)
}
