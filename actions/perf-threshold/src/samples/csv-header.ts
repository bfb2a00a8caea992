import { createQuotedReader, emptyFields } from './csv-fields.ts'

export interface Header {
  readonly names: readonly string[]
  readonly delimiter: number
  /** The line as it is written, without its end. */
  readonly line: Uint8Array
}

const mostColumns = 1_000
const [newline, carriageReturn] = [10, 13] as const

/** The first line, split; undefined when it has no end within `head` or cannot be split. */
export function readHeader(head: Buffer, delimiter: string): Header | undefined {
  const code = delimiter.charCodeAt(0)
  const line = firstLine(head)
  const fields = emptyFields(mostColumns)
  if (createQuotedReader(code).read(line, 0, fields) !== 'whole' || fields.count > mostColumns) return undefined
  const names = Array.from({ length: fields.count }, (_, at) =>
    Buffer.from(fields.bytes.subarray(fields.starts[at], fields.ends[at])).toString(),
  )
  return { names, delimiter: code, line }
}

function firstLine(head: Buffer): Uint8Array {
  const found = head.indexOf(newline)
  let end = found === -1 ? head.length : found
  while (end > 0 && head[end - 1] === carriageReturn) end -= 1
  return new Uint8Array(head.subarray(0, end))
}
