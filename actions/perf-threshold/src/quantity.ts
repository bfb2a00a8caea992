import type { Finding } from './reason.ts'

/** How exact a number of a load tool is. */
export type Fidelity =
  | { readonly kind: 'exact' }
  /** Within so many percent, in both directions. */
  | { readonly kind: 'bucketed'; readonly percent: number }
  /** Over the last so many requests only. */
  | { readonly kind: 'windowed'; readonly samples: number }
  /** Rounded to so many significant digits, or to a multiple of so many milliseconds. */
  | { readonly kind: 'rounded'; readonly to: string }
  /** Somewhere between two numbers that are known: `p90`, `p97.5`. */
  | { readonly kind: 'bracketed'; readonly from: string; readonly to: string }

/** A number as far as it is known: the true one is from `low` to `high`, both included. */
export interface Quantity {
  /** As it is shown; undefined where only the bounds are known. */
  readonly value: number | undefined
  readonly low: number
  readonly high: number
  readonly fidelity: Fidelity
}

/** A number that is not known, and why. */
export interface Missing {
  readonly missing: Finding
  readonly detail: string
}

export type Known = Quantity | Missing

export function exactly(value: number): Quantity {
  return { value, low: value, high: value, fidelity: { kind: 'exact' } }
}

/** A number that was rounded to the nearest multiple of `step`, and is never below 0. */
export function rounded(value: number, step: number, to: string): Quantity {
  return { value, low: Math.max(0, value - step / 2), high: value + step / 2, fidelity: { kind: 'rounded', to } }
}

export function isMissing(known: object): known is Missing {
  return 'missing' in known
}
