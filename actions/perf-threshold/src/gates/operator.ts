import { quote } from '@deploy-safety/common/inputs'
import { type Cursor, isAtEnd, peek, placeOf, take } from './cursor.ts'
import { type Operator, operators } from './gate.ts'
import { GateProblem } from './problem.ts'
import { inLowerCase } from './rest.ts'

const accepted = 'Operators are < <= > >= == !=, as in p95 < 500ms.'

const otherSpellings: ReadonlyMap<string, string> = new Map(
  Object.entries({ '=': '==', '=<': '<=', '=>': '>=', '<>': '!=', '≤': '<=', '≥': '>=', '≠': '!=', '!': '!=' }),
)

/** @throws GateProblem */
export function readOperator(cursor: Cursor): Operator {
  const at = placeOf(cursor)
  const written = take(cursor, /[<>=!~≤≥≠]+/uy)
  if (written === undefined) throw missing(cursor)
  // k6 has JavaScript's strict ones.
  const plain = written.replace(/^([=!]=)=$/, '$1')
  const operator = operators.find((known) => known === plain)
  if (operator !== undefined) return operator
  const meant = otherSpellings.get(written)
  const hint = meant === undefined ? '' : `, did you mean ${meant}?`
  throw new GateProblem(at, `${quote(written)} is not an operator${hint}`, accepted)
}

function missing(cursor: Cursor): GateProblem {
  const at = placeOf(cursor)
  if (peek(cursor, /for\b/y) !== undefined)
    return new GateProblem(at, '"for every" comes after the limit', 'Write for example: p95 < 600ms for every 30s.')
  const problem = isAtEnd(cursor) ? 'the operator and the limit are missing' : 'an operator is missing'
  return inLowerCase(cursor) ?? new GateProblem(at, problem, accepted)
}
