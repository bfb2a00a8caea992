import { failure } from './columns.ts'
import { createCsvScanner, malformed, type RowProblem } from './csv.ts'
import type { Fields } from './csv-fields.ts'
import { readHeader } from './csv-header.ts'
import { isEmpty, numberOf } from './csv-row.ts'
import { isLatency } from './decimal.ts'
import { emptySpan } from './name-table.ts'
import { emptyRequest } from './request.ts'
import { endpointOf, plainName, type RawFormat, type Scan, tooManyEndpoints } from './scan.ts'

const columns = ['timestamp', 'request_type', 'name', 'response_time_ms', 'response_length', 'status_code', 'exception']
const [timestamp, type, name, time, exception] = [0, 1, 2, 3, 6] as const

/** Locust's CsvRequestLogger: a request failed when it has an exception, whatever its status, as `catch_response` can decide both ways. */
export const locustRequests: RawFormat = {
  name: 'locust-requests',
  timeOf: 'start',
  omitsFailures: false,
  roundedToMs: 0.01,
  cutAt: undefined,
  begin: (head, scan) => {
    const header = readHeader(head, ',')
    if (header === undefined || columns.some((column, at) => header.names[at] !== column)) return undefined
    const layout = { hasTimes: true, delimiter: header.delimiter, columns: header.names.length, header: header.line }
    return createCsvScanner(scan, { ...layout, take: rowReader(scan) })
  },
}

function rowReader(scan: Scan): (fields: Fields) => RowProblem | undefined {
  const request = emptyRequest()
  const span = emptySpan()
  const naming = { span, describe: plainName }
  return (fields) => {
    request.latencyMs = numberOf(fields, time)
    request.timeMs = numberOf(fields, timestamp, 3)
    if (!(request.timeMs >= 0)) return malformed('has no timestamp')
    if (isEmpty(fields, time)) {
      scan.counts.leftOut.untimed += 1
      return undefined
    }
    if (!isLatency(request.latencyMs)) return malformed('has no response time')
    span.prefixStart = fields.starts[type] ?? 0
    span.prefixEnd = fields.ends[type] ?? 0
    span.start = fields.starts[name] ?? 0
    span.end = fields.ends[name] ?? 0
    request.nameId = endpointOf(scan, fields.bytes, naming)
    if (request.nameId === -1) return tooManyEndpoints
    request.failure = isEmpty(fields, exception) ? failure.no : failure.yes
    scan.sink.take(request)
    return undefined
  }
}
