import { describe, expect, it } from 'vitest'
import type { Quantity } from '../../src/quantity.ts'
import { judged, type Numbers, raw, seen, stats, steady, summary, upTo, verdict } from '../support/judging/made.ts'

const between = (low: number, high: number, fidelity: Quantity['fidelity'], value?: number): Quantity => ({
  value,
  low,
  high,
  fidelity,
})
const rounded = between(95, 105, { kind: 'rounded', to: '2 digits' }, 100)
const bucketed = between(99, 101, { kind: 'bucketed', percent: 1 }, 100)
const exact100 = between(100, 100, { kind: 'exact' }, 100)

const kept = 'passed'
const broken = 'failed threshold-exceeded'
const open = 'undecided rounded-too-coarsely'

describe('every operator, by all that a number can be', () => {
  it.each<[string, Quantity, string, string]>([
    ['exact', exact100, '< 100ms', broken],
    ['exact', exact100, '< 100.0001ms', kept],
    ['exact', exact100, '<= 100ms', kept],
    ['exact', exact100, '<= 99.9999ms', broken],
    ['exact', exact100, '> 100ms', broken],
    ['exact', exact100, '> 99ms', kept],
    ['exact', exact100, '>= 100ms', kept],
    ['exact', exact100, '>= 100.1ms', broken],
    ['exact', exact100, '== 100ms', kept],
    ['exact', exact100, '== 101ms', broken],
    ['exact', exact100, '!= 100ms', broken],
    ['exact', exact100, '!= 101ms', kept],
    ['rounded', rounded, '< 95ms', broken],
    ['rounded', rounded, '< 100ms', open],
    ['rounded', rounded, '< 105ms', open],
    ['rounded', rounded, '< 106ms', kept],
    ['rounded', rounded, '<= 94ms', broken],
    ['rounded', rounded, '<= 95ms', open],
    ['rounded', rounded, '<= 105ms', kept],
    ['rounded', rounded, '> 94ms', kept],
    ['rounded', rounded, '> 95ms', open],
    ['rounded', rounded, '> 105ms', broken],
    ['rounded', rounded, '>= 95ms', kept],
    ['rounded', rounded, '>= 105ms', open],
    ['rounded', rounded, '>= 106ms', broken],
    ['rounded', rounded, '== 100ms', open],
    ['rounded', rounded, '== 200ms', broken],
    ['rounded', rounded, '!= 100ms', open],
    ['rounded', rounded, '!= 200ms', kept],
    ['bucketed', bucketed, '< 101ms', open],
    ['bucketed', bucketed, '<= 101ms', kept],
    ['bucketed', bucketed, '< 99ms', broken],
  ])('p95, %s, %o: %s is %s', (_, quantity, comparison, expected) => {
    expect(verdict(judged(`p95 ${comparison}`, summary({ p: { 95: quantity } })))).toBe(expected)
  })

  it.each([
    ['< 90ms', broken],
    ['< 100ms', open],
    ['<= 200ms', kept],
    ['> 200ms', broken],
    ['>= 90ms', kept],
    ['== 150ms', open],
  ])('a p95 that is not printed lies between its neighbours: %s is %s', (comparison, expected) => {
    const judgement = judged(`p95 ${comparison}`, summary({ p: { 90: 90, 97.5: 200, 50: 10 } }))
    expect(verdict(judgement)).toBe(expected)
    expect(judgement.value).toMatchObject({ value: undefined, low: 90, high: 200 })
    expect(judgement.detail).toContain('between 90 ms and 200 ms')
  })

  it('a percentile above all that is printed is not reported', () => {
    expect(verdict(judged('p99 < 1s', summary({ p: { 50: 1, 90: 2 } })))).toBe('undecided not-reported')
    expect(verdict(judged('p95 < 1s', summary({ latency: { average: exact100 } })))).toBe('undecided not-reported')
  })

  it.each([
    // Of 40 000 requests the window holds the last 20 000: its p90 is the least that the p95 of all can be.
    ['< 100ms', broken],
    ['< 300ms', open],
    ['< 901ms', kept],
  ])('percentiles of a window bound those of the whole: %s is %s', (comparison, expected) => {
    const windowed: Numbers = {
      count: 40_000,
      p: { 90: 100, 95: 200, 99: 300 },
      latency: {
        window: 20_000,
        minimum: between(1, 1, { kind: 'exact' }, 1),
        maximum: between(900, 900, { kind: 'exact' }, 900),
      },
    }
    const { latency, ...rest } = windowed
    const load = summary({ ...rest, latency: { ...stats(rest).latency, ...latency } })
    const judgement = judged(`p95 ${comparison}`, load)
    expect(verdict(judgement)).toBe(expected)
    expect(judgement.value?.fidelity).toEqual({ kind: 'windowed', samples: 20_000 })
  })
})

