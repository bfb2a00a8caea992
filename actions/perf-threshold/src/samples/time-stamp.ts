import { clockMs, dayMs, fraction, readFraction, twoDigits } from './civil-time.ts'

interface Range {
  readonly start: number
  readonly end: number
}

const [minus, plus, slash, space, colon] = [45, 43, 47, 32, 58] as const
const [upperT, upperZ] = [84, 90] as const

/** Epoch milliseconds of a time as RFC 3339 writes it, with up to nine decimals; NaN for anything else. */
export function parseRfc3339(bytes: Uint8Array, { start, end }: Range): number {
  if (end - start < 20 || bytes[start + 4] !== minus || bytes[start + 10] !== upperT) return Number.NaN
  const ms = isoDayMs(bytes, start) + clockMs(bytes, start + 11)
  const zone = readFraction(bytes, start + 19, end)
  const sum = ms + fraction.ms
  if (bytes[zone] === upperZ) return zone + 1 === end ? sum : Number.NaN
  return sum - offsetMs(bytes, { start: zone, end })
}

function offsetMs(bytes: Uint8Array, { start, end }: Range): number {
  const sign = bytes[start] === plus ? 1 : bytes[start] === minus ? -1 : Number.NaN
  if (end - start !== 6 || bytes[start + 3] !== colon) return Number.NaN
  return sign * (twoDigits(bytes, start + 1) * 60 + twoDigits(bytes, start + 4)) * 60_000
}

/**
 * Milliseconds of a time without a zone, as if it were UTC, in the forms that JMeter itself reads back: `2026/11/21 09:37:16.323` and
 * `2026-11-21 09:37:16`, with and without a fraction, and `11/21/26 09:37:16`; NaN for anything else.
 */
export function parseLocalTime(bytes: Uint8Array, { start, end }: Range): number {
  const yearFirst = bytes[start + 4] === minus || bytes[start + 4] === slash
  const time = start + (yearFirst ? 11 : 9)
  const separator = bytes[time - 1]
  if (separator !== space && separator !== upperT) return Number.NaN
  const day = yearFirst ? isoDayMs(bytes, start) : usDayMs(bytes, start)
  const ms = day + clockMs(bytes, time)
  return readFraction(bytes, time + 8, end) === end ? ms + fraction.ms : Number.NaN
}

/** `2026-11-21` or `2026/11/21`. */
function isoDayMs(bytes: Uint8Array, start: number): number {
  const separator = bytes[start + 4]
  if (bytes[start + 7] !== separator) return Number.NaN
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2)
  return dayMs(year, twoDigits(bytes, start + 5), twoDigits(bytes, start + 8))
}

/** `11/21/26`, of this century. */
function usDayMs(bytes: Uint8Array, start: number): number {
  if (bytes[start + 2] !== slash || bytes[start + 5] !== slash) return Number.NaN
  return dayMs(2_000 + twoDigits(bytes, start + 6), twoDigits(bytes, start), twoDigits(bytes, start + 3))
}
