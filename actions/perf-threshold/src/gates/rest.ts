import { quote } from '@deploy-safety/common/inputs'
import { type Cursor, isAtEnd, peek, placeOf } from './cursor.ts'
import { GateProblem } from './problem.ts'

const accepted =
  'Write one threshold per line: MEASURE [of ENDPOINT] OPERATOR LIMIT [for every TIME], as in p95 of "GET /checkout" < 500ms.'
const words = ['of', 'for', 'every', 'baseline', 'each', 'all']

/** Whether a word has a meaning behind the measure. */
export function isReserved(word: string): boolean {
  return words.includes(word)
}

/** The problem with a word that differs from a known one only in its case. */
export function inLowerCase(cursor: Cursor): GateProblem | undefined {
  const word = peek(cursor, /\p{L}+/uy) ?? ''
  const lower = word.toLowerCase()
  if (word === lower || !isReserved(lower)) return undefined
  return new GateProblem(placeOf(cursor), `write ${quote(word)} in lower case: ${lower}`, accepted)
}

/** @throws GateProblem when a whole gate is read and something follows */
export function refuseRest(cursor: Cursor): void {
  if (!isAtEnd(cursor)) throw inLowerCase(cursor) ?? unexpected(cursor)
}

function unexpected(cursor: Cursor): GateProblem {
  const at = placeOf(cursor)
  const next = peek(cursor, /[\p{L}\p{N}_]+|&&|\|\||./suy) ?? ''
  if (/^(?:and|or|&&?|\|\|?|[,;]|p\d+)$/i.test(next))
    return new GateProblem(at, 'only one threshold per line', 'Write each threshold on its own line.')
  if (next === '#')
    return new GateProblem(at, 'a comment needs a space before the #', 'Write p95 < 500ms # the reason.')
  if (next === 'of') return new GateProblem(at, '"of" comes before the operator', accepted)
  if (next === '*' || next === '/')
    return new GateProblem(at, `arithmetic with ${quote(next)} is not supported`, 'For 10 % more write baseline + 10%.')
  return new GateProblem(at, `unexpected ${quote(next)}`, accepted)
}
