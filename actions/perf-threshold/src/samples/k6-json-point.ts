import { type Failure, failure } from './columns.ts'
import { parseDecimal } from './decimal.ts'
import { skipped, skipString } from './k6-json-string.ts'
import { bytesOf, isAt } from './match.ts'
import { emptySpan, type NameSpan } from './name-table.ts'
import { parseRfc3339 } from './time-stamp.ts'

/** A point as the bytes of its line say it. `name` is what is between the quotes, with its escapes. */
export interface Point {
  timeMs: number
  value: number
  failure: Failure
  isSetup: boolean
  readonly name: NameSpan
}

export function emptyPoint(): Point {
  return {
    timeMs: 0.5,
    value: 0.5,
    failure: failure.untold,
    isSetup: false,
    name: emptySpan(),
  }
}

const opening = bytesOf('"type":"Point","data":{"time":"')
const beforeValue = bytesOf('","value":')
const beforeTags = bytesOf(',"tags":')
const nothing = bytesOf('null')
const beforeMetadata = bytesOf(',"metadata":')
const keys = {
  expected: bytesOf('expected_response"'),
  group: bytesOf('group"'),
  method: bytesOf('method"'),
  name: bytesOf('name"'),
  status: bytesOf('status"'),
}
const values = {
  true: bytesOf('true"'),
  false: bytesOf('false"'),
  setup: bytesOf('::setup'),
  teardown: bytesOf('::teardown'),
}
const [quote, comma, colon, open, close, zero, nine, point] = [34, 44, 58, 123, 125, 48, 57, 46] as const
const mostDigits = 15

interface Range {
  start: number
  end: number
}
const range: Range = { start: 0, end: 0 }
/** What the tags say of failure: without `expected_response` the status decides. */
const told: { expected: Failure; status: Failure; hasName: boolean } = {
  expected: failure.untold,
  status: failure.untold,
  hasName: false,
}

/**
 * Reads `"type":"Point","data":{…}` exactly as k6 writes it, from `at`.
 * @returns where it ends; -1 for any deviation, right or wrong: JSON.parse decides on those
 */
export function readPoint(bytes: Uint8Array, { start, end }: Range, into: Point): number {
  const tags = readPointStart(bytes, { start, end }, into)
  return tags === -1 ? -1 : readPointEnd(bytes, { start: tags, end }, into)
}

/** The first half of it, time and value, to before `,"tags":`. */
export function readPointStart(bytes: Uint8Array, { start, end }: Range, into: Point): number {
  if (!isAt(bytes, start, opening)) return -1
  return readTimeAndValue(bytes, { start: start + opening.length, end }, into)
}

/** The second half. */
export function readPointEnd(bytes: Uint8Array, { start, end }: Range, into: Point): number {
  if (!isAt(bytes, start, beforeTags)) return -1
  let at = start + beforeTags.length
  clear(into)
  at = isAt(bytes, at, nothing) ? at + nothing.length : readTags(bytes, { start: at, end }, into)
  if (at === -1 || !told.hasName) return -1
  into.failure = told.expected === failure.untold ? told.status : told.expected
  if (bytes[at] === comma && isAt(bytes, at, beforeMetadata)) {
    at = readTags(bytes, { start: at + beforeMetadata.length, end }, undefined)
  }
  return bytes[at] === close ? at + 1 : -1
}

function clear(into: Point): void {
  told.expected = failure.untold
  told.status = failure.untold
  told.hasName = false
  into.isSetup = false
  into.name.prefixStart = 0
  into.name.prefixEnd = 0
}

/** Reads `2026-11-21T09:34:18.08Z","value":251.09` and returns where it ends. */
export function readTimeAndValue(bytes: Uint8Array, { start, end }: Range, into: Point): number {
  let at = start
  while (at < end && bytes[at] !== quote) at += 1
  range.start = start
  range.end = at
  into.timeMs = parseRfc3339(bytes, range)
  if (!(into.timeMs > 0) || !isAt(bytes, at, beforeValue)) return -1
  at += beforeValue.length
  const after = skipPlainNumber(bytes, at)
  if (after === -1) return -1
  range.start = at
  range.end = after
  into.value = parseDecimal(bytes, range)
  return after
}

