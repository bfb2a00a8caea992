import { firstOf, repeated, zeroes } from './words.ts'

const [quote, backslash, lowerU] = [34, 92, 117] as const
const shortEscapes = new Set(Array.from('"\\/bfnrt', (character) => character.charCodeAt(0)))
const [quotes, backslashes, spaces, tops] = [repeated(quote), repeated(backslash), repeated(32), repeated(128)]

/** Whether the string that was skipped last has an escape. */
export const skipped = { hasEscape: false }

/** Where the closing quote of a JSON string is whose first character is at `start`; -1 when it is not one that JSON allows. */
export function skipString(bytes: Uint8Array, start: number, end: number): number {
  skipped.hasEscape = false
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === quote) return at
    if (byte < 32) return -1
    if (byte === backslash) {
      skipped.hasEscape = true
      at = skipEscape(bytes, at + 1)
      if (at === -1) return -1
    }
  }
  return -1
}

/** The same for a string without escapes, and not among the last three bytes: -1 for any other. */
export function skipPlainString(words: DataView, start: number): number {
  const last = words.byteLength - 4
  for (let at = start; at <= last; at += 4) {
    const word = words.getInt32(at, true)
    // The lowest hit of each is right, and so is the lowest of all.
    const hits = zeroes(word ^ quotes) | zeroes(word ^ backslashes) | ((word - spaces) & ~word & tops)
    if (hits === 0) continue
    const found = at + firstOf(hits)
    return words.getUint8(found) === quote ? found : -1
  }
  return -1
}

/** Where the last character of an escape is whose first one behind the backslash is at `at`; -1 when there is no such escape. */
function skipEscape(bytes: Uint8Array, at: number): number {
  if (bytes[at] === lowerU) return isHex(bytes, at + 1) ? at + 4 : -1
  return shortEscapes.has(bytes[at] ?? 0) ? at : -1
}

function isHex(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < start + 4; at += 1) {
    const byte = (bytes[at] ?? 0) | 32
    if (!((byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102))) return false
  }
  return true
}