describe('requests enough', () => {
  const of = (count: number) => raw(steady(count, { ms: upTo(100) }))
  it.each<[number, string, number | undefined, string]>([
    [99, 'p95 < 1s', undefined, 'undecided too-few-samples'],
    [100, 'p95 < 1s', undefined, kept],
    [499, 'p99 < 1s', undefined, 'undecided too-few-samples'],
    [500, 'p99 < 1s', undefined, kept],
    [4_999, 'p99.9 < 1s', undefined, 'undecided too-few-samples'],
    [5_000, 'p99.9 < 1s', undefined, kept],
    [50, 'p90 < 1s', undefined, kept],
    [10, 'med < 1s', undefined, kept],
    [9, 'med < 1s', undefined, 'undecided too-few-samples'],
    [6, 'p10 < 1s', undefined, kept],
    [99, 'p99.9 < 1s', 99, kept],
    [99, 'p50 < 1s', 100, 'undecided too-few-samples'],
    [1, 'p95 < 1s', 0, kept],
    [1, 'p95 < 1ms', 0, broken],
    [1, 'avg < 1s', undefined, kept],
    [1, 'max < 1s', undefined, kept],
    [1, 'error_rate < 1%', undefined, kept],
    [99, 'p95 < 10ms', undefined, 'undecided too-few-samples'],
  ])('%i of them, %s, min-samples %s: %s', (count, gate, minSamples, expected) => {
    expect(verdict(judged(gate, of(count), { minSamples }))).toBe(expected)
  })

  it('an unknown number of them is none, unless min-samples is 0', () => {
    const load = summary({ count: undefined, p: { 95: 10 } })
    const judgement = judged('p95 < 1s', load)
    expect(verdict(judgement)).toBe('undecided not-reported')
    expect(judgement.detail).toContain('min-samples: 0 accepts that')
    expect(verdict(judged('p95 < 1s', load, { minSamples: 1 }))).toBe('undecided not-reported')
    expect(verdict(judged('p95 < 1s', load, { minSamples: 0 }))).toBe(kept)
  })

  it('those that the tool timed count, and not all that it made', () => {
    const load = summary({
      count: 1_000,
      p: { 95: 10 },
      latency: { samples: 99, percentiles: new Map([[0.95, exact100]]) },
    })
    expect(verdict(judged('p95 < 1s', load))).toBe('undecided too-few-samples')
  })

  it('only the successful ones count with only-successful', () => {
    const load = raw(steady(200, { failed: (index) => index >= 99 }))
    expect(verdict(judged('p95 < 1s', load, { reading: { onlySuccessful: true } }))).toBe('undecided too-few-samples')
    expect(verdict(judged('p95 < 1s', load))).toBe(kept)
  })
})