/** Digits with at most one point between them, and no zero in front: what means the same to JSON and to us. */
function skipPlainNumber(bytes: Uint8Array, start: number): number {
  let at = start
  let pointAt = -1
  for (; at - start <= mostDigits; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte >= zero && byte <= nine) continue
    if (byte !== point || pointAt !== -1 || at === start) break
    pointAt = at
  }
  if (at === start || at - start > mostDigits || pointAt === at - 1) return -1
  if (bytes[start] === zero && at > start + 1 && pointAt !== start + 1) return -1
  return at
}

/** Reads `{"key":"value",…}`; returns where it ends. Without `into` its content does not matter. */
function readTags(bytes: Uint8Array, { start, end }: Range, into: Point | undefined): number {
  if (bytes[start] !== open) return -1
  if (bytes[start + 1] === close) return start + 2
  for (let at = start + 1; at < end; at += 1) {
    at = readTag(bytes, { start: at, end }, into)
    if (at === -1) return -1
    if (bytes[at] === close) return at + 1
    if (bytes[at] !== comma) return -1
  }
  return -1
}

/** Reads `"key":"value"`; returns where it ends. */
function readTag(bytes: Uint8Array, { start, end }: Range, into: Point | undefined): number {
  if (bytes[start] !== quote) return -1
  const keyEnd = skipString(bytes, start + 1, end)
  if (keyEnd === -1 || skipped.hasEscape || bytes[keyEnd + 1] !== colon || bytes[keyEnd + 2] !== quote) return -1
  const value = keyEnd + 3
  const valueEnd = skipString(bytes, value, end)
  if (valueEnd === -1) return -1
  if (into !== undefined && !takeTag(bytes, { key: start + 1, keyEnd, value, valueEnd }, into)) return -1
  return valueEnd + 1
}

interface Tag {
  readonly key: number
  readonly keyEnd: number
  readonly value: number
  readonly valueEnd: number
}

/** @returns false when the tag matters and is not as k6 writes it */
function takeTag(bytes: Uint8Array, tag: Tag, into: Point): boolean {
  switch (tag.keyEnd - tag.key) {
    case 4:
      return isAt(bytes, tag.key, keys.name) ? takeName(tag, into) : true
    case 5:
      return isAt(bytes, tag.key, keys.group) ? takeGroup(bytes, tag, into) : true
    case 6:
      if (isAt(bytes, tag.key, keys.method)) return takeMethod(tag, into)
      return isAt(bytes, tag.key, keys.status) ? takeStatus(bytes, tag) : true
    case 17:
      return isAt(bytes, tag.key, keys.expected) ? takeExpected(bytes, tag) : true
    default:
      return true
  }
}

function takeName({ value, valueEnd }: Tag, { name }: Point): boolean {
  told.hasName = valueEnd > value
  name.start = value
  name.end = valueEnd
  return told.hasName
}

function takeMethod({ value, valueEnd }: Tag, { name }: Point): boolean {
  name.prefixStart = value
  name.prefixEnd = valueEnd
  return !skipped.hasEscape
}

function takeGroup(bytes: Uint8Array, { value, valueEnd }: Tag, into: Point): boolean {
  into.isSetup = isGroup(bytes, { start: value, end: valueEnd })
  return !skipped.hasEscape
}

function isGroup(bytes: Uint8Array, { start, end }: Range): boolean {
  if (bytes[start] !== colon) return false
  const length = isAt(bytes, start, values.setup) ? values.setup.length : values.teardown.length
  if (!isAt(bytes, start, values.setup) && !isAt(bytes, start, values.teardown)) return false
  const after = start + length
  return after === end || (bytes[after] === colon && bytes[after + 1] === colon)
}

function takeExpected(bytes: Uint8Array, { value }: Tag): boolean {
  if (isAt(bytes, value, values.true)) told.expected = failure.no
  else if (isAt(bytes, value, values.false)) told.expected = failure.yes
  else return false
  return true
}

function takeStatus(bytes: Uint8Array, { value, valueEnd }: Tag): boolean {
  range.start = value
  range.end = valueEnd
  const status = parseDecimal(bytes, range)
  told.status = status === 0 || status >= 400 ? failure.yes : failure.no
  return Number.isInteger(status) && bytes[value] !== 43 && bytes[value] !== 45
}
