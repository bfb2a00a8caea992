/**
 * Bytes four at a time. A word is an int32, the first byte its lowest. Subtracting one from each byte sets the top bit of those that were
 * zero, and may set that of a byte above such a one: the lowest hit is always right, and there is none when there is no zero.
 */
const [ones, low7, tops] = [0x01010101, 0x7f7f7f7f, 0x80808080 | 0] as const

/** A word of four times the same byte. */
export function repeated(byte: number): number {
  return Math.imul(byte, ones)
}

/** The top bit of each byte of `word` that is zero; above the lowest one there may be others. */
export function zeroes(word: number): number {
  return (word - ones) & ~word & tops
}

/** The top bit of each byte of `word` that is zero, and no other. */
export function allZeroes(word: number): number {
  return ~(((word & low7) + low7) | word | low7)
}

/** Which byte, from 0, has the lowest bit of `hits`, which has one. */
export function firstOf(hits: number): number {
  return (31 - Math.clz32(hits & -hits)) >> 3
}

/** The number of four digits; -1 when there is anything else. */
export function fourDigits(word: number): number {
  if ((word & 0xf0f0f0f0) !== 0x30303030 || ((word + 0x06060606) & 0xf0f0f0f0) !== 0x30303030) return -1
  const digits = word & 0x0f0f0f0f
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff00ff
  return (Math.imul(pairs, 100) + (pairs >>> 16)) & 0xffff
}

/** Bytes that are read four at a time, and one by one. */
export function wordsOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length)
}

/** A lane of each byte holds this many hits: more, and it runs over into the next. */
export const mostLaneHits = 255

/** The sum of four lanes, to each of which `allZeroes(…) >>> 7` was added, for at most `mostLaneHits` words. */
export function sumOfLanes(lanes: number): number {
  const halves = (lanes & 0x00ff00ff) + ((lanes >>> 8) & 0x00ff00ff)
  return (halves & 0xffff) + (halves >>> 16)
}

/** Whether `length` bytes, at least four, are the same in both. */
export function isSameStretch(one: DataView, at: number, other: DataView, otherAt: number, length: number): boolean {
  const last = length - 4
  for (let index = 0; index < last; index += 4) {
    if (one.getInt32(at + index, true) !== other.getInt32(otherAt + index, true)) return false
  }
  return one.getInt32(at + last, true) === other.getInt32(otherAt + last, true)
}

/**
 * Whether `length` bytes, at least eight, are the same in both, eight at a time. `text` has no zero bytes: different floats are only equal
 * where both are a zero, which has seven of them. What is no number is never equal; no UTF-8 is that.
 */
export function isSameText(bytes: DataView, at: number, text: DataView, textAt: number, length: number): boolean {
  const last = length - 8
  for (let index = 0; index < last; index += 8) {
    if (bytes.getFloat64(at + index, true) !== text.getFloat64(textAt + index, true)) return false
  }
  return bytes.getFloat64(at + last, true) === text.getFloat64(textAt + last, true)
}
