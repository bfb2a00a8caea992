import { failure } from './columns.ts'
import { type CsvLayout, createCsvScanner, malformed, type QuickRange, type RowProblem } from './csv.ts'
import type { Fields } from './csv-fields.ts'
import { isText, numberOf, rangeOf } from './csv-row.ts'
import { isLatency } from './decimal.ts'
import { type JmeterLayout, jmeterLayout } from './jmeter-columns.ts'
import { createLineReader, emptyRow, type JmeterLineReader } from './jmeter-line.ts'
import { rowKindOf } from './jmeter-transaction.ts'
import { bytesOf } from './match.ts'
import type { NameSpan } from './name-table.ts'
import { endpointOf, plainName, type RawFormat, type Scan, textOf, tooManyEndpoints } from './scan.ts'
import { createSubResults, type Orphan, type SubResults } from './sub-results.ts'
import { parseLocalTime, parseZonedTime } from './time-stamp.ts'
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

const words = { true: bytesOf('true'), false: bytesOf('false') }

function rowReader(
  scan: Scan,
  { places, columns, delimiter }: JmeterLayout,
  parts: SubResults,
): Pick<CsvLayout, 'take' | 'quick'> {
  const { counts } = scan
  const row = emptyRow()
  let isDoubtful = false
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
    const kind = rowKindOf(fields, places, row.latencyMs)
    place(fields, places.label, row.label)
    if (kind === 'transaction') {
      scan.counts.leftOut.transactions += 1
      noteController(fields.bytes)
      return undefined
    }
    if (places.sampleCount !== -1 && numberOf(fields, places.sampleCount) > 1) return averaged
    place(fields, places.threadName, row.thread)
    isDoubtful = kind !== 'request'
    if (kind === 'interrupted' && scan.interrupted.length < mostInterrupted) {
      scan.interrupted.push(orphanOf(fields.bytes))
      isDoubtful = false
      return undefined
    }
    const rejected = takeRow(fields.bytes)
    isDoubtful = false
    return rejected
  }

  function readTimes(fields: Fields): RowProblem | undefined {
    row.latencyMs = numberOf(fields, places.elapsed)
    if (!isLatency(row.latencyMs)) return malformed('has no elapsed time')
    row.timeMs = places.timeStamp === -1 ? 0 : timeOf(fields)
    return isLatency(row.timeMs) ? undefined : unreadableTime
  }

  function timeOf(fields: Fields): number {
    const epochMs = numberOf(fields, places.timeStamp)
    if (!Number.isNaN(epochMs)) return epochMs
    const range = rangeOf(fields, places.timeStamp)
    const zonedMs = parseZonedTime(fields.bytes, range)
    if (!Number.isNaN(zonedMs)) return zonedMs
    const localMs = parseLocalTime(fields.bytes, range)
    if (!Number.isNaN(localMs)) scan.counts.local += 1
    return localMs
  }

  function readFailure(fields: Fields): RowProblem | undefined {
    if (places.success === -1) row.failure = failure.untold
    else if (isText(fields, places.success, words.true)) row.failure = failure.no
    else if (isText(fields, places.success, words.false)) row.failure = failure.yes
    else return malformed('has neither true nor false in success')
    return undefined
  }

  function takeRow(bytes: Uint8Array): RowProblem | undefined {
    const kind = parts.kindOf(bytes, row)
    if (kind === 'part') scan.counts.leftOut.subResults += 1
    if (kind === 'orphan') scan.orphans.push(orphanOf(bytes))
    if (kind !== 'request') return undefined
    row.nameId = endpointOf(scan, bytes, naming)
    if (row.nameId === -1) return tooManyEndpoints
    parts.follow(bytes, row, row.nameId)
    if (row.failure === failure.untold) scan.counts.untold += 1
    if (isDoubtful) scan.counts.doubtful += 1
    scan.sink.take(row)
    return undefined
  }

  function noteController(bytes: Uint8Array): void {
    if (scan.controllers.find(bytes, row.label) !== -1 || scan.controllers.add(bytes, row.label) === -1) return
    scan.controllerLabels.push(textOf(bytes, row.label.start, row.label.end))
  }

  function orphanOf(bytes: Uint8Array): Orphan {
    return {
      thread: textOf(bytes, row.thread.start, row.thread.end),
      label: textOf(bytes, row.label.start, row.label.end),
      timeMs: row.timeMs,
      latencyMs: row.latencyMs,
      failure: row.failure,
      isDoubtful,
    }
  }
}

/** One for each thread of a large test, in a piece; more are no interrupted controllers. */
const mostInterrupted = 20_000

const unreadableTime = malformed('has no readable timeStamp. Set jmeter.save.saveservice.timestamp_format=ms')

const averaged: RowProblem = {
  finding: 'not-reported',
  problem:
    'stands for several requests (SampleCount), whose single latencies are lost. Use a sample sender mode other than Statistical',
}

function place({ starts, ends }: Fields, column: number, span: NameSpan): void {
  span.start = column === -1 ? 0 : (starts[column] ?? 0)
  span.end = column === -1 ? 0 : (ends[column] ?? 0)
}
