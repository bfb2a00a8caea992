import { failure } from './columns.ts'
import { createCsvScanner, malformed, type RowProblem } from './csv.ts'
import type { Fields } from './csv-fields.ts'
import { type Header, readHeader } from './csv-header.ts'
import { fieldText, isEmpty, isText, numberOf, rangeOf } from './csv-row.ts'
import { isLatency } from './decimal.ts'
import { durationMetric, isSetup, k6Failure, toldBy } from './k6.ts'
import { bytesOf } from './match.ts'
import { emptySpan, type NameSpan } from './name-table.ts'
import { emptyRequest } from './request.ts'
import { endpointOf, plainName, type RawFormat, type Scan, tooManyEndpoints } from './scan.ts'
import { parseRfc3339 } from './time-stamp.ts'

/** k6 `--out csv`: as its JSON, with the system tags as columns. Which ones, and how times are written, is for the user to choose. */
export const k6Csv: RawFormat = {
  name: 'k6-csv',
  timeOf: 'end',
  omitsFailures: false,
  roundedToMs: undefined,
  cutAt: undefined,
  begin: (head, scan) => {
    const header = readHeader(head, ',')
    if (
      header === undefined ||
      ['metric_name', 'timestamp', 'metric_value'].some((name, at) => header.names[at] !== name)
    ) {
      return undefined
    }
    const layout = { hasTimes: true, delimiter: header.delimiter, columns: header.names.length, header: header.line }
    return createCsvScanner(scan, { ...layout, take: rowReader(scan, header) })
  },
}

const duration = bytesOf(durationMetric)
const iterations = bytesOf('iterations')
const dropped = bytesOf('dropped_iterations')
const [metricColumn, timeColumn, valueColumn] = [0, 1, 2] as const
/** As Go writes what a script can add to a metric of its own. */
const noNumbers = new Set(['NaN', '+Inf', '-Inf'])

function rowReader(scan: Scan, { names }: Header): (fields: Fields) => RowProblem | undefined {
  const places = placesOf(names)
  const request = emptyRequest()
  const span = emptySpan()
  const naming = { span, describe: plainName }
  const takeRequest = (fields: Fields): RowProblem | undefined => {
    if (isSetup(textIn(fields, places.group))) {
      scan.counts.leftOut.setup += 1
      return undefined
    }
    placeName(fields, places, span)
    request.nameId = endpointOf(scan, fields.bytes, naming)
    if (request.nameId === -1) return tooManyEndpoints
    request.failure = k6Failure(
      scan,
      toldBy({ expected: textIn(fields, places.expected), status: textIn(fields, places.status) }),
    )
    if (request.failure === failure.untold) scan.counts.untold += 1
    scan.sink.take(request)
    return undefined
  }
  return (fields) => {
    request.latencyMs = numberOf(fields, valueColumn)
    request.timeMs = timeOf(fields)
    // What has as many fields as a row can yet be two rows with a hole between them: those of other metrics are looked at, too.
    if (!isMadeOf(nameParts, fields, metricColumn)) return malformed('has no metric_name')
    if (!(request.timeMs > 0)) return malformed('has no timestamp')
    const kind = metricOf(fields)
    if (kind === 'other') return isValue(fields, request.latencyMs) ? undefined : malformed('has no metric_value')
    if (!isLatency(request.latencyMs)) return malformed('has no metric_value that can be a latency or a count')
    if (kind === 'duration') return takeRequest(fields)
    scan.counts[kind] += request.latencyMs
    return undefined
  }
}

function metricOf(fields: Fields): 'duration' | 'done' | 'dropped' | 'other' {
  if (isText(fields, metricColumn, duration)) return 'duration'
  if (isText(fields, metricColumn, iterations)) return 'done'
  return isText(fields, metricColumn, dropped) ? 'dropped' : 'other'
}

function isValue(fields: Fields, value: number): boolean {
  return !Number.isNaN(value) || noNumbers.has(fieldText(fields, valueColumn))
}

/** A table, for a look at each byte of a field. */
function bytesWhere(isIn: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (isIn(byte) ? 1 : 0))
}

const digits = bytesWhere((byte) => byte >= 48 && byte <= 57)
/** Older versions of k6 take any letter and some marks for the names of metrics, but no control characters. */
const nameParts = bytesWhere((byte) => byte >= 32)

/** At least one of these bytes, and no other. */
function isMadeOf(table: Uint8Array, { bytes, starts, ends }: Fields, column: number): boolean {
  const [start = 0, end = 0] = [starts[column], ends[column]]
  for (let at = start; at < end; at += 1) if (table[bytes[at] ?? 0] !== 1) return false
  return end > start
}

interface Places {
  readonly expected: number
  readonly status: number
  readonly group: number
  readonly method: number
  readonly name: number
  readonly url: number
}

function placesOf(names: readonly string[]): Places {
  const place = (name: string) => names.indexOf(name)
  return {
    ...{ expected: place('expected_response'), status: place('status'), group: place('group') },
    ...{ method: place('method'), name: place('name'), url: place('url') },
  }
}

function placeName(fields: Fields, { method, name, url }: Places, span: NameSpan): void {
  const named = isMissing(fields, name) ? url : name
  span.prefixStart = method === -1 ? 0 : (fields.starts[method] ?? 0)
  span.prefixEnd = method === -1 ? 0 : (fields.ends[method] ?? 0)
  span.start = named === -1 ? 0 : (fields.starts[named] ?? 0)
  span.end = named === -1 ? 0 : (fields.ends[named] ?? 0)
}

function isMissing(fields: Fields, column: number): boolean {
  return column === -1 || isEmpty(fields, column)
}

function textIn(fields: Fields, column: number): string | undefined {
  return isMissing(fields, column) ? undefined : fieldText(fields, column)
}

/** Seconds have ten digits until 2286; each finer unit has three more. */
const shiftByDigits: ReadonlyMap<number, number> = new Map([
  [10, 3],
  [13, 0],
  [16, -3],
  [19, -6],
])
const minus = 45

/** Epoch milliseconds. */
function timeOf(fields: Fields): number {
  const { start, end } = rangeOf(fields, timeColumn)
  if (fields.bytes[start + 4] === minus) return parseRfc3339(fields.bytes, { start, end })
  const shift = shiftByDigits.get(end - start)
  return shift === undefined || !isMadeOf(digits, fields, timeColumn) ? Number.NaN : numberOf(fields, timeColumn, shift)
}
