import { isSameStretch, wordsOf } from './words.ts'

/** What stretches of bytes meant that were read before: the same bytes mean the same again. */
export interface Phrases {
  /** The number that was given to the bytes from `start` to `end`; -1: they are not remembered. */
  find(words: DataView, start: number, end: number): number
  /** Remembers what `find` just did not find; returns its number, below `mostPhrases`, which may have been that of another. -1: not worth it. */
  add(view: Uint8Array, start: number, end: number): number
}

export const mostPhrases = 256
const mostLength = 1_024
/** Where nothing is said twice, looking for it is a waste. */
const patience = 4_096

export function createPhrases(): Phrases {
  const store = new Uint8Array(mostPhrases * mostLength)
  const stored = wordsOf(store)
  const lengths = new Int32Array(mostPhrases)
  let slot = 0
  let finds = 0
  let adds = 0
  return {
    find: (words, start, end) => {
      const length = end - start
      if (length < 4 || length > mostLength) return -1
      slot = slotOf(words, start, end)
      if (lengths[slot] !== length) return -1
      if (!isSameStretch(words, start, stored, slot * mostLength, length)) return -1
      finds += 1
      return slot
    },
    add: (view, start, end) => {
      const length = end - start
      if (length < 4 || length > mostLength || (adds > patience && finds < adds)) return -1
      adds += 1
      store.set(view.subarray(start, end), slot * mostLength)
      lengths[slot] = length
      return slot
    },
  }
}

/** A guess from every third word and the length. */
function slotOf(words: DataView, start: number, end: number): number {
  let hash = end - start
  for (let at = start; at <= end - 4; at += 12) hash = Math.imul(hash ^ words.getInt32(at, true), 0x9e3779b1)
  return (hash >>> 12) & (mostPhrases - 1)
}
