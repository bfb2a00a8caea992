import { anyText } from '@deploy-safety/simulators/any-text'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAgainst, formatDuration, parseDuration } from '../src/duration.ts'
import { Malformed } from '../src/inputs.ts'

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['0ms', 0],
    ['500ms', 500],
    ['20s', 20_000],
    ['1.5s', 1_500],
    ['0.25s', 250],
    ['5m', 300_000],
    ['5m5ms', 300_005],
    ['1h30m', 5_400_000],
    ['1h1m1s1ms', 3_661_001],
    ['1h5s', 3_605_000],
    ['90m', 5_400_000],
    ['480h', 1_728_000_000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['10', '1.5', '0'])('refuses the bare number %s and shows both ways to write it', (text) => {
    const error = thrownBy(() => parseDuration(text), Malformed)
    expect(error.message).toBe(`"${text}" is a number without a unit`)
    expect(error.accepted).toContain(`${text}s or ${text}ms`)
  })

  it.each([
    ...['', ' ', 's', 'ms', '-5s', '+5s', '5 s', ' 5s', '5s ', '5S', '5sec', '5d', '1e3s', '.5s', '5.s', '0x5s', '٣s'],
    ...['1m1h', '5s5m', '5ms5s', '5s5s', '1.5m', '1.5ms', '1,5s', '5s\n', '\n5s', 'Infinitys', 'NaNs'],
  ])('refuses %j and shows how a duration is written', (text) => {
    const error = thrownBy(() => parseDuration(text), Malformed)
    expect(error.message).toContain('is not a duration')
    expect(error.accepted).toContain('500ms, 20s, 5m, 1h30m')
  })

  it.each(['481h', '28801m', '1728001s', '9'.repeat(400).concat('h')])(
    'refuses what no job can wait for: %s',
    (text) => {
      expect(thrownBy(() => parseDuration(text), Malformed).accepted).toBe('Give at most 480h.')
    },
  )

  it('gives a whole number of milliseconds that a timer can hold, or a Malformed, for any text', () => {
    const text = fc.oneof(
      anyText(),
      fc.stringMatching(/^(\d{0,12}h)?(\d{0,12}m)?(\d{0,12}(\.\d{0,5})?s)?(\d{0,12}ms)?$/),
    )
    fc.assert(
      fc.property(text, (input) => {
        const result = parsedOrMalformed(() => parseDuration(input))
        if (result instanceof Malformed) return
        expect(Number.isInteger(result)).toBe(true)
        expect(result).toBeGreaterThanOrEqual(0)
        expect(result).toBeLessThan(2 ** 31)
      }),
    )
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.004, '0 ms'],
    [0.4, '0.4 ms'],
    [12.345, '12.3 ms'],
    [130, '130 ms'],
    [999, '999 ms'],
    [999.7, '1 s'],
    [1_124, '1.12 s'],
    [4_600, '4.6 s'],
    [20_000, '20 s'],
    [59_960, '1m'],
    [60_000, '1m'],
    [90_500, '1m31s'],
    [3_600_000, '1h'],
    [3_605_000, '1h5s'],
    [5_400_000, '1h30m'],
    [1_728_000_000, '480h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('writes what parseDuration reads as nearly the same time, its blank aside, for any time', () => {
    fc.assert(
      fc.property(fc.double({ min: 1_000, max: 1_700_000_000, noNaN: true }), (ms) => {
        const precision = ms < 59_900 ? ms / 200 : 500
        expect(Math.abs(parseDuration(formatDuration(ms).replace(' ', '')) - ms)).toBeLessThanOrEqual(precision + 1e-6)
      }),
    )
  })
})

describe('formatAgainst', () => {
  it.each([
    [130.4, 90, '130 ms', '90 ms'],
    [90.04, 90, '90.04 ms', '90 ms'],
    [90.004, 90, '90.004 ms', '90 ms'],
    [1_204, 1_200, '1.204 s', '1.2 s'],
    [1_500, 1_234, '1.5 s', '1.234 s'],
  ])('tells %d from %d', (ms, limitMs, value, limit) => {
    expect(formatAgainst(ms, limitMs)).toEqual({ value, limit })
  })

  it('never shows a time that is over a limit below a minute as that limit', () => {
    const limit = fc.integer({ min: 1, max: 50_000 })
    fc.assert(
      fc.property(limit, fc.double({ min: 1e-6, max: 1, noNaN: true }), (limitMs, share) => {
        const shown = formatAgainst(limitMs * (1 + share), limitMs)
        expect(shown.value).not.toBe(shown.limit)
      }),
    )
  })
})

function parsedOrMalformed(parse: () => number): number | Malformed {
  try {
    return parse()
  } catch (error) {
    if (error instanceof Malformed) return error
    throw error
  }
}