describe('endpoints', () => {
  const shop = raw([
    ...steady(200, { name: 'GET /tea', ms: () => 50 }),
    ...steady(200, { name: 'POST /tea', ms: () => 150 }),
    ...steady(100, { name: 'GET /slow', ms: () => 900 }),
    ...steady(20, { name: 'GET /rare', ms: () => 5_000 }),
  ])

  it.each([
    ['p95 of "GET /tea" < 100ms', kept],
    ['p95 of "POST /tea" < 100ms', broken],
    ['p95 of /tea < 100ms', broken],
    ['p50 of "*/tea" < 100ms', broken],
    ['p49 of "*/tea" < 100ms', kept],
    ['p95 of /^GET .tea$/ < 100ms', kept],
    ['count of "*/tea" == 400', kept],
    ['count of "GET *" == 320', kept],
    ['p95 of all < 1s', kept],
    ['p95 of "GET /coffee" < 100ms', 'undecided unknown-endpoint'],
    ['count of "GET /coffee" == 0', 'undecided unknown-endpoint'],
    ['errors of "get /tea" == 0', 'undecided unknown-endpoint'],
  ])('%s: %s', (gate, expected) => {
    expect(verdict(judged(gate, shop))).toBe(expected)
  })

  it('an unknown one is told along with those that there are', () => {
    expect(judged('p95 of coffee < 1s', shop).detail).toBe(
      'no endpoint matches "coffee"; the results have "GET /tea", "POST /tea", "GET /slow", "GET /rare"',
    )
  })

  it('of each, those with requests enough are judged, and the others are listed', () => {
    const judgement = judged('p95 of each < 1s', shop)
    expect(verdict(judgement)).toBe(kept)
    expect(judgement.subject).toBe('"GET /slow"')
    expect(judgement.notes).toEqual(['p95 of each < 1s: 1 of 4 endpoints not judged, too few requests: "GET /rare".'])
  })

  it('of each, the worst is named, and how many of how many break the limit', () => {
    const judgement = judged('p95 of each < 100ms', shop)
    expect(verdict(judgement)).toBe(broken)
    expect(judgement.detail).toBe('p95 of "GET /slow" is 900 ms, expected < 100 ms (2 of 3 endpoints)')
  })

  it('of each, none with requests enough is undecided', () => {
    const judgement = judged('p95 of each < 1s', raw(steady(50)))
    expect(verdict(judgement)).toBe('undecided too-few-samples')
    expect(judgement.detail).toContain('too few requests for p95 at each of 1 endpoints')
  })

  it('of each, without endpoints, is undecided and says so', () => {
    const judgement = judged('p95 of each < 1s', summary({ p: { 95: 1 } }))
    expect(verdict(judgement)).toBe('undecided unknown-endpoint')
    expect(judgement.detail).toBe('the results name no endpoints')
  })

  it('of each, one that is not known keeps all from passing, and not from failing', () => {
    const load = summary(undefined, { 'GET /a': { p: { 95: 10 } }, 'GET /b': { p: {} }, 'GET /c': { p: { 95: 90 } } })
    expect(verdict(judged('p95 of each < 100ms', load))).toBe('undecided not-reported')
    expect(verdict(judged('p95 of each < 50ms', load))).toBe(broken)
  })

  it('of each, an endpoint of which all requests failed is told, though its failures are fast', () => {
    const load = raw([...steady(100, { name: 'a' }), ...steady(100, { name: 'b', ms: () => 1, failed: () => true })])
    const judgement = judged('p95 of each < 1s', load)
    expect(verdict(judgement)).toBe(kept)
    expect(judgement.warnings).toEqual(['All 100 requests of "b" failed: p95 is the latency of failures.'])
    expect(verdict(judged('p95 of each < 1s', load, { reading: { onlySuccessful: true } }))).toBe(
      'undecided not-reported',
    )
  })

  it('several of which only percentiles are known are bracketed, never averaged', () => {
    const load = summary(undefined, { 'GET /a': { p: { 95: 10 } }, 'GET /b': { p: { 95: 90 } } })
    expect(verdict(judged('p95 of "GET *" < 50ms', load))).toBe(open)
    expect(verdict(judged('p95 of "GET *" < 91ms', load))).toBe(kept)
    expect(verdict(judged('p95 of "GET *" < 10ms', load))).toBe(broken)
    expect(verdict(judged('count of "GET *" == 2000', load))).toBe(kept)
  })
})

