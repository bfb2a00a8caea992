import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { skipNumber } from '../../src/samples/k6-json-number.ts'
import { skipPlainString } from '../../src/samples/k6-json-string.ts'
import { wordsOf } from '../../src/samples/words.ts'

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('parts of a line of k6', () => {
  test('a number is what JSON.parse takes for one', () => {
    const text = fc.oneof(
      fc.stringMatching(/^-?[0-2]{0,4}\.?[0-2]{0,3}([eE][-+]?[0-2]{0,2})?$/),
      fc.double().map(String),
    )
    fc.assert(
      fc.property(text, (given) => {
        const end = skipNumber(Buffer.from(`.${given},`), 1)
        expect(end === given.length + 1).toBe(given.trim() !== '' && isJson(given))
        if (end !== -1) expect(isJson(given.slice(0, end - 1))).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })

  test('a plain string ends at its quote, and is none with an escape or a control character', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '"', '\\', '\n', '\0', ' ', '\u001f', '\u007f', 'ä', '🍵'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(text, fc.nat(3), (given, before) => {
        const bytes = Buffer.from(`${'"'.repeat(before)}${given}    `)
        const special = [...bytes.subarray(before)].findIndex((byte) => byte < 32 || byte === 34 || byte === 92)
        const expected = special !== -1 && bytes[before + special] === 34 ? before + special : -1
        expect(skipPlainString(wordsOf(bytes), before)).toBe(expected)
      }),
      { numRuns: 3_000 },
    )
  })
})
