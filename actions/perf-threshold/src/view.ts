import type { Breaches } from './judging/breaches.ts'
import { formatFidelity, formatQuantity, formatWindow, type Judgement } from './judging/judgement.ts'
import { unitOf } from './judging/measure.ts'
import type { Endpoint, Population } from './load-test/load-test.ts'
import { isMissing, type Known, type Quantity } from './quantity.ts'
import type { ReasonCode } from './reason.ts'

/** What the report says of a threshold. Numbers are in the unit of the measure: milliseconds, shares, requests per second. */
export interface ThresholdView {
  /** As it was written. */
  readonly text: string
  readonly level: 'error' | 'warn'
  readonly judgement: Judgement['verdict']
  readonly reasonCode: ReasonCode
  readonly detail: string
  readonly subject: string | null
  readonly value: NumberView | null
  readonly limit: NumberView | null
  /** How far inside of the limit, as a share of it; negative when outside. */
  readonly margin: number | null
  readonly count: number | null
  /** 95 % confidence; an end is null where there are too few requests to say. */
  readonly interval: readonly [low: number | null, high: number | null] | null
  readonly baseline: NumberView | null
  /** Of a threshold on each endpoint, or for every window; null for others. */
  readonly breaches: BreachesView | null
  readonly notes: readonly string[]
}

/** For which endpoints or windows a threshold failed. */
interface BreachesView {
  readonly count: number
  /** Of how many that were judged. */
  readonly of: number
  /** The worst first, up to a hundred. */
  readonly worst: readonly {
    /** Null: all of those that the threshold is about. */
    readonly endpoint: string | null
    /** Since the start of the run. Null: the run as a whole. */
    readonly fromMs: number | null
    readonly toMs: number | null
    readonly value: NumberView
  }[]
}

interface NumberView {
  /** Null where only the bounds are known. */
  readonly value: number | null
  readonly low: number
  /** Null: there is no upper bound. */
  readonly high: number | null
  readonly fidelity: string
  /** As it is shown. */
  readonly text: string
}

export function thresholdViewOf(judgement: Judgement): ThresholdView {
  const { gate, interval } = judgement
  const number = (quantity: Quantity | undefined) => (quantity === undefined ? null : numberViewOf(quantity, judgement))
  return {
    text: gate.source,
    level: gate.level,
    judgement: judgement.verdict,
    reasonCode: judgement.finding ?? 'ok',
    detail: judgement.detail,
    subject: subjectOf(judgement),
    value: number(judgement.value),
    limit: number(judgement.limit),
    margin: judgement.margin === undefined ? null : finite(judgement.margin),
    count: judgement.count ?? null,
    interval: interval === undefined ? null : [finite(interval.low), finite(interval.high)],
    baseline: number(judgement.baseline),
    breaches: judgement.breaches === undefined ? null : breachesViewOf(judgement.breaches, judgement),
    notes: judgement.notes,
  }
}

function subjectOf({ subject, window }: Judgement): string | null {
  const parts = [subject, window && formatWindow(window)].filter((part) => part !== undefined)
  return parts.length === 0 ? null : parts.join(', ')
}

function breachesViewOf({ count, of, worst }: Breaches, judgement: Judgement): BreachesView {
  return {
    ...{ count, of },
    worst: worst.map(({ endpoint, stretch, value }) => ({
      endpoint: endpoint ?? null,
      fromMs: stretch?.fromMs ?? null,
      toMs: stretch?.toMs ?? null,
      value: numberViewOf(value, judgement),
    })),
  }
}

function numberViewOf(quantity: Quantity, { gate }: Judgement): NumberView {
  return {
    value: quantity.value ?? null,
    low: quantity.low,
    high: finite(quantity.high),
    fidelity: formatFidelity(quantity),
    text: formatQuantity(quantity, unitOf(gate)),
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** The figures of an endpoint, or of all of them. Null: not known as one number. */
export interface FiguresView {
  readonly name: string
  readonly count: number | null
  readonly errors: number | null
  readonly errorRate: number | null
  readonly throughput: number | null
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly maximumMs: number | null
  /** Of the 95th percentile: what it is known to be between, and how exactly. */
  readonly p95: { readonly lowMs: number; readonly highMs: number | null; readonly fidelity: string } | null
}

export function figuresOf(name: string, population: Population): FiguresView {
  const p95 = population.percentile(0.95)
  return {
    name,
    count: valueIn(population.count),
    errors: valueIn(population.errors),
    errorRate: valueIn(population.errorRate),
    throughput: valueIn(population.throughput),
    p50Ms: valueIn(population.percentile(0.5)),
    p95Ms: valueIn(p95),
    p99Ms: valueIn(population.percentile(0.99)),
    maximumMs: valueIn(population.maximum),
    p95: isMissing(p95) ? null : { lowMs: p95.low, highMs: finite(p95.high), fidelity: formatFidelity(p95) },
  }
}

function valueIn(known: Known): number | null {
  return isMissing(known) ? null : (known.value ?? null)
}

export function endpointViews(endpoints: readonly Endpoint[]): FiguresView[] {
  return endpoints.map(({ name, population }) => figuresOf(name, population))
}
