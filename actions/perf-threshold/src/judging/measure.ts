import type { Measure } from '../gates/gate.ts'
import type { Population } from '../load-test/load-test.ts'
import { percent } from '../load-test/reported-population.ts'
import type { Known } from '../quantity.ts'

/** What is measured on requests, as opposed to metrics of the service and to comparisons of two stretches. */
export type RequestMeasure = Exclude<Measure, { kind: 'prometheus' | 'alerts' | 'drift' | 'dropped-iterations' }>

export type Unit = 'ms' | 'share' | 'per-second' | 'number'

/** The value of a measure for some requests. */
export function measured(measure: RequestMeasure, population: Population): Known {
  switch (measure.kind) {
    case 'percentile':
      return population.percentile(measure.share)
    case 'apdex':
      return population.apdex(measure.thresholdMs)
    case 'error-rate':
      return population.errorRate
    default:
      return population[measure.kind]
  }
}

export function unitOf({ kind }: Measure): Unit {
  switch (kind) {
    case 'percentile':
    case 'average':
    case 'minimum':
    case 'maximum':
      return 'ms'
    case 'error-rate':
    case 'dropped-iterations':
    case 'drift':
      return 'share'
    case 'throughput':
      return 'per-second'
    default:
      return 'number'
  }
}

/** As in a gate: `p95`, `apdex(500ms)`. */
export function nameOf(measure: Measure): string {
  switch (measure.kind) {
    case 'percentile':
      return `p${percent(measure.share)}`
    case 'drift':
      return `drift(p${percent(measure.share)})`
    case 'apdex':
      return `apdex(${measure.thresholdMs}ms)`
    case 'prometheus':
      return `prometheus.${measure.name}`
    case 'alerts':
      return `alerts${labelsOf(measure)}`
    default:
      return measure.kind.replace('-', '_')
  }
}

function labelsOf({ labels }: Measure & { kind: 'alerts' }): string {
  if (labels.length === 0) return ''
  return `{${labels.map(({ name, operator, value }) => `${name}${operator}${JSON.stringify(value)}`).join(',')}}`
}

/** With enough digits that two different numbers look different wherever that can matter. */
export function formatValue(value: number, unit: Unit, most = 6): string {
  if (!Number.isFinite(value)) return String(value)
  switch (unit) {
    case 'ms':
      return `${digits(value, most)} ms`
    case 'share':
      return `${digits(value * 100, most)} %`
    case 'per-second':
      return `${digits(value, most)}/s`
    case 'number':
      return digits(value, most)
  }
}

function digits(value: number, most: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(most)))
}

/** How many requests a percentile needs at least by default: 100 for p95, 500 for p99, so that five are above it. */
export function leastSamples(share: number): number {
  return Math.ceil(5 / (1 - share) - 1e-6)
}
