import { anyText } from '@deploy-safety/simulators/any-text'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseRetryAfter } from '../src/retry-after.ts'

const now = new Date('2026-03-01T12:00:00Z')

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('parseRetryAfter', () => {
  it.each([
    ['120', 120_000],
    ['1', 1_000],
    [' 5 ', 5_000],
    ['0005', 5_000],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    // The two obsolete forms that RFC 9110 5.6.7 wants to be read as well.
    ['Sunday, 01-Mar-26 12:00:30 GMT', 30_000],
    ['Sun Mar  1 12:00:30 2026', 30_000],
  ])('reads %j as %d ms', (value, ms) => {
    expect(parseRetryAfter(value, now)).toBe(ms)
  })

  it.each(['UTC', 'America/New_York', 'Asia/Kolkata'])('reads a date the same where the clock shows %s', (zone) => {
    vi.stubEnv('TZ', zone)
    expect(parseRetryAfter('Sun, 01 Mar 2026 12:00:30 GMT', now)).toBe(30_000)
    expect(parseRetryAfter('Sun Mar  1 12:00:30 2026', now)).toBe(30_000)
  })

  it.each([
    undefined,
    ...['', ' ', '0', '-5', '+5', '5.5', '5s', '5 s', '0x10', '1e3', '5, 10', 'soon', 'Infinity', 'NaN', 'null'],
    ...['Sun, 01 Mar 2026 11:59:59 GMT', 'Sun, 01 Mar 2026 12:00:00 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ...['Sun, 99 Mar 2026 12:00:30 GMT', 'Soon 2099', 'Try again after 2099', 'May 5000', 'Later, 2099', 'Mon, 2099'],
    ...['2099-01-01', '2099-01-01T00:00:00Z', '١٢'],
  ])('ignores %j, which is garbage or past', (value) => {
    expect(parseRetryAfter(value, now)).toBeUndefined()
  })

  it('gives a time to wait or nothing, for any text', () => {
    const digits = fc.stringMatching(/^\d{1,400}$/)
    fc.assert(
      fc.property(fc.oneof(anyText(), digits), (value) => {
        const ms = parseRetryAfter(value, now)
        if (ms !== undefined) expect(ms).toBeGreaterThan(0)
      }),
    )
  })

  it('reads back the date that a server writes, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000_000 }), (seconds) => {
        const date = new Date(now.getTime() + seconds * 1_000)
        expect(parseRetryAfter(date.toUTCString(), now)).toBe(seconds * 1_000)
      }),
    )
  })
})
