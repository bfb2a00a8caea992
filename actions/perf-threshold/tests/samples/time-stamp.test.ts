import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLocalTime, parseRfc3339, parseZonedTime } from '../../src/samples/time-stamp.ts'

function reader(parse: typeof parseRfc3339): (text: string) => number {
  return (text) => {
    const bytes = Buffer.from(`xx${text}99`)
    return parse(bytes, { start: 2, end: bytes.length - 2 })
  }
}
const rfc3339 = reader(parseRfc3339)
const local = reader(parseLocalTime)
const zoned = reader(parseZonedTime)
const date = fc.date({ min: new Date('1970-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })

describe('times', () => {
  test('as RFC 3339 are what Date makes of them', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -14 * 60, max: 14 * 60 }), (moment, offset) => {
        const text = moment.toISOString()
        expect(rfc3339(text)).toBe(moment.getTime())
        const sign = offset < 0 ? '-' : '+'
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
          String(part).padStart(2, '0'),
        )
        const zoned = text.replace('Z', `${sign}${hours}:${minutes}`)
        expect(rfc3339(zoned)).toBe(Date.parse(zoned))
      }),
    )
  })

  test.each([
    ['2026-11-21T09:34:18Z', 1795253658000],
    ['2026-11-21T09:34:18.5Z', 1795253658500],
    ['2026-11-21T09:34:18.082010795Z', 1795253658082 + 0.010795],
    ['2026-11-21T10:34:18.082+01:00', 1795253658082],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['1969-12-31T23:59:59Z', -1000],
  ])('%s is %d', (text, expected) => {
    expect(rfc3339(text)).toBe(expected)
  })

  test.each([
    '',
    '2026-11-21',
    '2026-11-21T09:34:18',
    '2026-11-21T09:34:18.Z',
    '2026-11-21T09:34:18.0820107951Z',
    '2026-13-21T09:34:18Z',
    '2026-02-29T09:34:18Z',
    '2026-11-00T09:34:18Z',
    '2026-11-21T24:34:18Z',
    '2026-11-21T09:34:18Zz',
    '2026/11/21T09:34:18Z',
    '2026-11-21T0a:34:18Z',
    '2026-11-21T09:34:18+1:00',
  ])('%j is no RFC 3339', (text) => {
    expect(rfc3339(text)).toBeNaN()
  })

  test.each([
    ['2026/11/21 09:34:18.323', 323],
    ['2026/11/21 09:34:18', 0],
    ['2026-11-21 09:34:18.5', 500],
    ['2026-11-21 09:34:18,007', 7],
    ['2026-11-21T09:34:18', 0],
    ['11/21/26 09:34:18', 0],
    ['11/21/26 09:34:18.250', 250],
  ])('%s without a zone is read as UTC', (text, ms) => {
    expect(local(text)).toBe(1795253658000 + ms)
  })

  test.each([
    '',
    '21.11.2026 09:34:18',
    '26/11/21 09:34:18',
    '2026/11-21 09:34:18',
    '2026/11/21 09:34',
    '1795253658000',
  ])('%j is no time that JMeter reads back', (text) => {
    expect(local(text)).toBeNaN()
  })

  test.each([
    ['2026-11-21T09:34:18.323Z', 323],
    ['2026-11-21T09:34:18.323+0000', 323],
    ['2026-11-21T09:34:18+00:00', 0],
    ['2026-11-21 10:34:18.5+0100', 500],
    ['2026/11/21 04:04:18.5 -0530', 500],
    ['11/21/26 10:34:18+01', 0],
  ])('%s with a zone is of the epoch', (text, ms) => {
    expect(zoned(text)).toBe(1795253658000 + ms)
    expect(local(text)).toBeNaN()
  })

  test.each([
    '',
    'Z',
    '2026-11-21T09:34:18',
    '2026-11-21T09:34:18.Z',
    '2026-11-21T09:34:18 UTC',
    '2026-11-21T09:34:18+1',
    '2026-11-21T09:34:18+010',
    '2026-11-21T09:34:18+01:0',
    '2026-11-21T09:34:18+01-00',
    '2026-11-21T09:34:18+0x00',
    '2026-11-21T09:34:18+01000',
    '2026-11-21T09:34:18+2400',
    '2026-11-21T09:34:18+0160',
    '2026-11-21T09:34:18ZZ',
    '2026-11-31T09:34:18Z',
  ])('%j is no time with a zone', (text) => {
    expect(zoned(text)).toBeNaN()
  })
})
