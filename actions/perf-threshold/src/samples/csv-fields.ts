/** The fields of one row: `bytes` from `starts[i]` to `ends[i]`, without quotes. Reused from row to row. */
export interface Fields {
  bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** How many there are; one more than there is room for when there are too many. */
  count: number
}

export function emptyFields(columns: number): Fields {
  return { bytes: new Uint8Array(0), starts: new Int32Array(columns + 1), ends: new Int32Array(columns + 1), count: 0 }
}

const [quote, newline, carriageReturn] = [34, 10, 13] as const

/** What `LineSplitter` says of a line that it cannot split. */
const notSplit = { hasQuote: -1, hasNoEnd: -2 } as const

/** Splits the line that begins at `start`, in place; returns where its line end is, or one of `notSplit`. */
export type LineSplitter = (view: Uint8Array, start: number, into: Fields) => number

export function createLineSplitter(delimiter: number): LineSplitter {
  // One look-up per byte instead of a comparison with each that matters.
  const isSpecial = new Uint8Array(256)
  for (const byte of [delimiter, quote, newline]) isSpecial[byte] = 1
  return (view, start, into) => {
    const { starts, ends } = into
    const { length } = view
    const last = starts.length - 1
    let count = 0
    starts[0] = start
    for (let at = start; at < length; at += 1) {
      const byte = view[at] ?? 0
      if (isSpecial[byte] === 0) continue
      if (byte === quote) return notSplit.hasQuote
      ends[count] = at
      if (byte === newline) {
        into.bytes = view
        into.count = count + 1
        return at
      }
      // What is too much is put over what is one too much: the count says so.
      if (count < last) count += 1
      starts[count] = at + 1
    }
    return notSplit.hasNoEnd
  }
}

/** How a row with quotes ended. */
type QuotedEnd = 'whole' | 'open' | 'broken'

export interface QuotedReader {
  /**
   * Reads the row that begins at `start`.
   * `whole`: it ended at `next`. `open`: the bytes end before it does. `broken`: a quote stands where none can be.
   */
  read(view: Uint8Array, start: number, into: Fields): QuotedEnd
  /** After `whole`: where the next row begins, and how many line ends were in this one, the last included. */
  readonly next: number
  readonly lines: number
  /** After `whole`: a line end closed it, and not the end of the bytes. */
  readonly isTerminated: boolean
}

/** Fields with quotes as RFC 4180 has them; their content, with doubled quotes halved, is copied aside. */
export function createQuotedReader(delimiter: number): QuotedReader {
  let content = new Uint8Array(4_096)
  let size = 0
  let at = 0
  let lines = 0
  let isTerminated = false
  const copy = (view: Uint8Array, from: number, to: number) => {
    while (content.length <= size + to - from) content = enlarged(content)
    for (let index = from; index < to; index += 1) content[size++] = view[index] ?? 0
  }
  /** From behind the opening quote to behind the closing one. */
  const readQuotedField = (view: Uint8Array): boolean => {
    for (;;) {
      const close = view.indexOf(quote, at)
      if (close === -1) return false
      for (let index = at; index < close; index += 1) if (view[index] === newline) lines += 1
      copy(view, at, close)
      at = close + 1
      if (view[at] !== quote) return true
      copy(view, at, at + 1)
      at += 1
    }
  }
  const readPlainField = (view: Uint8Array): boolean => {
    const from = at
    for (; at < view.length; at += 1) {
      const byte = view[at]
      if (byte === delimiter || byte === newline) break
      if (byte === quote) return false
    }
    let to = at
    while (view[at] !== delimiter && to > from && view[to - 1] === carriageReturn) to -= 1
    copy(view, from, to)
    return true
  }
  const readField = (view: Uint8Array): QuotedEnd => {
    if (view[at] !== quote) return readPlainField(view) ? 'whole' : 'broken'
    at += 1
    if (!readQuotedField(view)) return 'open'
    while (view[at] === carriageReturn) at += 1
    return at >= view.length || view[at] === delimiter || view[at] === newline ? 'whole' : 'broken'
  }
  const readFields = (view: Uint8Array, into: Fields): QuotedEnd => {
    const { starts, ends } = into
    for (let field = 0; ; field += 1) {
      starts[field] = size
      const end = readField(view)
      if (end !== 'whole') return end
      ends[field] = size
      // As in a line: a reader of digits ends at the end of its field.
      content[size++] = newline
      into.count = Math.min(field + 1, starts.length)
      if (view[at] !== delimiter) break
      at += 1
    }
    isTerminated = view[at] === newline
    return 'whole'
  }
  return {
    get next() {
      return at
    },
    get lines() {
      return lines
    },
    get isTerminated() {
      return isTerminated
    },
    read: (view, start, into) => {
      size = 0
      at = start
      lines = 0
      const end = readFields(view, into)
      into.bytes = content
      if (end !== 'whole' || !isTerminated) return end
      at += 1
      lines += 1
      return end
    },
  }
}

function enlarged(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(bytes.length * 2)
  next.set(bytes)
  return next
}
