import { describe, expect, it } from 'vitest'
import { asBaseline, notesOnBaseline } from '../../src/judging/baseline.ts'
import type { LoadTest } from '../../src/load-test/load-test.ts'
import type { Results } from '../../src/results/results.ts'
import { judged, raw, seen, steady, summary, upTo, verdict } from '../support/judging/made.ts'

const kept = 'passed'
const broken = 'failed threshold-exceeded'

function testOf(load: Parameters<typeof seen>[0]): LoadTest {
  const test = seen(load)
  if ('missing' in test) throw new Error(test.detail)
  return test
}

const baseline = testOf(summary({ count: 1_000, errors: 10, throughput: 200, p: { 95: 100 } }))

describe('a limit that a baseline makes', () => {
  it.each<[number, string, string]>([
    [100, 'p95 <= baseline', kept],
    [100.1, 'p95 <= baseline', broken],
    [110, 'p95 <= baseline + 10%', kept],
    [111, 'p95 <= baseline + 10%', broken],
    [120, 'p95 <= baseline + 20ms', kept],
    [121, 'p95 <= baseline + 20ms', broken],
    [130, 'p95 <= baseline + 10% + 20ms', kept],
    [131, 'p95 <= baseline + 10% + 20ms', broken],
    [90, 'p95 < baseline - 5%', kept],
    [96, 'p95 < baseline - 5%', broken],
    [96, 'p95 < baseline - 5% + 2ms', kept],
  ])('p95 of %f: %s is %s', (now, gate, expected) => {
    const judgement = judged(gate, summary({ p: { 95: now } }), { baseline })
    expect(verdict(judgement)).toBe(expected)
    expect(judgement.baseline?.value).toBe(100)
  })

  it.each([
    [{ throughput: 190 }, 'throughput >= baseline - 10%', kept],
    [{ throughput: 170 }, 'throughput >= baseline - 10%', broken],
    [{ errors: 11 }, 'error_rate <= baseline + 0.001', kept],
    [{ errors: 12 }, 'error_rate <= baseline + 0.001', broken],
    [{ errors: 11 }, 'error_rate <= baseline + 5%', broken],
    [{ errors: 20 }, 'errors <= baseline + 10', kept],
    [{ count: 999 }, 'count >= baseline', broken],
  ])('%o: %s is %s', (numbers, gate, expected) => {
    expect(verdict(judged(gate, summary({ count: 1_000, ...numbers }), { baseline }))).toBe(expected)
  })

  it('is as rough as the baseline: within it nothing is decided', () => {
    const quantity = { value: 100, low: 95, high: 105, fidelity: { kind: 'rounded', to: '2 digits' } } as const
    const rough = testOf(summary({ p: { 95: quantity } }))
    const of = (p95: number, gate: string) => verdict(judged(gate, summary({ p: { 95: p95 } }), { baseline: rough }))
    expect(of(94, 'p95 <= baseline')).toBe(kept)
    expect(of(100, 'p95 <= baseline')).toBe('undecided rounded-too-coarsely')
    expect(of(106, 'p95 <= baseline')).toBe(broken)
    expect(of(100, 'p95 == baseline')).toBe('undecided rounded-too-coarsely')
    expect(of(100, 'p95 != baseline')).toBe('undecided rounded-too-coarsely')
    expect(of(106, 'p95 != baseline')).toBe(kept)
  })
})

