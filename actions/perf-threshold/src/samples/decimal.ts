/** Powers of ten that a float64 holds exactly. */
const powers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
/** So many digits are always below 2^53. */
const exactDigits = 15
/** So many are always below 2^31. */
const smallDigits = 9

/**
 * The number that a decimal text means, times 10 to the power of `shift`: the same float64 as `Number` gives for it.
 * NaN for everything else: empty text, spaces, hexadecimal, Infinity.
 *
 * The short way is exact because both the digits as one whole number and the power of ten are floats without an error, so that the
 * division rounds once, as reading the text would.
 */
export function parseDecimal(bytes: Uint8Array, range: { start: number; end: number }, shift = 0): number {
  const { start, end } = range
  const digits = end - start
  if (digits > 0 && digits <= smallDigits) {
    const small = smallWhole(bytes, start, end)
    if (small !== -1) return scaled(small, -shift)
  }
  return parsePlain(bytes, range, shift)
}

/** A whole number that an int32 holds, which is what most are; -1: it is something else. */
function smallWhole(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 48
    if (digit < 0 || digit > 9) return -1
    value = (value * 10 + digit) | 0
  }
  return value
}

/** Epoch milliseconds and the like: two small halves. */
function parsePlain(bytes: Uint8Array, range: { start: number; end: number }, shift: number): number {
  const { start, end } = range
  const digits = end - start
  if (digits > smallDigits && digits <= exactDigits) {
    const split = start + smallDigits
    const high = smallWhole(bytes, start, split)
    const low = smallWhole(bytes, split, end)
    if (high !== -1 && low !== -1) return scaled(high * (powers[end - split] ?? 1) + low, -shift)
  }
  return parseFraction(bytes, range, shift)
}

function parseFraction(bytes: Uint8Array, range: { start: number; end: number }, shift: number): number {
  const { start, end } = range
  let mantissa = 0
  let point = -1
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 48
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit
    else if (digit === -2 && point === -1) point = at
    else return parseSlowly(bytes, range, shift)
  }
  const decimals = point === -1 ? 0 : end - point - 1
  const digits = end - start - (point === -1 ? 0 : 1)
  return digits === 0 || digits > exactDigits ? parseSlowly(bytes, range, shift) : scaled(mantissa, decimals - shift)
}

function scaled(mantissa: number, scale: number): number {
  return scale >= 0 ? mantissa / (powers[scale] ?? Number.NaN) : mantissa * (powers[-scale] ?? Number.NaN)
}

const decimal = /^([-+]?(?:\d+\.?\d*|\.\d+))(?:[eE]([-+]?\d+))?$/

function parseSlowly(bytes: Uint8Array, { start, end }: { start: number; end: number }, shift: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
  const [, digits, exponent = '0'] = decimal.exec(text) ?? []
  return digits === undefined ? Number.NaN : Number(`${digits}e${Number(exponent) + shift}`)
}

/** Whether a number can be a latency in milliseconds: finite, not negative, and within what a float counts exactly. */
export function isLatency(value: number): boolean {
  return value >= 0 && value <= Number.MAX_SAFE_INTEGER
}
