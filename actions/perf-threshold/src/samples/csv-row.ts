import type { Fields } from './csv-fields.ts'
import { parseDecimal } from './decimal.ts'
import { textOf } from './scan.ts'

const range = { start: 0, end: 0 }

/** Where a field is; reused by every call. */
export function rangeOf({ starts, ends }: Fields, column: number): { readonly start: number; readonly end: number } {
  range.start = starts[column] ?? 0
  range.end = ends[column] ?? 0
  return range
}

export function numberOf(fields: Fields, column: number, shift = 0): number {
  return parseDecimal(fields.bytes, rangeOf(fields, column), shift)
}

export function fieldText(fields: Fields, column: number): string {
  return textOf(fields.bytes, fields.starts[column] ?? 0, fields.ends[column] ?? 0)
}

export function isEmpty({ starts, ends }: Fields, column: number): boolean {
  return starts[column] === ends[column]
}

export function isText({ bytes, starts, ends }: Fields, column: number, expected: Uint8Array): boolean {
  const start = starts[column] ?? 0
  if ((ends[column] ?? 0) - start !== expected.length) return false
  for (let at = 0; at < expected.length; at += 1) if (bytes[start + at] !== expected[at]) return false
  return true
}
