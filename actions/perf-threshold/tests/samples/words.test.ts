import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allZeroes,
  firstOf,
  fourDigits,
  isSameStretch,
  isSameText,
  mostLaneHits,
  repeated,
  sumOfLanes,
  wordsOf,
  zeroes,
} from '../../src/samples/words.ts'

/** Bytes that are close to those that are looked for, and some that are not. */
const byte = fc.oneof(fc.constantFrom(0, 1, 10, 34, 43, 44, 45, 47, 48, 57, 58, 127, 128, 172, 255), fc.nat(255))
const four = fc.tuple(byte, byte, byte, byte)
const wordOf = (bytes: readonly number[]) => wordsOf(Uint8Array.from(bytes)).getInt32(0, true)

describe('words', () => {
  test('find a byte where a loop finds it', () => {
    fc.assert(
      fc.property(four, byte, (bytes, wanted) => {
        const word = wordOf(bytes) ^ repeated(wanted)
        const places = bytes.flatMap((one, at) => (one === wanted ? [at] : []))
        expect(zeroes(word) !== 0).toBe(places.length > 0)
        if (places.length > 0) expect(firstOf(zeroes(word))).toBe(places[0])
        expect(sumOfLanes(allZeroes(word) >>> 7)).toBe(places.length)
      }),
      { numRuns: 2_000 },
    )
  })

  test('find the first of two bytes', () => {
    fc.assert(
      fc.property(four, (bytes) => {
        const word = wordOf(bytes)
        const hits = zeroes(word ^ repeated(44)) | zeroes(word ^ repeated(10))
        const first = bytes.findIndex((one) => one === 44 || one === 10)
        expect(hits === 0 ? -1 : firstOf(hits)).toBe(first)
      }),
      { numRuns: 2_000 },
    )
  })

  test('count as many as a lane holds', () => {
    let lanes = 0
    for (let word = 0; word < mostLaneHits; word += 1) lanes = (lanes + (allZeroes(0) >>> 7)) | 0
    expect(sumOfLanes(lanes)).toBe(mostLaneHits * 4)
  })

  test('read four digits and nothing else', () => {
    const digit = fc.integer({ min: 48, max: 57 })
    fc.assert(
      fc.property(fc.oneof(four, fc.tuple(digit, digit, digit, digit)), (bytes) => {
        const text = String.fromCharCode(...bytes)
        expect(fourDigits(wordOf(bytes))).toBe(/^\d{4}$/.test(text) ? Number(text) : -1)
      }),
      { numRuns: 5_000 },
    )
  })

  test('compare windows of any length wherever they are', () => {
    const pair = fc.tuple(fc.uint8Array({ minLength: 4, maxLength: 20 }), fc.nat(7), fc.nat(30), fc.nat(255))
    fc.assert(
      fc.property(pair, ([bytes, before, place, other]) => {
        const copy = Uint8Array.from([...Array<number>(before).fill(9), ...bytes])
        const changed = before + (place % bytes.length)
        copy[changed] = place > 20 ? (copy[changed] ?? 0) : other
        const isSame = Buffer.from(bytes).equals(copy.subarray(before))
        expect(isSameStretch(wordsOf(bytes), 0, wordsOf(copy), before, bytes.length)).toBe(isSame)
      }),
      { numRuns: 2_000 },
    )
  })

  test('compare a text with any bytes', () => {
    const text = fc.uint8Array({ min: 1, max: 255, minLength: 8, maxLength: 30 })
    fc.assert(
      fc.property(text, fc.nat(7), fc.array(fc.tuple(fc.nat(29), byte), { maxLength: 3 }), (bytes, before, changes) => {
        const copy = Uint8Array.from([...Array<number>(before).fill(0), ...bytes, 0])
        for (const [place, other] of changes) copy[before + (place % bytes.length)] = other
        const isSame = Buffer.from(bytes).equals(copy.subarray(before, -1))
        const seen = isSameText(wordsOf(copy), before, wordsOf(bytes), 0, bytes.length)
        // What is no number as a float is no UTF-8 either: it may be called different, and never the same.
        expect(seen).toBe(isSame && seen)
        if (bytes.every((one) => one < 127)) expect(seen).toBe(isSame)
      }),
      { numRuns: 5_000 },
    )
  })

  test('tell a text from zeroes of either sign', () => {
    const text = wordsOf(Buffer.from('12345678'))
    for (const sign of [0, 128])
      expect(isSameText(wordsOf(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, sign)), 0, text, 0, 8)).toBe(false)
  })
})