describe('other measures', () => {
  // 100 requests in 9.9 s: ten of them failed, and those are the fastest.
  const load = raw(
    steady(100, {
      ms: (index) => (index < 10 ? 1 : index < 60 ? 400 : index < 90 ? 1_600 : 9_000),
      failed: (index) => index < 10,
    }),
  )
  it.each([
    ['error_rate <= 10%', kept],
    ['error_rate < 10%', broken],
    ['rate < 0.11', kept],
    ['errors == 10', kept],
    ['errors <= 9', broken],
    ['count >= 100', kept],
    ['count > 100', broken],
    ['throughput > 10/s', kept],
    ['throughput >= 10.2/s', broken],
    ['throughput >= 600/min', kept],
    ['avg < 1.6s', kept],
    ['avg < 1.58s', broken],
    ['min <= 1ms', kept],
    ['max >= 9s', kept],
    // 50 satisfied, 30 tolerated; the failed ones are neither.
    ['apdex(400ms) >= 0.65', kept],
    ['apdex(400ms) > 0.65', broken],
    ['apdex(399ms) <= 0.25', kept],
    ['dropped_iterations < 1%', 'undecided not-reported'],
  ])('%s: %s', (gate, expected) => {
    expect(verdict(judged(gate, load))).toBe(expected)
  })

  it('apdex of counted values needs to know which of them failed', () => {
    const histogram = {
      counts: new Map([
        [10, 90],
        [900, 10],
      ]),
      boundsOf: (value: number) => [value, value] as const,
      fidelity: { kind: 'exact' } as const,
    }
    const of = (errors: number | undefined) => summary({ count: 100, errors, latency: { histogram } })
    expect(verdict(judged('apdex(500ms) >= 0.95', of(0)))).toBe(kept)
    expect(verdict(judged('apdex(500ms) >= 0.95', of(50)))).toBe('undecided not-reported')
    expect(verdict(judged('apdex(500ms) >= 0.95', of(undefined)))).toBe('undecided not-reported')
  })

  it('apdex, errors and error rate are not known where requests without an answer are left out', () => {
    const hey = raw(steady(100), { omitsFailures: true })
    for (const gate of ['apdex(500ms) >= 0.1', 'errors == 0', 'error_rate < 50%'])
      expect(verdict(judged(gate, hey))).toBe('undecided not-reported')
    const untold = raw(steady(100), { tellsFailures: false })
    expect(verdict(judged('apdex(500ms) >= 0.1', untold))).toBe('undecided not-reported')
    expect(verdict(judged('error_rate < 50%', untold))).toBe('undecided not-reported')
  })

  it.each([
    [{ dropped: 1, done: 99 }, 'dropped_iterations < 1%', broken],
    [{ dropped: 1, done: 99 }, 'dropped_iterations <= 1%', kept],
    [{ dropped: 0, done: 99 }, 'dropped_iterations == 0%', kept],
    [{ dropped: 0, done: 0 }, 'dropped_iterations < 1%', 'undecided empty-results'],
  ])('iterations %o: %s is %s', (iterations, gate, expected) => {
    expect(verdict(judged(gate, raw(steady(10), { iterations })))).toBe(expected)
    expect(verdict(judged(gate, summary({ p: { 95: 1 } }, {}, { iterations })))).toBe(expected)
  })

  it('throughput of times in whole seconds is known as well as they are', () => {
    const whole = raw(steady(100, { everyMs: 100 }))
    const { requests } = whole.samples
    if (requests.kind !== 'columns') throw new Error('These are columns')
    const times = requests.times.map((timeMs) => Math.floor(timeMs / 1_000) * 1_000)
    const range = { startMs: Math.min(...times), endMs: Math.max(...times) }
    const load = raw(steady(100), { requests: { ...requests, times }, range })
    const judgement = judged('throughput > 9.5/s', load)
    expect(verdict(judgement)).toBe(open)
    expect(judgement.value?.low).toBeLessThanOrEqual(100 / 9.9)
    expect(judgement.value?.high).toBeGreaterThanOrEqual(100 / 9.9)
    expect(verdict(judged('throughput > 9.5/s', whole))).toBe(kept)
  })

  it('without times there is no throughput', () => {
    expect(verdict(judged('throughput > 1/s', raw(steady(10), { hasTimes: false })))).toBe('undecided no-timestamps')
    expect(verdict(judged('throughput > 1/s', raw(steady(10, { everyMs: 0 }))))).toBe('undecided no-timestamps')
  })
})

