import { quote } from '@deploy-safety/common/inputs'
import { isRecord } from '@deploy-safety/common/record'
import { Unreadable } from '../unreadable.ts'
import { jsonFault } from './json-fault.ts'

/** A value of a foreign document, and where it stands: `$.aggregate.counters`. */
export interface Place {
  readonly value: unknown
  readonly path: string
}

/** What the tools write where they have no number. */
const noData = /^\s*(?:nan|n\/a|null|none|-|[+-]?infinity)?\s*$/i

/** @throws Unreadable `truncated-results` when it ends in the middle, `malformed-results` with line and column otherwise */
export function parseJson(text: string): unknown {
  const plain = withoutByteOrderMark(text)
  try {
    return JSON.parse(plain)
  } catch (error) {
    const fault = jsonFault(plain)
    if (fault === undefined) throw new Unreadable('malformed-results', 'not valid JSON', error)
    if (fault.kind === 'truncated') throw new Unreadable('truncated-results', 'the JSON ends too early', error)
    const before = plain.slice(0, fault.index).split('\n')
    const found = plain.slice(fault.index, fault.index + 20)
    const detail = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${quote(found)} is not valid JSON here`
    throw new Unreadable('malformed-results', detail, error)
  }
}

export function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** What is under the keys, and undefined where there is nothing: for telling formats apart. */
export function dig(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  )
}

export function rootOf(document: unknown): Place {
  return { value: document, path: '$' }
}

/** The member, whose value is undefined when there is none. @throws Unreadable when `place` is something else than an object */
export function member(place: Place, key: string): Place {
  const path = /^[A-Za-z_]\w*$/.test(key) ? `${place.path}.${key}` : `${place.path}[${quote(key)}]`
  if (isAbsent(place)) return { value: undefined, path }
  if (!isRecord(place.value)) throw wrong(place, 'an object')
  return { value: Object.hasOwn(place.value, key) ? place.value[key] : undefined, path }
}

/** All members; none when there is no object. @throws Unreadable */
export function members(place: Place): readonly (readonly [key: string, Place])[] {
  if (isAbsent(place)) return []
  if (!isRecord(place.value)) throw wrong(place, 'an object')
  return Object.keys(place.value).map((key) => [key, member(place, key)] as const)
}

/** @throws Unreadable when it is no list */
export function elements(place: Place): readonly Place[] {
  if (!Array.isArray(place.value)) throw wrong(place, 'a list')
  return place.value.map((value: unknown, index) => ({ value, path: `${place.path}[${index}]` }))
}

/** A finite number from 0, or undefined where the tool has none. @throws Unreadable */
export function numberAt(place: Place): number | undefined {
  if (isAbsent(place) || (typeof place.value === 'string' && noData.test(place.value))) return undefined
  const { value } = place
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw wrong(place, 'a number from 0')
  return value
}

/** The same for a whole number that is counted exactly. @throws Unreadable */
export function countAt(place: Place): number | undefined {
  const value = numberAt(place)
  if (value !== undefined && !Number.isSafeInteger(value)) throw wrong(place, 'a whole number below 2^53')
  return value
}

/** @throws Unreadable when it is neither text nor absent */
export function textAt(place: Place): string | undefined {
  if (isAbsent(place)) return undefined
  if (typeof place.value !== 'string') throw wrong(place, 'text')
  return place.value
}

/** Epoch milliseconds of an ISO date, or undefined when it is none. @throws Unreadable when it is not text */
export function dateAt(place: Place): number | undefined {
  const time = Date.parse(textAt(place) ?? '')
  return Number.isNaN(time) ? undefined : time
}

/** @throws Unreadable when it is undefined */
export function present<T>(value: T | undefined, place: Place): T {
  if (value === undefined) throw new Unreadable('malformed-results', `${place.path} is missing`)
  return value
}

function isAbsent({ value }: Place): boolean {
  return value === undefined || value === null
}

function wrong({ value, path }: Place, wanted: string): Unreadable {
  if (value === undefined || value === null) return new Unreadable('malformed-results', `${path} is missing`)
  return new Unreadable('malformed-results', `${path} is ${shown(value)}, not ${wanted}`)
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'string' ? quote(value) : isRecord(value) ? 'an object' : String(value)
}
