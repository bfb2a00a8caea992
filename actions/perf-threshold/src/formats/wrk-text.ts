import type { Latency, Reported, Stats } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'
import type { TextFormat } from './format.ts'
import { checkOneRun } from './second-run.ts'
import { betweenOf, percentilesOf, shareOf, statsOf } from './stats.ts'
import { parseCount, parseNumber } from './table.ts'
import { printedDuration } from './text-number.ts'
import { spectrumOf } from './wrk2-spectrum.ts'

const beginning = /^Running .+ test @ /

/** wrk and wrk2. Without `--latency` there are no percentiles, and never a p95 of wrk. Source: wg/wrk and giltene/wrk2 src/wrk.c. */
export const wrkText: TextFormat = {
  kind: 'text',
  name: 'wrk-text',
  recognises: (lines) =>
    lines.some((line) => beginning.test(line)) && lines.some((line) => /^\s*Thread Stats\s+Avg\b/.test(line)),
  read,
}

const calibration =
  'wrk2 records no latencies while it calibrates (about 10 s), and this run ended before that; run it longer'

const allLate = 'all responses took longer than the timeout of wrk (2 s by default), which then reports no latencies'

interface Counts {
  readonly answered: number
  readonly unanswered: number
  readonly timeouts: number
  readonly rejected: number
}

function read(text: string): Reported {
  const lines = text.split(/\r*\n/)
  checkOneRun(lines, beginning)
  // Printed last of all, so that nothing of what is read above can be cut.
  if (!lines.some((line) => line.startsWith('Transfer/sec:'))) {
    throw new Unreadable('truncated-results', 'the last line "Transfer/sec:" is missing')
  }
  const isWrk2 = lines.some((line) => line.includes('(HdrHistogram - '))
  const counts = countsOf(lines)
  const count = counts.answered + counts.unanswered + (isWrk2 ? counts.timeouts : 0)
  const stats = {
    count,
    ...failedOf(counts, count),
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
  const late = isWrk2 || timeouts >= answered ? 0 : timeouts
  const samples = spectrum?.count ?? (!isWrk2 && timeouts >= answered ? 0 : answered)
  const exceptional = unanswered > 0 || timeouts > 0 || samples !== answered
  return {
    percentiles: new Map([...distributionOf(lines), ...(spectrum?.percentiles ?? [])]),
    average: printedDuration(row?.[1]),
    minimum: undefined,
    maximum: printedDuration(row?.[2]),
    ...(exceptional ? { samples } : {}),
    ...(late > 0 ? { late } : {}),
    ...(samples === 0 && answered > 0 ? { absence: isWrk2 ? calibration : allLate } : {}),
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

/** An answer that came late can also be a rejection: both counts may have it. */
function failedOf({ unanswered, timeouts, rejected }: Counts, count: number): Pick<Stats, 'errors' | 'errorsWithin'> {
  return betweenOf(unanswered + Math.max(timeouts, rejected), Math.min(unanswered + timeouts + rejected, count))
}

function notesOf({ timeouts }: Counts, isWrk2: boolean): string[] {
  const notes: string[] = []
  if (timeouts > 0) {
    const bounds = isWrk2 ? '' : ', but are part of the bounds of each number'
    notes.push(
      `${timeouts} requests took longer than the timeout of wrk (2 s by default); their latencies are not reported${bounds}.`,
    )
  }
  if (isWrk2)
    notes.push('wrk2 corrects latencies for coordinated omission and leaves out its calibration (about 10 s).')
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
