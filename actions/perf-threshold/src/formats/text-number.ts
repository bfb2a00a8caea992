import { type Quantity, rounded } from '../quantity.ts'

/** Milliseconds of a unit of wrk. */
const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A duration as wrk prints it, `635.00us`, known to its last digit. Undefined when it is none: `-nan%`. */
export function printedDuration(text: string | undefined): Quantity | undefined {
  const [, number, decimals = '', unit = ''] = /^(\d+(?:\.(\d+))?)(us|ms|s|m|h)$/.exec(text ?? '') ?? []
  const scale = units[unit]
  if (number === undefined || scale === undefined) return undefined
  const value = Number((Number(number) * scale).toPrecision(12))
  return rounded(value, scale * 10 ** -decimals.length, `${decimals.length} decimals of ${unit}`)
}
