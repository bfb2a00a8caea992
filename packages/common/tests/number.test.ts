import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatNumber } from '../src/number.ts'

it.each([
  [0, '0'],
  [-0, '0'],
  [7, '7'],
  [1_000, '1,000'],
  [24_000, '24,000'],
  [1_234_567, '1,234,567'],
  [12_345.6, '12,346'],
  [941.718, '941.7'],
  [0.123456, '0.1235'],
  [9_999.6, '10,000'],
  [-3.5, '−3.5'],
  [-24_000, '−24,000'],
  [Number.NEGATIVE_INFINITY, '−∞'],
])('writes %d as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text)
})

it('takes as many digits as are asked for', () => {
  expect([formatNumber(941.718, 3), formatNumber(941.718, 6)]).toEqual(['942', '941.718'])
})

it('keeps every whole number, in groups of three', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (value) => {
      const text = formatNumber(value, 15)
      expect(Number(text.replaceAll(',', '').replace('−', '-')) === value).toBe(true)
      expect(text).toMatch(/^−?\d{1,3}(,\d{3})*$/)
    }),
  )
})
