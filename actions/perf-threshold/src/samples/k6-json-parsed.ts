import type { Failure } from './columns.ts'
import { isLatency } from './decimal.ts'
import { durationMetric, isSetup, k6Failure } from './k6.ts'
import { bytesOf } from './match.ts'
import { parseRfc3339 } from './time-stamp.ts'

/** A line that JSON.parse read, as far as it matters. `ignored`: it is whole, and about something else. */
export type ParsedLine =
  | { readonly kind: 'ignored' }
  | { readonly kind: 'malformed'; readonly problem: string }
  | { readonly kind: 'iterations' | 'dropped'; readonly value: number }
  | ParsedRequest

export interface ParsedRequest {
  readonly kind: 'request'
  readonly latencyMs: number
  readonly timeMs: number
  readonly failure: Failure
  readonly isSetup: boolean
  readonly method: string
  readonly name: string
}

const ignored: ParsedLine = { kind: 'ignored' }
const counters: ReadonlyMap<string, 'iterations' | 'dropped'> = new Map([
  ['iterations', 'iterations'],
  ['dropped_iterations', 'dropped'],
])

/** What a line of `--out json` says, whatever the order and spelling of its members. */
export function parseLine(text: string): ParsedLine {
  const line = parsed(text)
  if (!isRecord(line)) return malformed('is no JSON object')
  const { metric, type, data } = line
  if (typeof metric !== 'string' || !isRecord(data)) return malformed('is no line of k6: "metric" or "data" is missing')
  if (type !== 'Point') return ignored
  const counter = counters.get(metric)
  if (counter !== undefined) return parseCounter(counter, data)
  return metric === durationMetric ? parseRequest(data) : ignored
}

function parseCounter(kind: 'iterations' | 'dropped', { value }: Record<string, unknown>): ParsedLine {
  return isCount(value) ? { kind, value } : malformed('has no value that is a count')
}

function parseRequest(data: Record<string, unknown>): ParsedLine {
  const { time, value } = data
  if (!isCount(value)) return malformed('has no value that can be a latency')
  const bytes = bytesOf(typeof time === 'string' ? time : '')
  const timeMs = parseRfc3339(bytes, { start: 0, end: bytes.length })
  if (!(timeMs > 0)) return malformed('has no time as RFC 3339 writes it')
  const tags = isRecord(data['tags']) ? data['tags'] : {}
  const tag = (name: string) => (typeof tags[name] === 'string' ? tags[name] : undefined)
  return {
    ...{ kind: 'request', latencyMs: value, timeMs },
    failure: k6Failure({ expected: tag('expected_response'), status: tag('status') }),
    isSetup: isSetup(tag('group')),
    method: tag('method') ?? '',
    name: tag('name') || tag('url') || '',
  }
}

function malformed(problem: string): ParsedLine {
  return { kind: 'malformed', problem }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && isLatency(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
