import { type Cursor, peek, placeOf, take } from './cursor.ts'
import { GateProblem } from './problem.ts'

/** Reads a text in double or single quotes; undefined when there is none. @throws GateProblem */
export function readQuoted(cursor: Cursor, accepted: string): string | undefined {
  const at = placeOf(cursor)
  const text = take(cursor, /"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'/sy)
  if (text === undefined) {
    if (peek(cursor, /["']/y) !== undefined) throw new GateProblem(at, 'the quote is not closed', accepted)
    if (peek(cursor, /[“”„‟‘’‚«»`]/uy) !== undefined) throw new GateProblem(at, 'use " or \' as quotes', accepted)
    return undefined
  }
  const wrong = /\\[^"'\\]/s.exec(text.replace(/\\\\/g, '""'))
  if (wrong !== null)
    throw new GateProblem(at + wrong.index, 'a backslash can only stand before a quote or a backslash', accepted)
  return text.slice(1, -1).replace(/\\(.)/gs, '$1')
}
