import { isSameText, wordsOf } from './words.ts'

/** What stretches of bytes meant that were read before: the same bytes mean the same again. None has a zero byte. */
export interface Phrases {
  /** The number of what was found or added last, if its bytes are at `start`, too; -1: they are not. */
  findAgain(words: DataView, start: number): number
  /** The number that was given to the bytes from `start` to `end`; -1: they are not remembered. */
  find(words: DataView, start: number, end: number): number
  /** Remembers what `find` just did not find; returns its number, below `mostPhrases`, which may have been that of another. -1: not worth it. */
  add(view: Uint8Array, start: number, end: number): number
  /** How many bytes have this number. */
  lengthOf(known: number): number
}

const slotBits = 12
export const mostPhrases = 2 ** slotBits
const [leastLength, mostLength] = [8, 1_024] as const
/** Where nothing is said twice, looking for it is a waste. */
const patience = 4_096
const factor = 0x9e3779b1

export function createPhrases(): Phrases {
  const store = new Uint8Array(mostPhrases * mostLength)
  const stored = wordsOf(store)
  const lengths = new Int32Array(mostPhrases)
  let last = 0
  let slot = 0
  let finds = 0
  let adds = 0
  return {
    findAgain: (words, start) => {
      const length = lengths[last] ?? 0
      if (length === 0 || start + length > words.byteLength) return -1
      if (!isSameText(words, start, stored, last * mostLength, length)) return -1
      finds += 1
      return last
    },
    find: (words, start, end) => {
      const length = end - start
      if (length < leastLength || length > mostLength) return -1
      slot = slotOf(words, start, end)
      if (lengths[slot] !== length) return -1
      if (!isSameText(words, start, stored, slot * mostLength, length)) return -1
      finds += 1
      last = slot
      return slot
    },
    add: (view, start, end) => {
      const length = end - start
      if (length < leastLength || length > mostLength || (adds > patience && finds < adds)) return -1
      adds += 1
      store.set(view.subarray(start, end), slot * mostLength)
      lengths[slot] = length
      last = slot
      return slot
    },
    lengthOf: (known) => lengths[known] ?? 0,
  }
}

/** Of all words, since names may differ in one digit; in two halves that need not wait for each other. */
function slotOf(words: DataView, start: number, end: number): number {
  let [even, odd] = [end - start, 0]
  const last = end - 8
  for (let at = start; at < last; at += 8) {
    even = Math.imul(even ^ words.getInt32(at, true), factor)
    odd = Math.imul(odd ^ words.getInt32(at + 4, true), factor)
  }
  even = Math.imul(even ^ words.getInt32(last, true), factor)
  odd = Math.imul(odd ^ words.getInt32(last + 4, true), factor)
  // The highest bits depend on all others.
  return Math.imul(even ^ (odd >>> 15) ^ (odd << 17), factor) >>> (32 - slotBits)
}
