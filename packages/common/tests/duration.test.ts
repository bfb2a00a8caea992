import { anyText } from '@deploy-safety/simulators/any-text'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../src/duration.ts'
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
    [0, '0ms'],
    [85.4, '85ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [1_234, '1.2s'],
    [20_000, '20s'],
    [60_000, '1m'],
    [90_500, '1m31s'],
    [3_600_000, '1h'],
    [3_605_000, '1h5s'],
    [5_400_000, '1h30m'],
    [1_728_000_000, '480h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('writes what parseDuration reads as nearly the same time, for any time', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1_700_000_000, noNaN: true }), (ms) => {
        const precision = ms < 1_000 ? 0.5 : ms < 60_000 ? 50 : 500
        expect(Math.abs(parseDuration(formatDuration(ms)) - ms)).toBeLessThanOrEqual(precision + 1e-6)
      }),
    )
  })

  it('comes back exactly for every time that it can show exactly', () => {
    const exact = fc.oneof(
      fc.integer({ min: 0, max: 999 }),
      fc.integer({ min: 10, max: 599 }).map((tenths) => tenths * 100),
      fc.integer({ min: 60, max: 1_728_000 }).map((seconds) => seconds * 1_000),
    )
    fc.assert(
      fc.property(exact, (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms)
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
