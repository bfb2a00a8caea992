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

const names = { bare: 'a bare number', percent: 'a percentage', time: 'a time', rate: 'a rate' } as const

const isWhole = ({ kind, value }: Amount) => kind === 'bare' && Number.isSafeInteger(value)

export const limitUnits: Readonly<Record<Unit, LimitUnit>> = {
  time: {
    form: 'A latency has a unit, ms, s, m or us: p95 < 500ms, p99 <= 1.2s.',
    tolerance: '20ms',
    fits: ({ kind }) => kind === 'time',
    problem: ({ kind, digits }) =>
      kind === 'bare' ? `a latency needs a unit, ${digits}ms?` : `a latency is not ${names[kind]}`,
    fix: ({ kind, digits }) => (kind === 'bare' ? `Write ${digits}ms or ${digits}s.` : ''),
  },
  share: {
    form: 'A share is in percent or from 0 to 1: error_rate < 1%, error_rate < 0.01.',
    tolerance: '0.01',
    fits: ({ kind, value }) => kind === 'percent' || (kind === 'bare' && value < 1),
    problem: ({ kind, value, digits }) => {
      if (kind !== 'bare') return `a share is not ${names[kind]}`
      return value === 1 ? `${digits} can be one percent or all` : `${digits} is more than all, is it meant in percent?`
    },
    fix: ({ kind, value, digits }) =>
      kind === 'bare' && value <= 100 ? `Write ${digits}% or ${shiftPoint(digits, -2)}.` : '',
  },
  ratio: {
    form: 'Apdex is a number from 0 to 1: apdex(500ms) >= 0.9.',
    tolerance: '0.05',
    fits: ({ kind, value }) => kind === 'bare' && value <= 1,
    problem: ({ kind, digits }) =>
      kind === 'bare' ? `${digits} is no apdex, which is from 0 to 1` : `apdex is not ${names[kind]}`,
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
    problem: ({ kind, digits }) =>
      kind === 'bare' ? `throughput needs /s, ${digits}/s?` : `throughput is not ${names[kind]}`,
    fix: ({ kind, digits }) => (kind === 'bare' ? `Write ${digits}/s.` : ''),
  },
  whole: {
    form: 'Write a whole number: errors == 0, count >= 10000.',
    tolerance: '10',
    fits: isWhole,
    problem: ({ kind, digits }) =>
      kind === 'bare' ? `${digits} is not a whole number that can be counted to` : `a count is not ${names[kind]}`,
    fix: ({ kind }) => (kind === 'percent' ? 'The share of failed requests is error_rate.' : ''),
  },
  plain: {
    form: 'A value of Prometheus has the unit of the query: prometheus.latency < 0.5, prometheus.cpu < 80%.',
    tolerance: '',
    fits: ({ kind }) => kind === 'bare' || kind === 'percent',
    problem: ({ kind }) => `a value of Prometheus is not ${names[kind]}, it has the unit of the query`,
    fix: ({ kind, value }) => (kind === 'time' ? `Write ${value / 1_000} if the query is in seconds.` : ''),
  },
}