describe('a baseline that cannot be compared with', () => {
  const now = summary(undefined, { 'GET /a': { p: { 95: 1 } }, 'GET /b': { p: { 95: 1 } } })
  const then = testOf(summary(undefined, { 'GET /a': { p: { 95: 1 } } }))
  it.each([
    ['p95 of "GET /a" <= baseline', kept],
    ['p95 of "GET /b" <= baseline', 'undecided baseline-not-comparable'],
    ['p95 of "GET *" <= baseline', 'undecided baseline-not-comparable'],
    ['p95 of each <= baseline', 'undecided baseline-not-comparable'],
    ['p95 of "GET /c" <= baseline', 'undecided unknown-endpoint'],
    ['avg of "GET /a" <= baseline', 'undecided not-reported'],
  ])('lacks an endpoint: %s is %s', (gate, expected) => {
    expect(verdict(judged(gate, now, { baseline: then }))).toBe(expected)
  })

  it('lacks the number', () => {
    const judgement = judged('p99 <= baseline', summary({ p: { 99: 1 } }), { baseline })
    expect(verdict(judgement)).toBe('undecided baseline-not-comparable')
    expect(judgement.detail).toContain('in the baseline')
  })

  it('has too few requests for a percentile, whatever the result has', () => {
    const few = testOf(raw(steady(20, { ms: () => 900 })))
    const judgement = judged('p95 <= baseline + 10%', raw(steady(200)), { baseline: few })
    expect(verdict(judgement)).toBe('undecided baseline-not-comparable')
    expect(judgement.detail).toContain('too few requests: 20, p95 needs at least 100')
    expect(verdict(judged('p95 <= baseline + 10%', raw(steady(200)), { baseline: few, minSamples: 20 }))).toBe(kept)
  })

  it.each<['warn' | 'fail', 'baseline-missing' | 'baseline-not-comparable', string]>([
    ['warn', 'baseline-missing', 'skipped baseline-missing'],
    ['fail', 'baseline-missing', 'undecided baseline-missing'],
    // One that is there and cannot be read is no first run.
    ['warn', 'baseline-not-comparable', 'undecided baseline-not-comparable'],
  ])('baseline-missing: %s, and it is %s: %s', (baselineMissing, missing, expected) => {
    const none = { missing, detail: 'x' }
    expect(verdict(judged('p95 <= baseline', raw(steady(200)), { baseline: none, baselineMissing }))).toBe(expected)
    // Gates without baseline are judged as ever.
    expect(verdict(judged('p95 < 1s', raw(steady(200)), { baseline: none, baselineMissing }))).toBe(kept)
  })

  it('what was read of it decides what it is', () => {
    expect(asBaseline({ missing: 'no-results', detail: 'x' })).toMatchObject({ missing: 'baseline-missing' })
    expect(asBaseline({ missing: 'unknown-format', detail: 'x' })).toMatchObject({ missing: 'baseline-not-comparable' })
    const load = raw(steady(1))
    const results: Results = {
      ...{ format: 'k6-json', files: ['a'], load, test: testOf(load), notes: [], warnings: [] },
      damage: { missing: 'truncated-results', detail: 'x' },
    }
    expect(asBaseline(results)).toMatchObject({ missing: 'baseline-not-comparable' })
    const whole = { ...results, damage: undefined }
    expect(asBaseline(whole)).toBe(whole)
    expect(notesOnBaseline(whole, whole)).toEqual([])
    expect(notesOnBaseline(whole, { ...whole, format: 'jmeter-csv' }).join()).toContain('jmeter-csv')
  })
})

describe('noise', () => {
  const of = (count: number, factor: number) => raw(steady(count, { ms: (index) => upTo(100)(index * 37) * factor }))
  const noteOf = (count: number, factor: number) =>
    judged('p95 <= baseline + 100%', of(count, factor), { baseline: testOf(of(count, 1)) }).notes.join()

  it('says whether a change is beyond it, and which change could have been seen', () => {
    expect(noteOf(1_000, 1)).toMatch(
      /: the change is not statistically significant \(smallest detectable change: \d+(\.\d)? %\)\.$/,
    )
    expect(noteOf(1_000, 1.5)).toMatch(/: the change is statistically significant \(/)
    expect(noteOf(120, 1.02)).toMatch(/not statistically significant/)
  })

  it('says that of so few requests none could be seen', () => {
    const few = of(60, 1)
    const judgement = judged('p95 <= baseline + 100%', few, { baseline: testOf(few), minSamples: 60 })
    expect(judgement.notes.join()).toContain('too few requests to detect any change')
  })

  it('says nothing where requests are not known', () => {
    expect(judged('p95 <= baseline', summary({ p: { 95: 100 } }), { baseline }).notes).toEqual([])
  })
})
