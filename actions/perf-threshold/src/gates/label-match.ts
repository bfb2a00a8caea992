import { Malformed } from '@deploy-safety/common/inputs'
import { parseMatch } from '../metrics/label-match.ts'
import { type Cursor, peek, placeOf, take } from './cursor.ts'
import type { LabelMatch } from './gate.ts'
import { GateProblem } from './problem.ts'
import { readQuoted } from './text.ts'

const accepted = 'Write labels as in Prometheus: alerts{severity="critical",team=~"a|b"} == 0.'
const longestRegex = 1_000

/** Reads `{severity="critical",team=~"a|b"}`, which may be missing. @throws GateProblem */
export function readLabels(cursor: Cursor): LabelMatch[] {
  const labels: LabelMatch[] = []
  if (take(cursor, /\{/y) === undefined) return labels
  while (take(cursor, /\}/y) === undefined) {
    labels.push(readLabel(cursor))
    if (take(cursor, /,/y) === undefined && peek(cursor, /\}/y) === undefined)
      throw new GateProblem(placeOf(cursor), 'a comma or "}" is missing', accepted)
  }
  return labels
}

function readLabel(cursor: Cursor): LabelMatch {
  const name = take(cursor, /[A-Za-z_][A-Za-z0-9_]*/y)
  if (name === undefined) throw new GateProblem(placeOf(cursor), 'a label name is missing', accepted)
  const at = placeOf(cursor)
  const written = take(cursor, /[=!~<>]+/y)
  const operator = (['=', '!=', '=~', '!~'] as const).find((known) => known === written)
  if (operator === undefined) throw new GateProblem(at, 'the operators for labels are = != =~ !~', accepted)
  const place = placeOf(cursor)
  const value = readQuoted(cursor, accepted)
  if (value === undefined) throw new GateProblem(place, 'a label value needs quotes', accepted)
  const match = { name, operator, value }
  checkRegex(match, place)
  return match
}

function checkRegex(match: LabelMatch, at: number): void {
  if (match.value.length > longestRegex)
    throw new GateProblem(at, `the regular expression has more than ${longestRegex} characters`, accepted)
  try {
    parseMatch(match)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new GateProblem(at, error.message, accepted)
  }
}
