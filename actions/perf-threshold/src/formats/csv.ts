import { quote } from '@deploy-safety/common/inputs'
import { Unreadable } from '../unreadable.ts'
import { withoutByteOrderMark } from './json.ts'

export interface CsvRow {
  /** Counted from 1: where the row begins. */
  readonly line: number
  readonly cells: readonly string[]
}

interface Cell {
  readonly text: string
  /** The delimiter, a line end, or nothing at the end of the text. */
  readonly end: string
  readonly length: number
}

const cutQuote = /"[^"]*(?:""[^"]*)*$/y

/**
 * The rows of a small table as RFC 4180 has it, without blank ones. Any number of CR before the LF ends a row: Locust writes
 * two on Windows. Every row has its line end, the last one too: without it nobody knows whether the last number is whole.
 * @throws Unreadable `truncated-results`, or `malformed-results` with the line
 */
export function readCsv(text: string, delimiter = ','): CsvRow[] {
  const plain = withoutByteOrderMark(text)
  const cell = cellReader(plain, delimiter)
  const rows: CsvRow[] = []
  let cells: string[] = []
  let [index, line, firstLine] = [0, 1, 1]
  while (index < plain.length || cells.length > 0) {
    const { text, end, length } = cell(index, line)
    if (end === '') throw new Unreadable('truncated-results', `line ${line}: the row has no end`)
    cells.push(text)
    line += newlinesIn(plain, index, index + length)
    index += length
    if (end === delimiter) continue
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: firstLine, cells })
    cells = []
    firstLine = line
  }
  return rows
}

function cellReader(text: string, delimiter: string): (index: number, line: number) => Cell {
  const separator = delimiter.replace(/[\\\]^|-]/g, String.raw`\$&`)
  const end = String.raw`([${separator}]|\r*\n|$)`
  const quoted = new RegExp(`"([^"]*(?:""[^"]*)*)"${end}`, 'y')
  const bare = new RegExp(String.raw`([^"${separator}\r\n]*)${end}`, 'y')
  return (index, line) => {
    const isQuoted = text.charAt(index) === '"'
    const pattern = isQuoted ? quoted : bare
    pattern.lastIndex = index
    const match = pattern.exec(text)
    if (match === null) throw faultAt(text, index, line)
    const [whole, content = '', ending = ''] = match
    return { text: isQuoted ? content.replaceAll('""', '"') : content, end: ending, length: whole.length }
  }
}

function faultAt(text: string, index: number, line: number): Unreadable {
  cutQuote.lastIndex = index
  const isOpen = text.charAt(index) === '"' && cutQuote.test(text)
  if (isOpen) return new Unreadable('truncated-results', `line ${line}: a quote is not closed`)
  const start = quote(text.slice(index, index + 30))
  return new Unreadable('malformed-results', `line ${line}: ${start} is not a valid CSV cell`)
}

function newlinesIn(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1
  return count
}
