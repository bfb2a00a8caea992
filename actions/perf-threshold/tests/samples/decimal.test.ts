import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLatency, parseDecimal } from '../../src/samples/decimal.ts'

function parse(text: string, shift = 0): number {
  const bytes = Buffer.from(`xx${text}9.9`)
  return parseDecimal(bytes, { start: 2, end: bytes.length - 3 }, shift)
}

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`))

describe('decimal numbers', () => {
  test('are what Number makes of them', () => {
    const plain = fc.tuple(digits(25), digits(25)).map(([whole, part]) => `${whole}.${part}`)
    const short = fc.tuple(digits(7), digits(8)).map(([whole, part]) => `${whole}.${part}`)
    const scientific = fc
      .tuple(plain, fc.integer({ min: -330, max: 330 }))
      .map(([text, exponent]) => `${text}e${exponent}`)
    const written = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)
    fc.assert(
      fc.property(fc.oneof(plain, short, digits(30), scientific, written), (text) => {
        expect(parse(text)).toBe(Number(text))
      }),
      { numRuns: 2_000 },
    )
  })

  test('are shifted without a second rounding', () => {
    const text = fc.tuple(digits(12), digits(12)).map(([whole, part]) => `${whole}.${part}`)
    fc.assert(
      fc.property(text, fc.constantFrom(3, -3, -6), (value, shift) => {
        expect(parse(value, shift)).toBe(Number(`${value}e${shift}`))
      }),
      { numRuns: 1_000 },
    )
    // Multiplied by 1000, these would be 285.70000000000005 and 1005.0000000000001.
    expect([parse('0.2857', 3), parse('1.005', 3), parse('1e-3', 3)]).toEqual([285.7, 1005, 1])
  })

  test.each(['', '.', ' 1', '1 ', '0x10', '1,5', 'NaN', 'Infinity', '1e', '--1', '1.2.3', '\u0000', '１'])(
    '%j is none',
    (text) => {
      expect(parse(text)).toBeNaN()
    },
  )

  test('can be latencies when they are finite, not negative and countable', () => {
    expect([0, 1e-5, 2 ** 53 - 1].map(isLatency)).toEqual([true, true, true])
    expect([-1, -1e-9, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY].map(isLatency)).toEqual(Array(5).fill(false))
  })
})
