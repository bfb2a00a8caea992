import { readAmount } from './amount.ts'
import { type Cursor, placeOf, take } from './cursor.ts'
import { GateProblem } from './problem.ts'
import type { Traits } from './traits.ts'

const accepted = 'Write at the end of the line for example: for every 30s.'

/** Reads `for every 30s`, which may be missing. @returns milliseconds @throws GateProblem */
export function readStretch(cursor: Cursor, { overTime }: Traits, isRelative: boolean): number | undefined {
  const at = placeOf(cursor)
  if (take(cursor, /for(?![\p{L}\p{N}_])/uy) === undefined) return undefined
  const lengthMs = readLength(cursor)
  if (!overTime)
    throw new GateProblem(at, 'this measure covers the whole run and has no windows', 'Remove "for every".')
  if (isRelative)
    throw new GateProblem(
      at,
      'a baseline covers a whole run and cannot be compared with windows',
      'Remove "for every", or write a number as the limit.',
    )
  return lengthMs
}

function readLength(cursor: Cursor): number {
  if (take(cursor, /every(?![\p{L}_])/uy) === undefined)
    throw new GateProblem(placeOf(cursor), '"every" is missing after "for"', accepted)
  const { kind, value, at } = readAmount(cursor, accepted)
  if (kind !== 'time') throw new GateProblem(at, 'a window needs a unit of time', accepted)
  // Most load tools write times in whole seconds, and the report keeps one histogram for each.
  if (value < 1_000 || value % 1_000 !== 0)
    throw new GateProblem(at, 'a window must be in whole seconds, at least 1s', accepted)
  return value
}
