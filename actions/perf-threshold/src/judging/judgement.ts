import { formatNumber } from '@deploy-safety/common/number'
import { type Comparison, compare, marginOf } from '../gates/compare.ts'
import type { Gate } from '../gates/gate.ts'
import type { Interval } from '../load-test/confidence.ts'
import { exactly, type Missing, type Quantity } from '../quantity.ts'
import type { Obstacle } from '../reason.ts'
import type { Breach, Breaches } from './breaches.ts'
import { digitsBetween, formatValue, nameOf, type Unit, unitOf } from './measure.ts'

/** What one gate says of a run. */
export interface Judgement {
  readonly gate: Gate
  /** `skipped`: it compares with a baseline, and there is none yet. */
  readonly verdict: 'passed' | 'failed' | 'undecided' | 'skipped'
  /** Why it did not pass. */
  readonly finding: Obstacle | undefined
  /** One sentence: what was observed and what was expected. May hold foreign names. */
  readonly detail: string
  /** Which endpoint or series decided, where there are several. */
  readonly subject: string | undefined
  /** Which window decided, where there are several. */
  readonly window: Breach['stretch']
  /** What else is to be said of it: `2 of 4 windows over the limit`, the names of alerts. */
  readonly remarks: readonly string[]
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
  window: undefined,
  remarks: [],
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

/** What was observed, in words: `p95 is 512 ms, expected < 500 ms`, `p95 from 90 s to 119 s was 942 ms, expected < 700 ms`. */
export function sentence(
  gate: Gate,
  {
    subject,
    window,
    value,
    limit,
    baseline,
  }: Pick<Judgement, 'subject' | 'value' | 'limit'> & Partial<Pick<Judgement, 'window' | 'baseline'>>,
): string {
  const unit = unitOf(gate)
  const digits = digitsFor(value, limit, unit)
  const of = subject === undefined ? '' : ` of ${subject}`
  const during = window === undefined ? '' : ` ${formatWindow(window)}`
  const observed = value === undefined ? 'is not known' : formatQuantity(value, unit, digits)
  const expected = limit === undefined ? '' : `, expected ${gate.operator} ${formatLimit(gate, limit, digits)}`
  const before = baseline === undefined ? '' : ` (baseline ${formatQuantity(baseline, unit)})`
  return `${nameOf(gate.measure)}${of}${during} ${window === undefined ? 'is' : 'was'} ${observed}${expected}${before}`
}

/** A number as it was written; one that is made of a baseline like the values. */
function formatLimit(gate: Gate, limit: Quantity, digits: number): string {
  return formatQuantity(limit, unitOf(gate), gate.limit.kind === 'number' ? Math.max(9, digits) : digits)
}

/** `from 90 s to 119 s`, since the start of the run. */
export function formatWindow({ fromMs, toMs }: NonNullable<Judgement['window']>): string {
  const [from, to] = [fromMs, toMs].map((ms) => formatNumber(ms / 1_000))
  return `from ${from} s to ${to} s`
}

/** As many digits as tell a value, and what it can be, from its limit where they differ. */
export function digitsFor(value: Quantity | undefined, limit: Quantity | undefined, unit: Unit): number {
  return digitsBetween(numbersIn(value), numbersIn(limit), unit)
}

function numbersIn(quantity: Quantity | undefined): number[] {
  if (quantity === undefined) return []
  return [quantity.value ?? quantity.low, quantity.low, quantity.high]
}

/** The number as far as it is known: `512 ms`, `510 ms (505 ms to 515 ms)`, `between 58 ms and 61 ms`. */
export function formatQuantity(quantity: Quantity, unit: Unit, digits = 3): string {
  const { value } = quantity
  const bounds = formatBounds(quantity, unit, digits)
  if (quantity.high === Number.POSITIVE_INFINITY) return bounds
  if (value === undefined) return `between ${bounds.replace(' to ', ' and ')}`
  const shown = formatValue(value, unit, digits)
  return bounds === `${shown} to ${shown}` ? shown : `${shown} (${bounds})`
}

/** What it can be: `58 ms to 61 ms`, `at least 2 s`. */
export function formatBounds({ low, high }: Quantity, unit: Unit, digits = 3): string {
  const from = formatValue(low, unit, digits)
  return high === Number.POSITIVE_INFINITY ? `at least ${from}` : `${from} to ${formatValue(high, unit, digits)}`
}

/** For people: `exact`, `±5 %`, `between p90 and p97.5`. */
export function formatFidelity({ fidelity }: Quantity): string {
  switch (fidelity.kind) {
    case 'exact':
      return 'exact'
    case 'bucketed':
      return `bucketed ±${Number(fidelity.percent.toPrecision(2))} %`
    case 'windowed':
      return `windowed (last ${formatNumber(fidelity.samples)})`
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
    ...nothingSeen,
    ...seen,
    ...verdictOf(compare(value, gate.operator, limit), value),
    detail: sentence(gate, seen),
    margin: marginOf(gate.operator, value, limit),
  }
}
