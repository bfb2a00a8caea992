import { type Failure, failure } from './columns.ts'
import { createCsvScanner, malformed, type RowProblem } from './csv.ts'
import type { Fields } from './csv-fields.ts'
import { readHeader } from './csv-header.ts'
import { numberOf } from './csv-row.ts'
import { isLatency } from './decimal.ts'
import { emptySpan } from './name-table.ts'
import { emptyRequest } from './request.ts'
import { endpointOf, plainName, type RawFormat, type Scan } from './scan.ts'

const columns = ['response-time', 'DNS+dialup', 'DNS', 'Request-write', 'Response-delay', 'Response-read']
const secondsToMs = 3

/** `hey -o csv`: one endpoint without a name. Requests that got no answer are not in it, and it ends at a million rows. */
export const heyCsv: RawFormat = {
  name: 'hey-csv',
  timeOf: 'start',
  omitsFailures: true,
  roundedToMs: 0.1,
  cutAt: 1_000_000,
  begin: (head, scan) => {
    const header = readHeader(head, ',')
    if (header === undefined || columns.some((column, at) => header.names[at] !== column)) return undefined
    const [status, offset] = ['status-code', 'offset'].map((name) => header.names.indexOf(name)) as [number, number]
    const layout = { delimiter: header.delimiter, columns: header.names.length, header: header.line }
    return createCsvScanner(scan, { ...layout, hasTimes: offset !== -1, take: rowReader(scan, status, offset) })
  },
}

function rowReader(scan: Scan, status: number, offset: number): (fields: Fields) => RowProblem | undefined {
  const request = emptyRequest()
  const naming = { span: emptySpan(), describe: plainName }
  return (fields) => {
    request.latencyMs = numberOf(fields, 0, secondsToMs)
    if (!isLatency(request.latencyMs)) return malformed('has no response time')
    request.timeMs = offset === -1 ? 0 : numberOf(fields, offset, secondsToMs)
    if (!isLatency(request.timeMs)) return malformed('has no offset')
    const code = status === -1 ? Number.POSITIVE_INFINITY : numberOf(fields, status)
    if (!(code >= 0)) return malformed('has no status')
    request.failure = failureOf(code)
    if (request.failure === failure.untold) scan.counts.untold += 1
    request.nameId = endpointOf(scan, fields.bytes, naming)
    scan.sink.take(request)
    return undefined
  }
}

/** Infinity: the column is not there. */
function failureOf(status: number): Failure {
  if (status === Number.POSITIVE_INFINITY) return failure.untold
  return status >= 400 || status === 0 ? failure.yes : failure.no
}
