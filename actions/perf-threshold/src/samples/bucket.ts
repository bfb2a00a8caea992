export const mostMantissaBits = 12
/** Of the upper half of a float64: a sign, 11 bits of exponent, 20 of the mantissa. */
const upperMantissaBits = 20

const value = new Float64Array(1)
const halves = new Uint32Array(value.buffer)
const upper = new Uint8Array(Float64Array.of(1).buffer)[7] === 0 ? 0 : 1

/** The number of the bucket of a value that is not negative: the upper bits of the float, so that their order is that of the values. */
export function bucketOf(latencyMs: number, mantissaBits: number): number {
  value[0] = latencyMs
  return (halves[upper] ?? 0) >>> (upperMantissaBits - mantissaBits)
}

/** Which values are in a bucket: from `low` to below `high`. */
export function bucketBounds(bucket: number, mantissaBits: number): readonly [low: number, high: number] {
  return [lowOf(bucket, mantissaBits), lowOf(bucket + 1, mantissaBits)]
}

function lowOf(bucket: number, mantissaBits: number): number {
  halves[1 - upper] = 0
  halves[upper] = bucket << (upperMantissaBits - mantissaBits)
  return value[0] ?? 0
}
