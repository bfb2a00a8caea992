import { type Comparison, compare, marginOf } from '../gates/compare.ts'
import type { Gate } from '../gates/gate.ts'
import type { Interval } from '../load-test/confidence.ts'
import { exactly, type Missing, type Quantity } from '../quantity.ts'
import type { Obstacle } from '../reason.ts'
import type { Breaches } from './breaches.ts'
import { formatValue, nameOf, type Unit, unitOf } from './measure.ts'

/** What one gate says of a run. */
export interface Judgement {
  readonly gate: Gate
  /** `skipped`: it compares with a baseline, and there is none yet. */
  readonly verdict: 'passed' | 'failed' | 'undecided' | 'skipped'
  /** Why it did not pass. */
  readonly finding: Obstacle | undefined
  /** One sentence: what was wanted and what was seen. May hold foreign names. */
  readonly detail: string
  /** Which endpoint or stretch decided, where there are several. */
  readonly subject: string | undefined
  readonly value: Quantity | undefined
  /** In the unit of the value. */
  readonly limit: Quantity | undefined
  /** How far the value is inside of the limit, as a share of the limit; negative when it is outside. */
  readonly margin: number | undefined
  /** Requests that it is about. */
  readonly count: number | undefined
  readonly interval: Interval | undefined
  /** Of a relative gate: the value of the baseline. */
  readonly baseline: Quantity | undefined
  /** Of a gate on each endpoint, or on every stretch. */
  readonly breaches?: Breaches | undefined
  readonly notes: readonly string[]
  /** The same, for what must not be missed. */
  readonly warnings: readonly string[]
}

const nothingSeen = {
  subject: undefined,
  value: undefined,
  limit: undefined,
  margin: undefined,
  count: undefined,
  interval: undefined,
  baseline: undefined,
  notes: [],
  warnings: [],
}

/** A gate that cannot be decided, or that fails without a number. */
export function withoutValue(
  gate: Gate,
  {
    finding,
    detail,
    verdict = 'undecided',
  }: Pick<Judgement, 'detail'> & { finding: Obstacle; verdict?: 'skipped' | 'undecided' },
): Judgement {
  return { ...nothingSeen, gate, verdict, finding, detail }
}

/** What was seen, in words: `p95 is 512 ms (exact), expected < 500 ms`. */
export function sentence(
  gate: Gate,
  { subject, value, limit }: Pick<Judgement, 'subject' | 'value' | 'limit'>,
): string {
  const unit = unitOf(gate.measure)
  const digits = digitsFor(value, limit, unit)
  const of = subject === undefined ? '' : ` of ${subject}`
  const seen = value === undefined ? 'is not known' : `is ${formatQuantity(value, unit, digits)}`
  const wanted = limit === undefined ? '' : `, expected ${gate.operator} ${formatQuantity(limit, unit, digits)}`
  return `${nameOf(gate.measure)}${of} ${seen}${wanted}`
}

/** As many digits as tell a value from its limit, where they differ: 500.0004 ms is not 500 ms. */
function digitsFor(value: Quantity | undefined, limit: Quantity | undefined, unit: Unit): number {
  const [seen, wanted] = [value?.value, limit?.value]
  if (seen === undefined || wanted === undefined || seen === wanted) return 6
  return [6, 9, 12].find((digits) => formatValue(seen, unit, digits) !== formatValue(wanted, unit, digits)) ?? 17
}

/** The number as far as it is known: `512 ms`, `510 ms (505 ms to 515 ms)`, `between 58 ms and 61 ms`. */
export function formatQuantity({ value, low, high }: Quantity, unit: Unit, digits = 6): string {
  const [from, to] = [formatValue(low, unit, digits), formatValue(high, unit, digits)]
  if (high === Number.POSITIVE_INFINITY) return `at least ${from}`
  if (value === undefined) return `between ${from} and ${to}`
  const shown = formatValue(value, unit, digits)
  return from === shown && to === shown ? shown : `${shown} (${from} to ${to})`
}

/** For people: `exact`, `±5 %`, `between p90 and p97.5`. */
export function formatFidelity({ fidelity }: Quantity): string {
  switch (fidelity.kind) {
    case 'exact':
      return 'exact'
    case 'bucketed':
      return `bucketed ±${Number(fidelity.percent.toPrecision(2))} %`
    case 'windowed':
      return `windowed (last ${fidelity.samples})`
    case 'rounded':
      return `rounded to ${fidelity.to}`
    case 'bracketed':
      return `bracketed [${fidelity.from}, ${fidelity.to}]`
  }
}

/** A gate that something missing keeps from being decided. */
export function undecided(gate: Gate, { missing, detail }: Missing, subject?: string): Judgement {
  const about = subject === undefined ? '' : `${subject}: `
  return { ...withoutValue(gate, { finding: missing, detail: `${about}${detail}` }), subject }
}

/** The verdict that follows from a comparison. */
export function verdictOf(comparison: Comparison, value: Quantity): Pick<Judgement, 'verdict' | 'finding'> {
  if ([value.low, value.high].some(Number.isNaN)) return { verdict: 'undecided', finding: 'not-a-number' }
  switch (comparison) {
    case 'kept':
      return { verdict: 'passed', finding: undefined }
    case 'broken':
      return { verdict: 'failed', finding: 'threshold-exceeded' }
    case 'open':
      return { verdict: 'undecided', finding: 'rounded-too-coarsely' }
  }
}

/** Judges a number that stands for itself. */
export function judgeValue(gate: Gate, value: Quantity, subject: string | undefined): Judgement {
  const limit = exactly(gate.limit.kind === 'number' ? gate.limit.value : Number.NaN)
  const seen = { gate, subject, value, limit }
  return {
    ...seen,
    ...verdictOf(compare(value, gate.operator, limit), value),
    detail: sentence(gate, seen),
    margin: marginOf(gate.operator, value, limit),
    count: undefined,
    interval: undefined,
    baseline: undefined,
    notes: [],
    warnings: [],
  }
}
