import { quote } from '@deploy-safety/common/inputs'
import { Unreadable } from '../unreadable.ts'
import { type CsvRow, readCsv } from './csv.ts'

/** A row whose cells are found by the name of their column, whatever its case. */
export interface TableRow {
  readonly line: number
  /** The cell of the first of these columns that the table has. */
  text(...columns: readonly string[]): string | undefined
  /** A finite number from 0, or undefined where the tool has none. @throws Unreadable with the line */
  number(...columns: readonly string[]): number | undefined
  /** The same for a whole number below 2^53. @throws Unreadable with the line */
  count(...columns: readonly string[]): number | undefined
}

export interface Table {
  /** In lower case. */
  readonly columns: readonly string[]
  readonly rows: readonly TableRow[]
}

const noData = /^\s*(?:nan|n\/a|none|-)?\s*$/i
const plainNumber = /^\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/

/** @throws Unreadable when it is damaged, or when a row has more or fewer cells than the header */
export function readTable(text: string): Table {
  const [header, ...rows] = readCsv(text)
  if (header === undefined) throw new Unreadable('truncated-results', 'the file is empty')
  const columns = header.cells.map((cell) => cell.trim().toLowerCase())
  return { columns, rows: rows.map((row) => tableRow(row, columns)) }
}

/** The cells of a header, in lower case: for telling formats apart. */
export function headerCells(line: string | undefined): readonly string[] {
  return (line ?? '').split(',').map((cell) => cell.replaceAll('"', '').trim().toLowerCase())
}

/** @throws Unreadable with the line */
export function parseNumber(text: string, line: number): number | undefined {
  if (noData.test(text)) return undefined
  const value = plainNumber.test(text.trim()) ? Number(text) : Number.NaN
  if (!Number.isFinite(value)) throw malformedAt(line, `${quote(text)} is not a number from 0`)
  return value
}

/** @throws Unreadable with the line */
export function parseCount(text: string, line: number): number | undefined {
  const value = parseNumber(text, line)
  if (value !== undefined && !Number.isSafeInteger(value)) throw malformedAt(line, `${quote(text)} is not a count`)
  return value
}

export function malformedAt(line: number, problem: string): Unreadable {
  return new Unreadable('malformed-results', `line ${line}: ${problem}`)
}

function tableRow({ line, cells }: CsvRow, columns: readonly string[]): TableRow {
  if (cells.length !== columns.length) {
    throw malformedAt(line, `the row has ${cells.length} cells, the header has ${columns.length}`)
  }
  const text = (...names: readonly string[]): string | undefined => {
    const column = names.find((name) => columns.includes(name.toLowerCase()))
    return column === undefined ? undefined : cells[columns.indexOf(column.toLowerCase())]
  }
  return {
    line,
    text,
    number: (...names) => parseNumber(text(...names) ?? '', line),
    count: (...names) => parseCount(text(...names) ?? '', line),
  }
}
