import { isMissing, type Known, type Missing, type Quantity } from '../quantity.ts'
import { jointRate, type Surroundings } from './joint-rate.ts'
import type { Population } from './load-test.ts'

const nothing: Missing = { missing: 'empty-results', detail: 'there are no requests' }

/**
 * Several populations of which only percentiles are known, as one. A percentile of all together is between the least
 * and the greatest of theirs; where that is too wide for a limit, the gate is left open.
 */
export function bracketedPopulation(all: readonly Population[], surroundings: Surroundings): Population {
  const parts = all.filter(({ count }) => isMissing(count) || count.high > 0)
  const [first = all[0]] = parts
  if (first !== undefined && parts.length <= 1) return first
  const sum = (pick: (population: Population) => Known) => combined(parts.map(pick), total)
  const count = sum((part) => part.count)
  const errors = sum((part) => part.errors)
  return {
    count,
    errors,
    errorRate: ratio(errors, count),
    throughput: jointRate(parts, surroundings),
    judged: sum((part) => part.judged),
    percentile: (share) => hull(parts.map((part) => part.percentile(share))),
    average: hull(parts.map((part) => part.average)),
    minimum: combined(
      parts.map((part) => part.minimum),
      (values) => Math.min(...values),
    ),
    maximum: combined(
      parts.map((part) => part.maximum),
      (values) => Math.max(...values),
    ),
    apdex: (thresholdMs) => hull(parts.map((part) => part.apdex(thresholdMs))),
    latencies: undefined,
  }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function ratio(part: Known, whole: Known): Known {
  if (isMissing(part)) return part
  if (isMissing(whole)) return whole
  if (whole.low === 0) return nothing
  const share = (value: number) => value / whole.low
  return { ...part, value: part.value && share(part.value), low: share(part.low), high: Math.min(1, share(part.high)) }
}

function combined(parts: readonly Known[], combine: (values: readonly number[]) => number): Known {
  const known = allOf(parts)
  if ('missing' in known) return known
  const values = known.flatMap(({ value }) => value ?? [])
  return {
    value: values.length === known.length ? combine(values) : undefined,
    low: combine(known.map(({ low }) => low)),
    high: combine(known.map(({ high }) => high)),
    fidelity: known.find(({ fidelity }) => fidelity.kind !== 'exact')?.fidelity ?? { kind: 'exact' },
  }
}

function hull(parts: readonly Known[]): Known {
  const known = allOf(parts)
  if ('missing' in known) return known
  return {
    value: undefined,
    low: Math.min(...known.map(({ low }) => low)),
    high: Math.max(...known.map(({ high }) => high)),
    fidelity: { kind: 'bracketed', from: 'the least', to: 'the greatest of the endpoints' },
  }
}

function allOf(parts: readonly Known[]): readonly Quantity[] | Missing {
  const known: Quantity[] = []
  for (const part of parts) {
    if (isMissing(part)) return part
    known.push(part)
  }
  return known.length === 0 ? nothing : known
}
