import type { Fidelity, Quantity } from '../quantity.ts'

/** Milliseconds up to which Locust rounds to the step; above the last one to 1000. Source: `bucket_response_time` in its stats.py. */
const steps = [
  { below: 100, step: 1 },
  { below: 1000, step: 10 },
  { below: 10_000, step: 100 },
]

/** Locust rounds before it counts, so its percentiles are as coarse as its histogram. */
export const locustFidelity: Fidelity = { kind: 'rounded', to: '2 significant digits' }

/**
 * What a time can have been before Locust rounded it. At a change of the step both sides are finer or coarser than the
 * other: 100 was 99.5 to 105.
 */
export function locustBounds(value: number): readonly [low: number, high: number] {
  return [Math.max(0, value - stepOf(value, 'below') / 2), value + stepOf(value, 'above') / 2]
}

/** A percentile of Locust in milliseconds, as far as it is known. */
export function locustRounded(value: number | undefined): Quantity | undefined {
  if (value === undefined) return undefined
  const [low, high] = locustBounds(value)
  return {
    value,
    low,
    high,
    fidelity: value < 100 ? { kind: 'rounded', to: 'whole ms' } : locustFidelity,
  }
}

function stepOf(value: number, side: 'below' | 'above'): number {
  const range = steps.find(({ below }) => (side === 'below' ? value <= below : value < below))
  return range?.step ?? 1000
}
