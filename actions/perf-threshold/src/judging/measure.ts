import { formatNumber } from '@deploy-safety/common/number'
import type { Gate, Measure } from '../gates/gate.ts'
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

/** What a threshold is about. A query has no unit of its own: it is read in what the limit is written in. */
export function unitOf({ measure: { kind }, source }: Pick<Gate, 'measure' | 'source'>): Unit {
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
    case 'prometheus':
      return source.endsWith('%') ? 'share' : 'number'
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

/** For people, in so many digits: `942 ms`, `1.12 s`, `2.16 %`, `24,000`. */
export function formatValue(value: number, unit: Unit, digits = 3): string {
  switch (unit) {
    case 'ms':
      return formatMs(value, digits)
    case 'share':
      return `${formatNumber(value * 100, digits)} %`
    case 'per-second':
      return `${formatNumber(value, digits)}/s`
    case 'number':
      return formatNumber(value, digits)
  }
}

function formatMs(ms: number, digits: number): string {
  if (!Number.isFinite(ms)) return formatNumber(ms)
  return Number(ms.toPrecision(digits)) < 1_000
    ? `${formatNumber(ms, digits)} ms`
    : `${formatNumber(ms / 1_000, digits)} s`
}

/** So many digits that numbers which differ look different: 500.0004 ms is not 500 ms. */
export function digitsBetween(values: readonly number[], limits: readonly number[], unit: Unit): number {
  const isTold = (digits: number) =>
    values.every((value) =>
      limits.every((limit) => value === limit || formatValue(value, unit, digits) !== formatValue(limit, unit, digits)),
    )
  return [3, 4, 6, 9, 12].find(isTold) ?? 15
}

/** How many requests a percentile needs at least by default: 100 for p95, 500 for p99, so that five are above it. */
export function leastSamples(share: number): number {
  return Math.ceil(5 / (1 - share) - 1e-6)
}
