import { Malformed } from '@deploy-safety/common/inputs'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { includesStatus, parseStatusSet } from '../src/status.ts'

const statuses = Array.from({ length: 400 }, (_, index) => index + 200)

describe('parseStatusSet', () => {
  it.each([
    ['200', [200]],
    ['200,204', [200, 204]],
    ['200 204', [200, 204]],
    ['200 , 204\n301', [200, 204, 301]],
    ['200,200-201', [200, 201]],
    ['404-404', [404]],
    ['599', [599]],
  ])('reads %j', (text, good) => {
    const set = parseStatusSet(text)
    expect(statuses.filter((status) => includesStatus(set, status))).toEqual(good)
    expect(set.source).toBe(text)
  })

  it.each([
    ['2xx', 200, 299],
    ['5XX', 500, 599],
    ['200-399', 200, 399],
    ['2xx,3xx', 200, 399],
  ])('reads %s as %d to %d', (text, first, last) => {
    const set = parseStatusSet(text)
    expect(statuses.filter((status) => includesStatus(set, status))).toEqual(
      statuses.filter((status) => status >= first && status <= last),
    )
    expect(includesStatus(set, 100)).toBe(false)
  })

  it.each([
    ...['20', '2000', 'ok', '2x', '2xxx', 'xx', '6xx', '0xx', '200-', '-200', '200-2xx', '2xx-3xx', '200-299-399'],
    ...['200;204', '2.0', '200–299', '!404', '٢٠٠', '200,x'],
  ])('refuses %s', (text) => {
    const error = thrownBy(() => parseStatusSet(text), Malformed)
    expect(error.message).toContain('is not a status')
    expect(error.accepted).toContain('200,204 or 2xx or 200-399')
  })

  it.each(['399-200', '299-200'])('refuses %s, which ends before it begins', (text) => {
    expect(thrownBy(() => parseStatusSet(text), Malformed).message).toContain('ends before it begins')
  })

  it.each(['1xx', '100', '101', '199', '100-299', '600', '999', '200-600'])(
    'refuses %s, which no response ends with',
    (text) => {
      expect(thrownBy(() => parseStatusSet(text), Malformed).message).toContain('never the status of a final response')
    },
  )

  it.each([',', ', ,'])('refuses %j, with which no response could be good', (text) => {
    thrownBy(() => parseStatusSet(text), Malformed)
  })

  it('throws nothing but Malformed, and what it accepts some status meets', () => {
    const text = fc.string({ unit: fc.constantFrom('2', '0', '9', '5', 'x', 'X', '-', ',', ' ', 'a') })
    fc.assert(
      fc.property(
        text.filter((value) => /[^ ,]/.test(value)),
        (value) => {
          try {
            const set = parseStatusSet(value)
            expect(statuses.some((status) => includesStatus(set, status))).toBe(true)
          } catch (error) {
            expect(error).toBeInstanceOf(Malformed)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