describe('only-successful', () => {
  const reading = { onlySuccessful: true }
  it('judges the successful ones alone', () => {
    const load = raw(steady(400, { ms: (index) => (index % 2 === 0 ? 500 : 1), failed: (index) => index % 2 === 1 }))
    expect(judged('p50 < 1ms', load, { reading }).value?.value).toBe(500)
    expect(judged('p50 < 1ms', load).value?.value).toBe(250.5)
  })

  it('takes the numbers of a tool that splits, and none of one that does not', () => {
    const split = summary({ count: 200, errors: 100, p: { 95: 1 }, successfulP: { 95: 500 } })
    expect(verdict(judged('p95 < 100ms', split, { reading }))).toBe(broken)
    expect(verdict(judged('p95 < 100ms', split))).toBe(kept)
    expect(verdict(judged('p95 < 100ms', summary({ p: { 95: 1 } }), { reading }))).toBe('undecided not-reported')
  })

  it('where the tool does not split, no min-samples would help, and none is offered', () => {
    for (const minSamples of [undefined, 5, 0]) {
      const { detail } = judged('p95 < 100ms', summary({ p: { 95: 1 } }), { reading, minSamples })
      expect(detail).toMatch(/only-successful needs$/)
    }
    const uncounted = summary({ count: undefined, p: { 95: 1 } })
    expect(judged('p95 < 100ms', uncounted).detail).toMatch(/min-samples: 0 accepts that$/)
    expect(verdict(judged('p95 < 100ms', uncounted, { minSamples: 0 }))).toBe(kept)
  })

  it('when all failed there is nothing to judge, and without it a loud note', () => {
    const load = raw(steady(200, { ms: () => 1, failed: () => true }))
    expect(verdict(judged('p95 < 100ms', load, { reading }))).toBe('undecided not-reported')
    const judgement = judged('p95 < 100ms', load)
    expect([verdict(judgement), judgement.warnings]).toEqual([
      kept,
      ['All 200 requests failed: p95 is the latency of failures.'],
    ])
    expect(judged('p95 < 100ms for every 5s', load).warnings).toHaveLength(1)
    expect(judged('drift(p95) < 10%', load).warnings).toHaveLength(1)
  })

  it.each([
    ['max < 1s', 'maximum'],
    ['min < 1s', 'minimum'],
    ['avg < 1s', 'average'],
    ['apdex(500ms) >= 0.5', 'apdex(500ms)'],
    ['max < 1s for every 5s', 'maximum'],
    ['max of each < 1s', 'maximum', ' of "GET /"'],
  ])('%s has that note as well', (gate, name, whose = '') => {
    const load = raw(steady(200, { ms: () => 1, failed: () => true }))
    expect(judged(gate, load).warnings).toEqual([
      `All 200 requests${whose} failed: ${name} is the latency of failures.`,
    ])
    expect(judged('error_rate < 1%', load).warnings).toEqual([])
  })
})

describe('warm-up and cool-down', () => {
  // Slow in the first and in the last two seconds of twelve.
  const load = raw(steady(120, { ms: (index) => (index < 20 || index >= 100 ? 900 : 100) }))
  it('are cut off at both ends', () => {
    expect(judged('max < 1s', load, { reading: { warmUpMs: 2_000, coolDownMs: 2_000 } }).value?.value).toBe(100)
    expect(judged('max < 1s', load, { reading: { warmUpMs: 2_000 } }).value?.value).toBe(900)
    expect(judged('count > 1', load, { reading: { warmUpMs: 2_000, coolDownMs: 2_000 } }).value?.value).toBe(80)
  })

  it('leave nothing of a shorter run, and need times', () => {
    expect(seen(load, { warmUpMs: 60_000 })).toMatchObject({ missing: 'empty-results' })
    expect(seen(summary({ p: { 95: 1 } }), { warmUpMs: 1 })).toMatchObject({ missing: 'no-timestamps' })
    expect(seen(raw(steady(5), { hasTimes: false }), { coolDownMs: 1 })).toMatchObject({ missing: 'no-timestamps' })
  })
})
