const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
const daysIn = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Milliseconds from 1970-01-01 to a day of the Gregorian calendar; NaN for one that there is not. */
export function dayMs(year: number, month: number, day: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const before = daysBefore[month - 1]
  const length = (daysIn[month - 1] ?? 0) + (isLeap && month === 2 ? 1 : 0)
  if (before === undefined || !(day >= 1 && day <= length)) return Number.NaN
  const last = year - 1
  const leaps = Math.floor(last / 4) - Math.floor(last / 100) + Math.floor(last / 400)
  const days = last * 365 + leaps + before + (isLeap && month > 2 ? 1 : 0) + day - 1
  return (days - 719_162) * 86_400_000
}

/** Milliseconds since midnight for `HH:mm:ss` at `start`; NaN for anything else. */
export function clockMs(bytes: Uint8Array, start: number): number {
  if (bytes[start + 2] !== 58 || bytes[start + 5] !== 58) return Number.NaN
  const hours = twoDigits(bytes, start)
  const minutes = twoDigits(bytes, start + 3)
  const seconds = twoDigits(bytes, start + 6)
  if (!(hours <= 23 && minutes <= 59 && seconds <= 60)) return Number.NaN
  return (hours * 3_600 + minutes * 60 + seconds) * 1_000
}

/** The number that two digits at `start` write; NaN for anything else. */
export function twoDigits(bytes: Uint8Array, start: number): number {
  const tens = (bytes[start] ?? 0) - 48
  const ones = (bytes[start + 1] ?? 0) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

const nanoDigits = 9
const nanosPerMs = 1e6

/** What `readFraction` read last, in milliseconds. */
export const fraction = { ms: 0 }

/** Reads a fraction of a second, up to nine digits; returns where it ends, which is `start` when there is none. */
export function readFraction(bytes: Uint8Array, start: number, end: number): number {
  fraction.ms = 0
  const mark = bytes[start]
  if (mark !== 46 && mark !== 44) return start
  const last = Math.min(end, start + 1 + nanoDigits)
  let nanos = 0
  let at = start + 1
  for (; at < last; at += 1) {
    const digit = (bytes[at] ?? 0) - 48
    if (!(digit >= 0 && digit <= 9)) break
    nanos = nanos * 10 + digit
  }
  const digits = at - start - 1
  if (digits === 0) return start
  for (let missing = digits; missing < nanoDigits; missing += 1) nanos *= 10
  fraction.ms = nanos / nanosPerMs
  return at
}
