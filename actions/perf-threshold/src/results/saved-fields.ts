import { member, numberAt, type Place, present } from '../formats/json.ts'
import type { Reported } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'

/** A number that a report always has. @throws Unreadable */
export function required(place: Place, key: string): number {
  return present(numberAt(member(place, key)), member(place, key))
}

/** @throws Unreadable */
export function readIterations(place: Place): Reported['iterations'] {
  const iterations = member(place, 'iterations')
  if (iterations.value === undefined) return undefined
  return { dropped: required(iterations, 'dropped'), done: required(iterations, 'done') }
}

export function wrong({ path }: Place): Unreadable {
  return new Unreadable('malformed-results', `${path} is not as this action writes it`)
}
