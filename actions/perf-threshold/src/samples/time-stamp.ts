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
  if (end - start !== 6 || bytes[start + 3] !== colon) return Number.NaN
  return signOf(bytes[start]) * (twoDigits(bytes, start + 1) * 60 + twoDigits(bytes, start + 4)) * 60_000
}

/**
 * Milliseconds of a time without a zone, as if it were UTC, in the forms that JMeter itself reads back: `2026/11/21 09:37:16.323` and
 * `2026-11-21 09:37:16`, with and without a fraction, and `11/21/26 09:37:16`; NaN for anything else.
 */
export function parseLocalTime(bytes: Uint8Array, { start, end }: Range): number {
  const ms = readCivilTime(bytes, { start, end })
  return civil.end === end ? ms : Number.NaN
}

/** Epoch milliseconds of the same forms with `Z`, `+01`, `+0100` or `+01:00` behind them; NaN for anything else. */
export function parseZonedTime(bytes: Uint8Array, { start, end }: Range): number {
  const ms = readCivilTime(bytes, { start, end })
  const zone = bytes[civil.end] === space ? civil.end + 1 : civil.end
  return ms - zoneMs(bytes, { start: zone, end })
}

/** Where `readCivilTime` ended. */
const civil = { end: 0 }

function readCivilTime(bytes: Uint8Array, { start, end }: Range): number {
  const yearFirst = bytes[start + 4] === minus || bytes[start + 4] === slash
  const time = start + (yearFirst ? 11 : 9)
  const separator = bytes[time - 1]
  if (separator !== space && separator !== upperT) return Number.NaN
  const day = yearFirst ? isoDayMs(bytes, start) : usDayMs(bytes, start)
  const ms = day + clockMs(bytes, time)
  civil.end = readFraction(bytes, time + 8, end)
  return ms + fraction.ms
}

function zoneMs(bytes: Uint8Array, { start, end }: Range): number {
  const length = end - start
  if (length === 1 && bytes[start] === upperZ) return 0
  const isWritten = length === 3 || length === 5 || (length === 6 && bytes[start + 3] === colon)
  const hours = twoDigits(bytes, start + 1)
  const minutes = length === 3 ? 0 : twoDigits(bytes, end - 2)
  const isPossible = isWritten && hours <= 23 && minutes <= 59
  return isPossible ? signOf(bytes[start]) * (hours * 60 + minutes) * 60_000 : Number.NaN
}

function signOf(byte: number | undefined): number {
  return byte === plus ? 1 : byte === minus ? -1 : Number.NaN
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
