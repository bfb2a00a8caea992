import { describe, expect, it } from 'vitest'
import { decide } from '../../src/judging/verdict.ts'
import type { MetricsEvidence } from '../../src/metrics/evidence.ts'
import type { Extremes } from '../../src/metrics/extremes.ts'
import type { Missing } from '../../src/quantity.ts'
import { judged, raw, steady, verdict } from '../support/judging/made.ts'

const kept = 'passed'
const broken = 'failed threshold-exceeded'
const run = raw(steady(200))

const good = 'p95 < 1s'
const bad = 'p95 < 1ms'
const unknown = 'p95 of nothing < 1s'
const few = 'p99 < 1s'
const first = 'p95 <= baseline'
const none: Missing = { missing: 'baseline-missing', detail: 'x' }
const sound = { damage: undefined, unread: undefined }

function verdictOver(gates: readonly string[], unusable: Parameters<typeof decide>[1] = sound): string {
  const { outcome, reasonCode } = decide(
    gates.map((gate) => judged(gate, run, { baseline: none })),
    unusable,
  )
  return `${outcome} ${reasonCode}`
}

describe('the verdict over all thresholds', () => {
  it.each<[string, string[], string]>([
    ['one that holds', [good], 'passed ok'],
    ['one that does not', [good, bad], 'failed threshold-exceeded'],
    ['one that is open', [good, unknown], 'inconclusive unknown-endpoint'],
    ['a failed one beats an open one before it', [unknown, bad], 'failed threshold-exceeded'],
    ['the first of its kind names the reason', [few, unknown], 'inconclusive too-few-samples'],
    ['the first of its kind names the reason', [unknown, few], 'inconclusive unknown-endpoint'],
    ['a breach of warn changes nothing', [good, `warn: ${bad}`], 'passed ok'],
    ['nor does warn that is open', [good, `warn: ${unknown}`], 'passed ok'],
    ['warn does not beat what is open', [unknown, `warn: ${bad}`], 'inconclusive unknown-endpoint'],
    ['only warn, one of them known', [`warn: ${unknown}`, `warn: ${bad}`], 'passed ok'],
    ['only warn, none of them known', [`warn: ${unknown}`, `warn: ${few}`], 'inconclusive unknown-endpoint'],
    ['the first run', [first], 'passed ok'],
    ['the first run beside a breach', [first, bad], 'failed threshold-exceeded'],
  ])('%s: %j is %s', (_, gates, expected) => {
    expect(verdictOver(gates)).toBe(expected)
  })

  it('damage beats everything', () => {
    const damage: Missing = { missing: 'truncated-results', detail: 'run.json: it ends in the middle' }
    for (const gates of [[good], [bad], [unknown], [`warn: ${bad}`]])
      expect(verdictOver(gates, { ...sound, damage })).toBe('inconclusive truncated-results')
  })

  it('results that could not be read are never a pass, and hide no breach', () => {
    const unread: Missing = { missing: 'no-results', detail: 'x' }
    expect(verdictOver([good], { ...sound, unread })).toBe('inconclusive no-results')
    expect(verdictOver([bad], { ...sound, unread })).toBe('failed threshold-exceeded')
  })

  it('says in one sentence which threshold decided', () => {
    const detailOf = (...gates: string[]) =>
      decide(
        gates.map((gate) => judged(gate, run)),
        sound,
      ).detail
    expect(detailOf(good)).toBe('p95 is 100 ms, expected < 1 s')
    expect(detailOf(good, 'p95 < 101ms')).toBe('Both thresholds passed; tightest: p95 is 100 ms, expected < 101 ms')
    expect(detailOf(bad)).toBe('p95 is 100 ms, expected < 1 ms')
    expect(detailOf(few)).toBe('p99 < 1s: too few requests: 200, p99 needs at least 500 (min-samples)')
  })
})

const series = (minimum: number, maximum: number, labels = {}) => ({ labels, minimum, maximum, points: 10 })
const extremes = (...all: Extremes['series']): Extremes => ({ series: all, doubts: [], notes: [], warnings: [] })
const doubt: Missing = { missing: 'not-a-number', detail: '{} is NaN in the whole window' }

function asked(gate: string, answer: Extremes | Missing | undefined): string {
  const queries = new Map(answer === undefined ? [] : [['q', answer] as const])
  return verdict(judged(gate, run, { metrics: { queries, alerts: undefined } }))
}

