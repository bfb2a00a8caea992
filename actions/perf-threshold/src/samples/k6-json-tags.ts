import { type Failure, failure } from './columns.ts'
import { parseDecimal } from './decimal.ts'
import { failureOfStatus } from './k6.ts'
import { skipped, skipString } from './k6-json-string.ts'
import { bytesOf, isAt } from './match.ts'
import { emptySpan, type NameSpan } from './name-table.ts'

/** What the tags of a request say. `name` is what is between the quotes, with its escapes. */
export interface Tags {
  expected: Failure
  status: Failure
  isSetup: boolean
  readonly name: NameSpan
  /** The tags that matter are as k6 writes those of a request. If not, only their form is known. */
  isClear: boolean
}

export function emptyTags(): Tags {
  return { expected: failure.untold, status: failure.untold, isSetup: false, name: emptySpan(), isClear: false }
}

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
const [quote, comma, colon, open, close] = [34, 44, 58, 123, 125] as const

interface Range {
  start: number
  end: number
}
const range: Range = { start: 0, end: 0 }
const told = { hasName: false }

/**
 * Reads `,"tags":{…}}` as k6 writes it, to the brace that closes `"data":{`, from `start`.
 * @returns where it ends; -1 for any deviation, right or wrong: JSON.parse decides on those
 */
export function readTags(bytes: Uint8Array, { start, end }: Range, into: Tags): number {
  if (!isAt(bytes, start, beforeTags)) return -1
  let at = start + beforeTags.length
  clear(into)
  at = isAt(bytes, at, nothing) ? at + nothing.length : readMembers(bytes, { start: at, end }, into)
  if (at === -1) return -1
  into.isClear = into.isClear && told.hasName
  if (bytes[at] === comma && isAt(bytes, at, beforeMetadata)) {
    at = readMembers(bytes, { start: at + beforeMetadata.length, end }, undefined)
  }
  return bytes[at] === close ? at + 1 : -1
}

function clear(into: Tags): void {
  into.expected = failure.untold
  into.status = failure.untold
  told.hasName = false
  into.isClear = true
  into.isSetup = false
  into.name.prefixStart = 0
  into.name.prefixEnd = 0
}

/** Reads `{"key":"value",…}`; returns where it ends. Without `into` its content does not matter. */
function readMembers(bytes: Uint8Array, { start, end }: Range, into: Tags | undefined): number {
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
function readTag(bytes: Uint8Array, { start, end }: Range, into: Tags | undefined): number {
  if (bytes[start] !== quote) return -1
  const keyEnd = skipString(bytes, start + 1, end)
  if (keyEnd === -1 || skipped.hasEscape || bytes[keyEnd + 1] !== colon || bytes[keyEnd + 2] !== quote) return -1
  const value = keyEnd + 3
  const valueEnd = skipString(bytes, value, end)
  if (valueEnd === -1) return -1
  if (into !== undefined && !takeTag(bytes, { key: start + 1, keyEnd, value, valueEnd }, into)) into.isClear = false
  return valueEnd + 1
}

interface Tag {
  readonly key: number
  readonly keyEnd: number
  readonly value: number
  readonly valueEnd: number
}

/** @returns false when the tag matters and is not as k6 writes it */
function takeTag(bytes: Uint8Array, tag: Tag, into: Tags): boolean {
  switch (tag.keyEnd - tag.key) {
    case 4:
      return isAt(bytes, tag.key, keys.name) ? takeName(tag, into) : true
    case 5:
      return isAt(bytes, tag.key, keys.group) ? takeGroup(bytes, tag, into) : true
    case 6:
      if (isAt(bytes, tag.key, keys.method)) return takeMethod(tag, into)
      return isAt(bytes, tag.key, keys.status) ? takeStatus(bytes, tag, into) : true
    case 17:
      return isAt(bytes, tag.key, keys.expected) ? takeExpected(bytes, tag, into) : true
    default:
      return true
  }
}

function takeName({ value, valueEnd }: Tag, { name }: Tags): boolean {
  told.hasName = valueEnd > value
  name.start = value
  name.end = valueEnd
  return told.hasName
}

function takeMethod({ value, valueEnd }: Tag, { name }: Tags): boolean {
  name.prefixStart = value
  name.prefixEnd = valueEnd
  return !skipped.hasEscape
}

function takeGroup(bytes: Uint8Array, { value, valueEnd }: Tag, into: Tags): boolean {
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

function takeExpected(bytes: Uint8Array, { value }: Tag, into: Tags): boolean {
  if (isAt(bytes, value, values.true)) into.expected = failure.no
  else if (isAt(bytes, value, values.false)) into.expected = failure.yes
  else return false
  return true
}

function takeStatus(bytes: Uint8Array, { value, valueEnd }: Tag, into: Tags): boolean {
  range.start = value
  range.end = valueEnd
  const status = parseDecimal(bytes, range)
  into.status = failureOfStatus(status)
  return Number.isInteger(status) && bytes[value] !== 43 && bytes[value] !== 45
}
