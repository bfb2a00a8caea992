import { type Failure, failure } from './columns.ts'
import { isLatency } from './decimal.ts'
import { type ParsedLine, type ParsedRequest, parseLine } from './k6-json-parsed.ts'
import { emptyPoint, readPoint, readPointEnd, readPointStart, readTimeAndValue } from './k6-json-point.ts'
import { bytesOf, isAt } from './match.ts'
import type { NameSpan } from './name-table.ts'
import { createPhrases, mostPhrases } from './phrases.ts'
import { emptyRequest, type Request } from './request.ts'
import {
  type Describe,
  endpointOf,
  noteDamage,
  type RawFormat,
  type Scan,
  type Scanner,
  textOf,
  tooManyEndpoints,
} from './scan.ts'
import { wordsOf } from './words.ts'

/**
 * k6 `--out json`: a line is a metric or one point of it. The lines that matter, one of nine to thirteen, are read byte by byte as k6
 * writes them; what deviates in any way goes through JSON.parse. Of the other lines only the ends are looked at.
 */
export const k6Json: RawFormat = {
  name: 'k6-json',
  timeOf: 'end',
  omitsFailures: false,
  roundedToMs: undefined,
  cutAt: undefined,
  begin: (head, scan) =>
    /^\s*\{\s*"(?:metric"\s*:\s*"|type"\s*:\s*"(?:Metric|Point)")/.test(head.toString('latin1', 0, 200))
      ? createScanner(scan)
      : undefined,
}

const metricFirst = bytesOf('{"metric":"')
const typeFirst = bytesOf('{"type":"')
const duration = bytesOf('http_req_duration",')
const durationLast = bytesOf(',"metric":"http_req_duration"}')
const counters = { iterations: bytesOf('iterations",'), dropped: bytesOf('dropped_iterations",') }
const beforeTime = bytesOf('"type":"Point","data":{"time":"')
const [newline, carriageReturn, comma, close, space] = [10, 13, 44, 125, 32] as const

/** A request as one number: that of its name, and whether it failed. */
const failures = 3
const setupMeaning = -1

type Outcome = 'done' | 'unclear'

function createScanner(scan: Scan): Scanner {
  const { counts } = scan
  const point = emptyPoint()
  const request = emptyRequest()
  const bounds = { start: 0, end: 0 }
  const phrases = createPhrases()
  const meanings = new Int32Array(mostPhrases)
  let view: Buffer = Buffer.alloc(0)
  let words = wordsOf(view)

  const readLine = (start: number, end: number): Outcome => {
    if (view[end - 1] !== close) return 'unclear'
    if (isAt(view, start, metricFirst)) return readMetricFirst(start + metricFirst.length, end)
    return isAt(view, start, typeFirst) ? readMetricLast(start, end) : 'unclear'
  }
  const readMetricFirst = (start: number, end: number): Outcome => {
    // A letter that tells most metrics apart: http_req_[d]uration, itera[t]ions and [d]ropped_iterations.
    const ninth = view[start + 9]
    if (ninth === 100 && isAt(view, start, duration)) return readDuration(start + duration.length, end)
    if (isAt(view, start, counters.iterations)) return readCounter(start + counters.iterations.length, 'iterations')
    if (isAt(view, start, counters.dropped)) return readCounter(start + counters.dropped.length, 'dropped')
    return 'done'
  }
  const readDuration = (start: number, end: number): Outcome => {
    bounds.start = start
    bounds.end = end
    const tags = readPointStart(view, bounds, point)
    if (tags === -1) return 'unclear'
    const known = phrases.find(words, tags, end)
    return known === -1 ? readTags(tags, end) : takeKnown(known)
  }
  /** From `,"tags":` to the end of the line, which says all but time and value: with the same bytes the same, for each request again. */
  const readTags = (start: number, end: number): Outcome => {
    bounds.start = start
    bounds.end = end
    if (readPointEnd(view, bounds, point) !== end - 1) return 'unclear'
    const outcome = takePoint()
    if (outcome === 'unclear' || (request.nameId === -1 && !point.isSetup)) return outcome
    const known = phrases.add(view, start, end)
    if (known !== -1) meanings[known] = point.isSetup ? setupMeaning : request.nameId * failures + request.failure
    return outcome
  }
  const takeKnown = (known: number): Outcome => {
    const meaning = meanings[known] ?? setupMeaning
    if (meaning === setupMeaning) {
      counts.leftOut.setup += 1
      return 'done'
    }
    request.latencyMs = point.value
    request.timeMs = point.timeMs
    request.nameId = Math.floor(meaning / failures)
    request.failure = (meaning % failures) as Failure
    if (request.failure === failure.untold) counts.untold += 1
    scan.sink.take(request)
    return 'done'
  }
  /** k6 up to 0.40. */
  const readMetricLast = (start: number, end: number): Outcome => {
    const tail = end - durationLast.length
    if (!isAt(view, tail, durationLast)) return endsWithCounter(end) ? 'unclear' : 'done'
    bounds.start = start + 1
    bounds.end = end
    return readPoint(view, bounds, point) === tail ? takePoint() : 'unclear'
  }
  const endsWithCounter = (end: number) => view[end - 2] === 34 && view[end - 3] === 115 && view[end - 4] === 110
  const takePoint = (): Outcome => {
    request.latencyMs = point.value
    request.timeMs = point.timeMs
    request.failure = point.failure
    return take(scan, request, { bytes: view, span: point.name, isSetup: point.isSetup })
  }
  const readCounter = (start: number, kind: 'iterations' | 'dropped'): Outcome => {
    if (!isAt(view, start, beforeTime)) return 'unclear'
    bounds.start = start + beforeTime.length
    bounds.end = view.length
    const after = readTimeAndValue(view, bounds, point)
    if (after === -1 || view[after] !== comma) return 'unclear'
    if (kind === 'dropped') counts.dropped += point.value
    else counts.done += point.value
    return 'done'
  }
  const readRecord = (start: number, stop: number, isTerminated: boolean) => {
    let end = stop
    while (end > start && view[end - 1] === carriageReturn) end -= 1
    // The end of the last line can be missing and yet look well.
    if (isTerminated && readLine(start, end) === 'done') return
    readSlowly(scan, view.subarray(start, end), isTerminated)
  }
  return {
    hasTimes: true,
    read: (bytes, limit, isLast) => {
      view = bytes
      words = wordsOf(bytes)
      let start = 0
      while (start < limit && start < view.length) {
        const found = view.indexOf(newline, start)
        if (found === -1) {
          if (isLast) readRecord(start, view.length, false)
          return isLast ? view.length : start
        }
        readRecord(start, found, true)
        counts.lines += 1
        start = found + 1
      }
      return start
    },
  }
}

