import { failure } from './columns.ts'
import { type CsvLayout, createCsvScanner, malformed, type QuickRange, type RowProblem } from './csv.ts'
import type { Fields } from './csv-fields.ts'
import { isEmpty, isText, numberOf, rangeOf } from './csv-row.ts'
import { isLatency } from './decimal.ts'
import { type JmeterColumns, type JmeterLayout, jmeterLayout } from './jmeter-columns.ts'
import { createLineReader, emptyRow, type JmeterLineReader } from './jmeter-line.ts'
import { bytesOf, isAt } from './match.ts'
import type { NameSpan } from './name-table.ts'
import { endpointOf, plainName, type RawFormat, type Scan, textOf, tooManyEndpoints } from './scan.ts'
import { createSubResults, type SubResults } from './sub-results.ts'
import { parseLocalTime } from './time-stamp.ts'
import { wordsOf } from './words.ts'

/**
 * JMeter's JTL as CSV. Left out are the rows of transaction controllers, which sum up others, and the parts of a request that is there
 * itself. Rows that stand for several requests are refused: their single times are lost.
 */
export const jmeterCsv: RawFormat = {
  name: 'jmeter-csv',
  timeOf: 'start',
  omitsFailures: false,
  roundedToMs: 1,
  cutAt: undefined,
  begin: (head, scan) => {
    const layout = jmeterLayout(head)
    if (layout === undefined) return undefined
    const { places, ...csv } = layout
    const parts = createSubResults(scan)
    scan.parents = parts.parents
    return createCsvScanner(scan, { ...csv, ...rowReader(scan, layout, parts) })
  },
}

const words = { true: bytesOf('true'), false: bytesOf('false'), null: bytesOf('null') }
const transaction = bytesOf('Number of samples in transaction')

function rowReader(
  scan: Scan,
  { places, columns, delimiter }: JmeterLayout,
  parts: SubResults,
): Pick<CsvLayout, 'take' | 'quick'> {
  const { counts } = scan
  const row = emptyRow()
  let seen: Buffer | undefined
  let seenWords = wordsOf(Buffer.alloc(0))
  const naming = { span: row.label, describe: plainName }
  const readLine = createLineReader(places, columns, delimiter)
  return {
    take: takeFields,
    quick: readLine === undefined ? undefined : (view, range) => takeLines(readLine, view, range),
  }

  function takeLines(read: JmeterLineReader, view: Buffer, { start, limit, quoteAt }: QuickRange): number {
    if (seen !== view) seenWords = wordsOf(view)
    seen = view
    let at = start
    while (at < limit) {
      const end = read(seenWords, at, row)
      // What is wrong with it is said by who reads it field by field.
      if (end === -1 || end > quoteAt || takeRow(view) !== undefined) break
      counts.lines += 1
      at = end + 1
    }
    return at
  }

  function takeFields(fields: Fields): RowProblem | undefined {
    const problem = readTimes(fields) ?? readFailure(fields)
    if (problem !== undefined) return problem
    if (isTransaction(fields, places)) {
      scan.counts.leftOut.transactions += 1
      return undefined
    }
    if (places.sampleCount !== -1 && numberOf(fields, places.sampleCount) > 1) return averaged
    place(fields, places.label, row.label)
    place(fields, places.threadName, row.thread)
    return takeRow(fields.bytes)
  }

  function readTimes(fields: Fields): RowProblem | undefined {
    row.latencyMs = numberOf(fields, places.elapsed)
    if (!isLatency(row.latencyMs)) return malformed('has no elapsed time')
    row.timeMs = timeOf(fields)
    if (!isLatency(row.timeMs)) return malformed('has no timeStamp in a form that JMeter itself reads back')
    return undefined
  }

  function timeOf(fields: Fields): number {
    const epochMs = numberOf(fields, places.timeStamp)
    if (!Number.isNaN(epochMs)) return epochMs
    scan.counts.local += 1
    return parseLocalTime(fields.bytes, rangeOf(fields, places.timeStamp))
  }

  function readFailure(fields: Fields): RowProblem | undefined {
    if (places.success === -1) row.failure = failure.untold
    else if (isText(fields, places.success, words.true)) row.failure = failure.no
    else if (isText(fields, places.success, words.false)) row.failure = failure.yes
    else return malformed('says neither true nor false in success')
    return undefined
  }

  function takeRow(bytes: Uint8Array): RowProblem | undefined {
    const kind = parts.kindOf(bytes, row)
    if (kind === 'part') scan.counts.leftOut.subResults += 1
    if (kind === 'orphan') keepOrphan(bytes)
    if (kind !== 'request') return undefined
    row.nameId = endpointOf(scan, bytes, naming)
    if (row.nameId === -1) return tooManyEndpoints
    parts.follow(bytes, row, row.nameId)
    if (row.failure === failure.untold) scan.counts.untold += 1
    scan.sink.take(row)
    return undefined
  }

  function keepOrphan(bytes: Uint8Array): void {
    scan.orphans.push({
      thread: textOf(bytes, row.thread.start, row.thread.end),
      label: textOf(bytes, row.label.start, row.label.end),
      startMs: row.timeMs,
      latencyMs: row.latencyMs,
      failure: row.failure,
    })
  }
}

const averaged: RowProblem = {
  finding: 'not-reported',
  problem:
    'stands for several requests (SampleCount), whose single times are lost. Use another mode of the sample sender than Statistical',
}

/** A controller that was interrupted has code 200 and no message; that nothing was asked for and nothing came tells it from a row. */
function isTransaction(fields: Fields, places: JmeterColumns): boolean {
  const { responseMessage, dataType, url } = places
  if (responseMessage === -1) return false
  if (!isEmpty(fields, responseMessage)) return isAt(fields.bytes, fields.starts[responseMessage] ?? 0, transaction)
  return isBlank(fields, dataType) && isBlank(fields, url)
}

function isBlank(fields: Fields, column: number): boolean {
  return column !== -1 && (isEmpty(fields, column) || isText(fields, column, words.null))
}

function place({ starts, ends }: Fields, column: number, span: NameSpan): void {
  span.start = column === -1 ? 0 : (starts[column] ?? 0)
  span.end = column === -1 ? 0 : (ends[column] ?? 0)
}
