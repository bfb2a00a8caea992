import { type Quantity, rounded } from '../quantity.ts'
import type { Latency, Reported } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'
import type { TextFormat } from './format.ts'
import { checkOneRun } from './second-run.ts'
import { noLatency, percentilesOf, shareOf, statsOf } from './stats.ts'
import { parseCount, parseNumber } from './table.ts'

interface Counts {
  readonly complete: number
  readonly failed: number
  /** Those of `failed` whose answer was only of another length than the first one. */
  readonly otherLength: number
  readonly rejected: number
  /** Not a byte came: connections were closed without an answer, which ab takes for complete requests. */
  readonly isSilent: boolean
}

const beginning = /^This is ApacheBench, Version /

/** ApacheBench's standard output; whole milliseconds. Source: apache/httpd support/ab.c. */
export const abText: TextFormat = {
  kind: 'text',
  name: 'ab-text',
  recognises: (lines) => lines.some((line) => beginning.test(line)),
  read(text: string): Reported {
    const lines = text.split(/\r*\n/)
    checkOneRun(lines, beginning)
    checkEnd(lines)
    const counts = countsOf(lines)
    const stats = {
      count: counts.complete,
      errors: errorsOf(counts),
      throughput: fieldOf(lines, 'Requests per second', parseNumber),
      latency: counts.isSilent ? { ...noLatency, samples: 0 } : latencyOf(lines),
    }
    return { total: statsOf(stats, 'the totals'), endpoints: [], notes: notesOf(counts) }
  },
}

/** The counts come before the rates and those before the times; the table of percentiles (not with -d) is last. */
function checkEnd(lines: readonly string[]): void {
  const has = (pattern: RegExp, from = 0) => lines.slice(from).some((line) => pattern.test(line))
  const table = lines.findIndex((line) => line.startsWith('Percentage of the requests served'))
  const isTableWhole = table === -1 || has(/^\s*100%\s+\d+ \(longest request\)/, table)
  const areTotalsWhole = has(/^Requests per second:/) && (has(/^Total:\s/) || has(/^Complete requests:\s+0$/))
  if (!isTableWhole || !areTotalsWhole || lines.at(-1) !== '') {
    throw new Unreadable('truncated-results', 'the file ends before the results of ab are complete')
  }
}

function countsOf(lines: readonly string[]): Counts {
  const complete = fieldOf(lines, 'Complete requests', parseCount)
  const failed = fieldOf(lines, 'Failed requests', parseCount)
  if (complete === undefined || failed === undefined) {
    throw new Unreadable('malformed-results', 'the lines "Complete requests:" and "Failed requests:" are missing')
  }
  const line = lines.findIndex((text) => /^\s+\(Connect: /.test(text))
  const length = /Length: (\d+)/.exec(lines[line] ?? '')?.[1]
  return {
    complete,
    failed,
    otherLength: length === undefined ? 0 : (parseCount(length, line + 1) ?? 0),
    rejected: fieldOf(lines, 'Non-2xx responses', parseCount) ?? 0,
    isSilent: complete > 0 && fieldOf(lines, 'Total transferred', parseCount) === 0,
  }
}

/** An answer of another length can be one of the Non-2xx ones: those are not counted twice. */
function errorsOf({ complete, failed, otherLength, rejected, isSilent }: Counts): number {
  if (isSilent) return complete
  return Math.min(complete, Math.max(0, failed - otherLength) + Math.max(otherLength, rejected))
}

function notesOf({ failed, otherLength, rejected, isSilent, complete }: Counts): string[] {
  const notes: string[] = []
  if (isSilent) notes.push(`ab received nothing: all ${complete} connections were closed without a response.`)
  if (otherLength > 0) {
    notes.push(
      `${otherLength} failures are responses of a different length than the first one; with -l ab does not count them.`,
    )
  }
  if (rejected > 0 && !isSilent) {
    notes.push(`The ${rejected} non-2xx responses count as failures, redirects included: ab does not follow them.`)
  }
  if (otherLength > 0 && rejected > 0) {
    const most = Math.min(complete, failed + rejected)
    notes.push(
      `ab does not say which of them are also among the ${rejected} non-2xx responses: at most ${most} failed.`,
    )
  }
  return notes
}

function latencyOf(lines: readonly string[]): Latency {
  const entries = lines.map((line, index) => {
    const [, percent, value] = /^\s{1,3}(\d+)%\s+(\d+)(?:\s|$)/.exec(line) ?? []
    if (percent === undefined || value === undefined) return [Number.NaN, undefined] as const
    return [shareOf(percent), wholeMilliseconds(parseCount(value, index + 1))] as const
  })
  return { ...totalTimes(lines), percentiles: percentilesOf(entries) }
}

/** The row `Total:` of the table of connection times: minimum, mean, [deviation, median,] maximum. */
function totalTimes(lines: readonly string[]): Latency {
  const line = lines.findIndex((text) => /^Total:\s/.test(text))
  const numbers = (lines[line] ?? '').split(/\s+/).slice(1)
  const at = (text: string | undefined) => wholeMilliseconds(parseNumber(text ?? '', line + 1))
  if (numbers.length < 3) return noLatency
  return { ...noLatency, minimum: at(numbers[0]), average: at(numbers[1]), maximum: at(numbers.at(-1)) }
}

function wholeMilliseconds(value: number | undefined): Quantity | undefined {
  return value === undefined ? undefined : rounded(value, 1, 'whole ms')
}

type Parse = (text: string, line: number) => number | undefined

function fieldOf(lines: readonly string[], label: string, parse: Parse): number | undefined {
  const line = lines.findIndex((text) => text.startsWith(`${label}:`))
  const value = /^\S+/.exec((lines[line] ?? '').slice(label.length + 1).trim())?.[0]
  return value === undefined ? undefined : parse(value, line + 1)
}
