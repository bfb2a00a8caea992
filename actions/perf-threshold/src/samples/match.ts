import { isSameText, wordsOf } from './words.ts'

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text))
}

/** Whether `expected` stands at `at`. Reads past the end are no match. */
export function isAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index += 1) if (bytes[at + index] !== expected[index]) return false
  return true
}

/** A text of at least eight bytes, none of them zero, for `isTextAt`. */
export function textWordsOf(text: string): DataView {
  return wordsOf(bytesOf(text))
}

/** As `isAt`, eight bytes at a time. */
export function isTextAt(words: DataView, at: number, expected: DataView): boolean {
  const { byteLength } = expected
  return at + byteLength <= words.byteLength && isSameText(words, at, expected, 0, byteLength)
}
