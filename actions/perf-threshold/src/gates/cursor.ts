/** Reads one line of the thresholds from left to right. Every pattern has the flag `y`; none of them backtracks far. */
export interface Cursor {
  readonly line: string
  /** The index behind what was read, in UTF-16 units. */
  at: number
  /** The blanks that were passed over, as pairs of indices. */
  readonly gaps: (readonly [from: number, to: number])[]
}

export function cursorOn(line: string): Cursor {
  return { line, at: 0, gaps: [] }
}

/** Where the next character is that is no blank. */
export function placeOf({ line, at }: Cursor): number {
  return at + (matchAt(/\s*/y, line, at) ?? '').length
}

/** What comes next, blanks passed over, if it matches. */
export function peek(cursor: Cursor, pattern: RegExp): string | undefined {
  return matchAt(pattern, cursor.line, placeOf(cursor))
}

/** The same, and goes behind it. */
export function take(cursor: Cursor, pattern: RegExp): string | undefined {
  const place = placeOf(cursor)
  const text = matchAt(pattern, cursor.line, place)
  if (text === undefined) return undefined
  if (place > cursor.at) cursor.gaps.push([cursor.at, place])
  cursor.at = place + text.length
  return text
}

/** What comes next without a blank before it, and goes behind it. */
export function takeAdjacent(cursor: Cursor, pattern: RegExp): string | undefined {
  const text = matchAt(pattern, cursor.line, cursor.at)
  cursor.at += text?.length ?? 0
  return text
}

/** Whether nothing follows but blanks and a comment, which begins with a `#` behind a blank. */
export function isAtEnd(cursor: Cursor): boolean {
  const place = placeOf(cursor)
  if (place === cursor.line.length) return true
  return cursor.line[place] === '#' && (place === 0 || place > cursor.at)
}

/** What was read from an index on, with one blank for each run of them between its parts. */
export function readSince({ line, at, gaps }: Cursor, start: number): string {
  const inside = gaps.filter(([from]) => from >= start)
  const starts = [start, ...inside.map(([, to]) => to)]
  const ends = [...inside.map(([from]) => from), at]
  return starts.map((from, index) => line.slice(from, ends[index])).join(' ')
}

function matchAt(pattern: RegExp, line: string, index: number): string | undefined {
  pattern.lastIndex = index
  return pattern.exec(line)?.[0]
}