describe('thresholds on queries', () => {
  it.each<[string, Extremes, string]>([
    ['prometheus.q < 10', extremes(series(1, 9)), kept],
    ['prometheus.q < 9', extremes(series(1, 9)), broken],
    ['prometheus.q <= 9', extremes(series(1, 9)), kept],
    ['prometheus.q > 1', extremes(series(1, 9)), broken],
    ['prometheus.q >= 1', extremes(series(1, 9)), kept],
    ['prometheus.q < 80%', extremes(series(0.1, 0.79)), kept],
    ['prometheus.q < 80%', extremes(series(0.1, 0.81)), broken],
    ['prometheus.q < 10', extremes(series(1, 2), series(1, 11)), broken],
    ['prometheus.q > 0', extremes(series(1, 2), series(-1, 11)), broken],
    ['prometheus.q == 1', extremes(series(1, 1)), kept],
    ['prometheus.q == 1', extremes(series(1, 2)), broken],
    ['prometheus.q == 1', extremes(series(0, 1)), broken],
    ['prometheus.q != 0', extremes(series(1, 2)), kept],
    ['prometheus.q != 0', extremes(series(0, 2)), broken],
    ['prometheus.q != 2', extremes(series(0, 2), series(5, 5)), broken],
    // From -1 to 1 it may have been 0 on the way: only the ends are known.
    ['prometheus.q != 0', extremes(series(-1, 1)), 'undecided metrics-ambiguous'],
    ['prometheus.q != 0', extremes(series(-1, 1), series(0, 0)), broken],
  ])('%s of %j: %s', (gate, answer, expected) => {
    expect(asked(gate, answer)).toBe(expected)
  })

  it('a doubt keeps from passing, not from failing', () => {
    const doubtful = { ...extremes(series(1, 9)), doubts: [doubt] }
    expect(asked('prometheus.q < 10', doubtful)).toBe('undecided not-a-number')
    expect(asked('prometheus.q < 5', doubtful)).toBe(broken)
  })

  it.each<[string, Extremes | Missing | undefined, string]>([
    ['it was not asked', undefined, 'undecided metrics-unreachable'],
    ['nothing came', { missing: 'metrics-empty', detail: 'x' }, 'undecided metrics-empty'],
    ['no series has a number', { ...extremes(), doubts: [doubt] }, 'undecided not-a-number'],
    ['there is no series', extremes(), 'undecided metrics-empty'],
  ])('%s: %j', (_, answer, expected) => {
    expect(asked('prometheus.q < 10', answer)).toBe(expected)
  })

  it('names the series that decided, where there are several', () => {
    const queries = new Map([['q', extremes(series(1, 2, { pod: 'a' }), series(1, 11, { pod: 'b' }))]])
    const judgement = judged('prometheus.q < 10', run, { metrics: { queries, alerts: undefined } })
    expect(judgement.detail).toContain('pod')
    expect(judgement.detail).toContain('is 11, expected < 10')
  })

  it.each([
    ['passed', 'prometheus.q < 10', []],
    ['failed', 'prometheus.q < 5', []],
    ['undecided', 'prometheus.q < 10', [doubt]],
  ])('keeps notes and warnings of the answer when it has %s', (expected, gate, doubts) => {
    const queries = new Map([['q', { ...extremes(series(1, 9)), doubts, notes: ['a note'], warnings: ['beware'] }]])
    const judgement = judged(gate, run, { metrics: { queries, alerts: undefined } })
    expect(judgement).toMatchObject({ verdict: expected, notes: ['a note'], warnings: ['beware'] })
  })
})

describe('thresholds on alerts', () => {
  const firing: MetricsEvidence['alerts'] = {
    source: 'alertmanager',
    alerts: [
      { labels: { alertname: 'Slow', severity: 'critical' } },
      { labels: { alertname: 'Full', severity: 'page' } },
    ],
  }
  const of = (gate: string, alerts: MetricsEvidence['alerts']) =>
    judged(gate, run, { metrics: { queries: new Map(), alerts } })
  it.each<[string, MetricsEvidence['alerts'], string]>([
    ['alerts == 0', firing, 'failed alerts-firing'],
    ['alerts{severity="critical"} == 0', firing, 'failed alerts-firing'],
    ['alerts{severity="info"} == 0', firing, kept],
    ['alerts <= 2', firing, kept],
    ['alerts == 0', { source: 'prometheus', alerts: [] }, kept],
    // That none is firing is not what the reason alerts-firing says.
    ['alerts >= 1', { source: 'prometheus', alerts: [] }, broken],
    // Nor is it that too few are.
    ['alerts > 5', firing, broken],
    ['alerts >= 3', firing, broken],
    ['alerts == 3', firing, broken],
    ['alerts != 2', firing, broken],
    ['alerts == 1', firing, 'failed alerts-firing'],
    ['alerts < 2', firing, 'failed alerts-firing'],
    ['alerts <= 1', firing, 'failed alerts-firing'],
    ['alerts == 0', { missing: 'metrics-unreachable', detail: 'x' }, 'undecided metrics-unreachable'],
    ['alerts == 0', undefined, 'undecided metrics-unreachable'],
  ])('%s of %j: %s', (gate, alerts, expected) => {
    expect(verdict(of(gate, alerts))).toBe(expected)
  })

  it('names those that are firing', () => {
    expect(of('alerts{severity="critical"} == 0', firing).detail).toContain('Slow')
    expect(of('alerts{severity="critical"} == 0', firing).detail).not.toContain('Full')
  })
})
