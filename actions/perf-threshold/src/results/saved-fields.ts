import { countAt, member, numberAt, type Place, present, textAt } from '../formats/json.ts'
import { type FormatName, formatNames } from '../formats/names.ts'
import type { Reported } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'

/** A number that a report always has. @throws Unreadable */
export function required(place: Place, key: string): number {
  return present(numberAt(member(place, key)), member(place, key))
}

/** The same for a whole number. @throws Unreadable */
export function requiredCount(place: Place, key: string): number {
  return present(countAt(member(place, key)), member(place, key))
}

/** The same for a text. @throws Unreadable */
export function requiredText(place: Place, key: string): string {
  return present(textAt(member(place, key)), member(place, key))
}

/** @throws Unreadable */
export function readFormat(place: Place): FormatName {
  const format = formatNames.find((known) => known === requiredText(place, 'format'))
  if (format === undefined || format === 'report')
    throw wrong(member(place, 'format'), 'it is not the format of a load tool')
  return format
}

/** @throws Unreadable */
export function readIterations(place: Place): Reported['iterations'] {
  const iterations = member(place, 'iterations')
  if (iterations.value === undefined) return undefined
  return { dropped: required(iterations, 'dropped'), done: required(iterations, 'done') }
}

/** @throws Unreadable unless it holds, as in whatever this action has written */
export function insist(holds: boolean, place: Place, why: string): void {
  if (!holds) throw wrong(place, why)
}

export function wrong({ path }: Place, why: string): Unreadable {
  return new Unreadable('malformed-results', `${path} is not valid in a report of this action: ${why}`)
}
