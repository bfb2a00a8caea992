import { createQuotedReader, emptyFields } from './csv-fields.ts'

export interface Header {
  readonly names: readonly string[]
  readonly delimiter: number
  /** The record as it is written, without its line end. */
  readonly line: Uint8Array
}

const mostColumns = 1_000
const [newline, carriageReturn] = [10, 13] as const

/**
 * The first record, split: the header, or the first row of a file without one, which can have line ends within quotes. Undefined when it
 * is not whole within `head` or cannot be split.
 */
export function readHeader(head: Buffer, delimiter: string): Header | undefined {
  const code = delimiter.charCodeAt(0)
  const fields = emptyFields(mostColumns)
  const reader = createQuotedReader(code)
  if (reader.read(head, 0, fields) !== 'whole' || fields.count > mostColumns) return undefined
  const names = Array.from({ length: fields.count }, (_, at) =>
    Buffer.from(fields.bytes.subarray(fields.starts[at], fields.ends[at])).toString(),
  )
  return { names, delimiter: code, line: withoutLineEnd(head.subarray(0, reader.next)) }
}

function withoutLineEnd(record: Uint8Array): Uint8Array {
  let end = record.length
  while (end > 0 && (record[end - 1] === newline || record[end - 1] === carriageReturn)) end -= 1
  return new Uint8Array(record.subarray(0, end))
}
