import { isLatency } from './decimal.ts'
import { durationMetric, isSetup, type Told, toldBy } from './k6.ts'
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
  readonly told: Told
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
  if (!isRecord(line)) return malformed('is not a JSON object')
  const { metric, type, data } = line
  if (typeof metric !== 'string' || !isRecord(data))
    return malformed('is not a line of k6: "metric" or "data" is missing')
  if (type === 'Metric') return ignored
  if (type !== 'Point') return malformed('is not a line of k6: its "type" is neither "Point" nor "Metric"')
  const counter = counters.get(metric)
  if (counter !== undefined && !isCount(data['value'])) return malformed('has no value that is a count')
  if (metric === durationMetric && !isCount(data['value'])) return malformed('has no value that can be a latency')
  if (!isPoint(data))
    return malformed('is not a point of k6: its "time", "value" or "tags" is missing or of another type')
  if (counter !== undefined) return { kind: counter, value: data.value }
  return metric === durationMetric ? requestOf(data) : ignored
}

interface Point {
  readonly time: string
  readonly value: number
  readonly tags?: Record<string, unknown> | null
}

function isPoint(data: Record<string, unknown>): data is Record<string, unknown> & Point {
  const { time, value, tags = null } = data
  return typeof time === 'string' && typeof value === 'number' && (tags === null || isRecord(tags))
}

function requestOf({ time, value, tags }: Point): ParsedLine {
  const bytes = bytesOf(time)
  const timeMs = parseRfc3339(bytes, { start: 0, end: bytes.length })
  if (!(timeMs > 0)) return malformed('has no RFC 3339 time')
  const tag = (name: string) => (typeof tags?.[name] === 'string' ? tags[name] : undefined)
  return {
    ...{ kind: 'request', latencyMs: value, timeMs },
    told: toldBy({ expected: tag('expected_response'), status: tag('status') }),
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