interface Named {
  readonly bytes: Uint8Array
  readonly span: NameSpan
  readonly isSetup: boolean
}

function take(scan: Scan, request: Request, { bytes, span, isSetup }: Named): Outcome {
  if (!isLatency(request.latencyMs)) return 'unclear'
  if (isSetup) {
    scan.counts.leftOut.setup += 1
    return 'done'
  }
  request.nameId = endpointOf(scan, bytes, { span, describe })
  if (request.nameId === -1) {
    noteDamage(scan, bytes.subarray(span.start, span.end), tooManyEndpoints)
    return 'done'
  }
  if (request.failure === failure.untold) scan.counts.untold += 1
  scan.sink.take(request)
  return 'done'
}

/** Names are told apart as they are written; two spellings of one become one when the pieces are put together. */
const describe: Describe = (bytes, { prefixStart, prefixEnd, start, end }) => {
  const shortName: string = JSON.parse(`"${textOf(bytes, start, end)}"`)
  const method: string = JSON.parse(`"${textOf(bytes, prefixStart, prefixEnd)}"`)
  return { name: method === '' ? shortName : `${method} ${shortName}`, shortName }
}

function readSlowly(scan: Scan, line: Buffer, isTerminated: boolean): void {
  if (isBlank(line)) return
  const parsed = parseLine(line.toString())
  if (parsed.kind === 'request') takeParsed(scan, parsed)
  else if (parsed.kind !== 'malformed') count(scan, parsed)
  else if (!isTerminated)
    noteDamage(scan, line, { finding: 'truncated-results', problem: 'is not a whole line: the file ends in it' })
  else noteDamage(scan, line, { finding: 'malformed-results', problem: parsed.problem })
}

function count({ counts }: Scan, parsed: Exclude<ParsedLine, ParsedRequest | { kind: 'malformed' }>): void {
  if (parsed.kind === 'iterations') counts.done += parsed.value
  if (parsed.kind === 'dropped') counts.dropped += parsed.value
}

function takeParsed(scan: Scan, { method, name, isSetup, ...rest }: ParsedRequest): void {
  const [prefix, short] = [method, name].map((text) => bytesOf(JSON.stringify(text).slice(1, -1))) as [
    Uint8Array,
    Uint8Array,
  ]
  const bytes = Buffer.concat([prefix, short])
  const span = { prefixStart: 0, prefixEnd: prefix.length, start: prefix.length, end: bytes.length }
  take(scan, { ...rest, nameId: 0 }, { bytes, span, isSetup })
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === space || byte === 9)
}
