import { quote } from '@deploy-safety/common/inputs'
import { type Amount, readAmount } from './amount.ts'
import { type Cursor, peek, placeOf, take } from './cursor.ts'
import type { Limit } from './gate.ts'
import { limitUnits } from './limit-unit.ts'
import { GateProblem } from './problem.ts'
import type { Traits } from './traits.ts'

const minus = /[−-]/uy

/**
 * Reads what is behind the operator.
 * @param bareIsMs whether a number without a unit is in milliseconds, as it is in k6's spelling
 * @throws GateProblem
 */
export function readLimit(cursor: Cursor, traits: Traits, bareIsMs: boolean): Limit {
  const at = placeOf(cursor)
  const first = peek(cursor, /[\p{L}_][\p{L}\p{N}_]*/uy)
  if (first === 'baseline') return readBaseline(cursor, traits)
  if (first !== undefined && /^base(?:line)?$/i.test(first))
    throw new GateProblem(at, `${quote(first)} is not known, did you mean baseline?`, 'Write baseline + 10%.')
  const { form, fits, problem, fix } = limitUnits[traits.unit]
  // What has no least value can be below zero: a temperature, a growth.
  const sign = traits.range === undefined && take(cursor, minus) !== undefined ? -1 : 1
  const amount = readAmount(cursor, form)
  const isOfK6 = bareIsMs && amount.kind === 'bare' && traits.unit === 'time'
  if (!isOfK6 && !fits(amount)) throw new GateProblem(at, problem(amount), `${fix(amount)} ${form}`.trimStart())
  return { kind: 'number', value: sign * amount.value }
}

function readBaseline(cursor: Cursor, traits: Traits): Limit {
  const at = placeOf(cursor)
  take(cursor, /baseline/y)
  const { form, tolerance } = limitUnits[traits.unit]
  if (!traits.withBaseline) throw new GateProblem(at, 'a baseline has no value for this measure', form)
  const accepted = `Write baseline + 10% (relative), baseline + ${tolerance} (absolute), or both.`
  const tolerances = { relative: 0, absolute: 0 }
  const seen = new Set<string>()
  for (let sign = takeSign(cursor); sign !== undefined; sign = takeSign(cursor)) {
    const amount = readAmount(cursor, accepted)
    const kind = amount.kind === 'percent' ? 'relative' : 'absolute'
    if (seen.has(kind))
      throw new GateProblem(amount.at, `only one ${kind} tolerance is allowed`, 'Add the two together.')
    seen.add(kind)
    tolerances[kind] = sign * toleranceOf(amount, traits, accepted)
  }
  if (tolerances.relative <= -1)
    throw new GateProblem(at, 'this leaves nothing of the baseline', 'Subtract less than 100%: baseline - 5%.')
  return { kind: 'baseline', ...tolerances }
}

/** Percent is always relative, also where the measure itself is in percent. */
function toleranceOf(amount: Amount, { unit }: Traits, accepted: string): number {
  const { fits, problem } = limitUnits[unit]
  if (amount.kind === 'percent' || fits(amount)) return amount.value
  throw new GateProblem(amount.at, problem(amount), accepted)
}

/** 1 or -1; undefined when no further tolerance follows. */
function takeSign(cursor: Cursor): 1 | -1 | undefined {
  const sign = take(cursor, /[+−-]/uy)
  return sign === undefined ? undefined : sign === '+' ? 1 : -1
}
