import { createLineSplitter, createQuotedReader, emptyFields, type Fields } from './csv-fields.ts'
import { type LineDamage, noteDamage, type Scan, type Scanner, tooManyEndpoints } from './scan.ts'

/** How the rows of one file are read. */
export interface CsvLayout {
  readonly hasTimes: boolean
  readonly delimiter: number
  /** How many fields a row has. */
  readonly columns: number
  /** The header as its line is written; it may come again, where files were put together. Undefined: there is none. */
  readonly header: Uint8Array | undefined
  /** Takes rows without splitting them, as long as they are as they usually are. */
  readonly quick?: QuickRows | undefined
  /** Takes a row; says what is wrong with it, if anything is. */
  readonly take: (fields: Fields) => RowProblem | undefined
}

/**
 * Takes the rows of a range up to the first that is not as usual.
 * @returns where that one begins, of which nothing was taken, or the first behind the range
 */
type QuickRows = (view: Buffer, range: QuickRange) => number

export interface QuickRange {
  readonly start: number
  /** Rows that begin here or later are not wanted. */
  readonly limit: number
  /** Where the first quote is: no row is usual that has one. */
  readonly quoteAt: number
}

export type RowProblem = Pick<LineDamage, 'finding' | 'problem'>

export function malformed(problem: string): RowProblem {
  return { finding: 'malformed-results', problem }
}

const [quote, newline, carriageReturn] = [34, 10, 13] as const
const cutOff: RowProblem = { finding: 'truncated-results', problem: 'is incomplete: the file ends here' }
/** Every tool ends every row with a line end: without one, `1234` may have lost its last digits. */
const openEnd: RowProblem = {
  finding: 'truncated-results',
  problem: 'is the last row and has no line end: its last field may be incomplete',
}

/** Rows of CSV: a line without a quote is split as it is; only those with one go through the state machine. */
export function createCsvScanner(scan: Scan, layout: CsvLayout): Scanner {
  const { delimiter, columns, header, quick } = layout
  const { counts } = scan
  const fields = emptyFields(columns)
  const quoted = createQuotedReader(delimiter)
  const split = createLineSplitter(delimiter)
  let nextQuote = -1
  let view: Buffer = Buffer.alloc(0)

  const note = (start: number, end: number, problem: RowProblem) => noteDamage(scan, view.subarray(start, end), problem)
  /** A row, split, from `start` to `end`. */
  const takeRow = (start: number, end: number, isTerminated: boolean) => {
    if (isHeader(start, end)) {
      // No tool stops there by itself.
      if (!isTerminated) note(start, end, cutOff)
      return
    }
    const problem = fields.count === columns ? layout.take(fields) : countProblem(fields.count, columns)
    if (!isTerminated) note(start, end, lastRowProblem(problem))
    else if (problem !== undefined) note(start, end, problem)
  }
  const isHeader = (start: number, end: number) =>
    header !== undefined && end - start === header.length && view.subarray(start, end).equals(header)
  const readPlain = (start: number, stop: number) => {
    let end = stop
    if (view[end - 1] === carriageReturn) end = trimmed(view, start, stop)
    if (end === start) return
    fields.ends[fields.count - 1] = end
    takeRow(start, end, true)
  }
  /** Where the next row begins; -1: this one is not whole yet. */
  const readQuoted = (start: number, isLast: boolean): number => {
    const end = quoted.read(view, start, fields)
    // A row without a line end may go on in bytes that are yet to come.
    if (!isLast && (end === 'open' || (end === 'whole' && !quoted.isTerminated))) return -1
    if (end === 'broken') return skipBroken(start, isLast)
    if (end === 'open') {
      note(start, view.length, cutOff)
      return view.length
    }
    const { next, isTerminated, lines } = quoted
    takeRow(start, trimmed(view, start, next), isTerminated)
    counts.lines += lines
    return next
  }
  /** The next line is the next chance for a row: within a broken one nothing says where it ends. */
  const skipBroken = (start: number, isLast: boolean): number => {
    const found = view.indexOf(newline, start)
    if (found === -1 && !isLast) return -1
    const stop = found === -1 ? view.length : found
    note(start, stop, found === -1 ? cutOff : misplacedQuote)
    counts.lines += found === -1 ? 0 : 1
    return found === -1 ? stop : stop + 1
  }
  const takeUsual = (start: number, limit: number): number => {
    if (quick === undefined) return start
    if (nextQuote < start) nextQuote = indexOr(view, quote, start)
    return quick(view, { start, limit, quoteAt: nextQuote })
  }
  const readRow = (start: number, isLast: boolean): number => {
    const stop = split(view, start, fields)
    // The reader of quoted rows knows the end of the bytes, too.
    if (stop < 0) return readQuoted(start, isLast)
    readPlain(start, stop)
    counts.lines += 1
    return stop + 1
  }
  return {
    hasTimes: layout.hasTimes,
    read: (bytes, limit, isLast) => {
      view = bytes
      nextQuote = -1
      const stop = Math.min(limit, view.length)
      let start = takeUsual(0, stop)
      while (start < stop) {
        const next = readRow(start, isLast)
        if (next === -1) break
        start = takeUsual(next, stop)
      }
      return start
    },
  }
}

const misplacedQuote = malformed('has a quote within a field')

function countProblem(count: number, columns: number): RowProblem {
  return malformed(`has ${count > columns ? 'more than ' : ''}${Math.min(count, columns)} fields, not ${columns}`)
}

/** What is wrong with a row that has no line end. */
function lastRowProblem(problem: RowProblem | undefined): RowProblem {
  if (problem === undefined) return openEnd
  return problem === tooManyEndpoints ? problem : cutOff
}

function indexOr(view: Buffer, byte: number, from: number): number {
  const at = view.indexOf(byte, from)
  return at === -1 ? Number.POSITIVE_INFINITY : at
}

function trimmed(view: Uint8Array, start: number, next: number): number {
  let end = next
  while (end > start && (view[end - 1] === newline || view[end - 1] === carriageReturn)) end -= 1
  return end
}
