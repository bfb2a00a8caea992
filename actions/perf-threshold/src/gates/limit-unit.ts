import { type Amount, shiftPoint } from './amount.ts'
import type { Unit } from './traits.ts'

/** What a limit in a unit looks like, and what to say of one that does not. */
export interface LimitUnit {
  /** With an example. */
  readonly form: string
  /** An absolute tolerance on a baseline. */
  readonly tolerance: string
  fits(amount: Amount): boolean
  problem(amount: Amount): string
  /** What was meant most likely, as a sentence; empty when nobody knows. */
  fix(amount: Amount): string
}

const names = { bare: 'a number without a unit', percent: 'a percentage', time: 'a time', rate: 'a rate' } as const

const isWhole = ({ kind, value }: Amount) => kind === 'bare' && Number.isSafeInteger(value)

export const limitUnits: Readonly<Record<Unit, LimitUnit>> = {
  time: {
    form: 'A latency has a unit, ms, s, m or us: p95 < 500ms, p99 <= 1.2s.',
    tolerance: '20ms',
    fits: ({ kind }) => kind === 'time',
    problem: ({ kind }) => (kind === 'bare' ? 'a latency needs a unit' : `a latency is not ${names[kind]}`),
    fix: ({ kind, digits }) => (kind === 'bare' ? `Write ${digits}ms or ${digits}s.` : ''),
  },
  share: {
    form: 'A share is in percent or from 0 to 1: error_rate < 1%, error_rate < 0.01.',
    tolerance: '0.01',
    fits: ({ kind, value }) => kind === 'percent' || (kind === 'bare' && value < 1),
    problem: ({ kind, value, digits }) => {
      if (kind !== 'bare') return `a share is not ${names[kind]}`
      if (value === 1) return `"${digits}" is ambiguous: write 1% or 100%`
      return `${digits} is more than 1, did you mean ${digits}%?`
    },
    fix: ({ kind, value, digits }) =>
      kind === 'bare' && value > 1 && value <= 100 ? `Write ${digits}% or ${shiftPoint(digits, -2)}.` : '',
  },
  ratio: {
    form: 'Apdex is a number from 0 to 1: apdex(500ms) >= 0.9.',
    tolerance: '0.05',
    fits: ({ kind, value }) => kind === 'bare' && value <= 1,
    problem: ({ kind, digits }) =>
      kind === 'bare' ? `apdex is from 0 to 1, not ${digits}` : `apdex is not ${names[kind]}`,
    fix: ({ kind, value, digits }) => {
      if (kind === 'percent') return `Write ${value}.`
      return kind === 'bare' && value <= 100 ? `Write ${shiftPoint(digits, -2)}.` : ''
    },
  },
  growth: {
    form: 'Drift is in percent: drift(p95) < 20%.',
    tolerance: '',
    fits: ({ kind }) => kind === 'percent',
    problem: ({ kind }) => (kind === 'bare' ? 'drift needs a percent sign' : `drift is not ${names[kind]}`),
    fix: ({ kind, value, digits }) => (kind === 'bare' ? `Write ${value < 1 ? shiftPoint(digits, 2) : digits}%.` : ''),
  },
  rate: {
    form: 'Throughput is per second or minute: throughput >= 200/s, throughput >= 12000/min.',
    tolerance: '5/s',
    fits: ({ kind }) => kind === 'rate',
    problem: ({ kind }) =>
      kind === 'bare' ? 'throughput needs a unit, /s or /min' : `throughput is not ${names[kind]}`,
    fix: ({ kind, digits }) => (kind === 'bare' ? `Write ${digits}/s.` : ''),
  },
  whole: {
    form: 'Write a whole number: errors == 0, count >= 10000.',
    tolerance: '10',
    fits: isWhole,
    problem: ({ kind, digits }) =>
      kind === 'bare' ? `${digits} is not a whole number, or is too large` : `a count is not ${names[kind]}`,
    fix: ({ kind }) => (kind === 'percent' ? 'For the share of failed requests use error_rate.' : ''),
  },
  plain: {
    form: 'A Prometheus value has the unit of its query: prometheus.latency < 0.5, prometheus.cpu < 80%.',
    tolerance: '',
    fits: ({ kind }) => kind === 'bare' || kind === 'percent',
    problem: ({ kind }) => `a Prometheus value has the unit of its query and is not ${names[kind]}`,
    fix: ({ kind, value }) => (kind === 'time' ? `Write ${value / 1_000} if the query is in seconds.` : ''),
  },
}
