import type { Quantity } from '../quantity.ts'

/** Artillery takes a time as the difference of two clocks in whole milliseconds: it may be so much shorter or longer. Source: szmarczak/http-timer. */
export const clockMs = 1

/** A time that is written with one decimal; undefined where there is none. */
export function clocked(value: number | undefined): Quantity | undefined {
  if (value === undefined) return undefined
  const reach = clockMs + 0.05
  return { value, low: Math.max(0, value - reach), high: value + reach, fidelity: { kind: 'rounded', to: 'whole ms' } }
}
