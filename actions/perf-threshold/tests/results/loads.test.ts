import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { percentileInterval } from '../../src/load-test/confidence.ts'
import type { LoadTest } from '../../src/load-test/load-test.ts'
import { isMissing, type Known } from '../../src/quantity.ts'
import type { Load, ReportedLoad, SampledLoad } from '../../src/results/load.ts'
import { mergeLoads } from '../../src/results/merge.ts'
import { parseReport, saveLoad } from '../../src/results/saved-load.ts'
import { judged, type Row, raw, seen, selectors, steady, summary, upTo, verdict } from '../support/judging/made.ts'

/** Written into a report and read again. */
function saved<T extends Load>(load: T): T {
  return parseReport(JSON.stringify({ schemaVersion: 1, action: 'perf-threshold', load: saveLoad(load) })) as T
}

function testOf(load: SampledLoad | ReportedLoad): LoadTest {
  const test = seen(load)
  if ('missing' in test) throw new Error(test.detail)
  return test
}

const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    ms: fc.oneof(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.integer({ min: 0, max: 5_000 })),
    atMs: fc.integer({ min: 0, max: 400_000 }),
    name: fc.constantFrom('GET /a', 'GET /b', 'POST /a'),
    failed: fc.boolean(),
  }),
  { minLength: 1, maxLength: 400 },
)

/** What is exactly known of the one is within what is known of the other. */
function expectWithin(exact: Known, rough: Known): void {
  if (isMissing(exact) || isMissing(rough)) {
    expect(rough).toEqual(exact)
    return
  }
  expect(rough.low).toBeLessThanOrEqual(exact.low + 1e-9)
  expect(rough.high).toBeGreaterThanOrEqual(exact.high - 1e-9)
}

describe('requests in a report', () => {
  it('are all there when it is read again, and bound the same numbers', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const [before, after] = [testOf(raw(some)), testOf(saved(raw(some)))]
        expect(after.endpoints.map(({ name }) => name)).toEqual(before.endpoints.map(({ name }) => name))
        for (const [one, other] of [
          [before.all, after.all] as const,
          ...before.endpoints.map(
            (endpoint, index) =>
              [endpoint.population, after.endpoints[index]?.population ?? endpoint.population] as const,
          ),
        ]) {
          expect(other.count).toEqual(one.count)
          expect(other.errors).toEqual(one.errors)
          expect(other.throughput).toEqual(one.throughput)
          for (const share of [0.5, 0.95, 0.99]) expectWithin(one.percentile(share), other.percentile(share))
          expectWithin(one.apdex(500), other.apdex(500))
          expectWithin(one.average, other.average)
          expectWithin(one.maximum, other.maximum)
        }
        expect(after.range).toEqual(before.range)
      }),
    )
  })

  it('a report of a report says the same again', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const once = saved(raw(some))
        expect(saved(once)).toEqual(once)
      }),
    )
  })

  it('split at random into shards and merged, they are the whole', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 5 }), (some, shards) => {
        const parts = Array.from({ length: shards }, (_, shard) => some.filter((_, index) => index % shards === shard))
        const loads = parts.filter((part) => part.length > 0).map((part) => saved(raw(part)))
        const [whole, merged] = [testOf(saved(raw(some))), testOf(mergeLoads(loads) as SampledLoad)]
        expect(merged.all.count).toEqual(whole.all.count)
        expect(merged.all.errors).toEqual(whole.all.errors)
        expect(merged.all.throughput).toEqual(whole.all.throughput)
        for (const share of [0.1, 0.5, 0.95]) {
          expect(merged.all.percentile(share)).toEqual(whole.all.percentile(share))
        }
        for (const endpoint of whole.endpoints) {
          const same = merged.endpoints.find(({ name }) => name === endpoint.name)
          expect(same?.population.percentile(0.95)).toEqual(endpoint.population.percentile(0.95))
        }
      }),
    )
  })

  it('the same thresholds say the same, but where the limit is in a bucket', () => {
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 2_000 }),
        fc.constantFrom('p95', 'med', 'avg', 'max'),
        (some, limit, what) => {
          const gate = `${what} < ${limit}ms`
          const of = (load: SampledLoad) => verdict(judged(gate, load, { minSamples: 0 }))
          const [one, other] = [of(raw(some)), of(saved(raw(some)))]
          if (other !== 'undecided rounded-too-coarsely') expect(other).toBe(one)
        },
      ),
    )
  })

  it('the same windows fail', () => {
    for (const from of [0, 50, 140, 200, 295]) {
      const load = raw(steady(3_000, { ms: (index) => (index >= from * 10 && index < from * 10 + 300 ? 900 : 100) }))
      const gate = 'p95 < 600ms for every 30s'
      expect(verdict(judged(gate, load))).toBe('failed threshold-exceeded')
      expect(verdict(judged(gate, saved(load)))).toBe('failed threshold-exceeded')
      expect(verdict(judged('p95 < 1s for every 30s', saved(load)))).toBe('passed')
    }
  })

  it('windows shorter than what requests were counted by are not judged', () => {
    const load = saved(raw(steady(6_000)))
    expect(load.samples.requests).toMatchObject({ widthMs: 8_000 })
    expect(verdict(judged('p95 of "GET /" < 600ms for every 10s', load))).toBe('undecided rounded-too-coarsely')
    expect(verdict(judged('throughput of "GET /" > 1/s for every 8s', load))).toBe('undecided rounded-too-coarsely')
  })

  it.each([
    // 10 per second; 30 s are three or four of the stretches of 8 s that are kept.
    ['throughput of "GET /" >= 5/s for every 30s', 'passed'],
    ['throughput of "GET /" >= 9.5/s for every 30s', 'undecided rounded-too-coarsely'],
    ['throughput of "GET /" >= 14/s for every 30s', 'failed threshold-exceeded'],
    ['count of "GET /" >= 150 for every 30s', 'passed'],
    ['count of "GET /" >= 295 for every 30s', 'undecided rounded-too-coarsely'],
  ])('what is counted in windows is known only so well: %s is %s', (gate, expected) => {
    expect(verdict(judged(gate, saved(raw(steady(6_000)))))).toBe(expected)
  })

  it('warm-up, filters and only-successful work on them as on the result', () => {
    const load = raw([
      ...steady(100, { ms: () => 900, everyMs: 50 }),
      ...steady(300, { fromMs: 10_000, ms: upTo(100), failed: (index) => index % 3 === 0 }),
      ...steady(100, { fromMs: 10_000, name: 'GET /b', ms: () => 400 }),
    ])
    for (const reading of [
      { warmUpMs: 8_000 },
      { warmUpMs: 8_000, coolDownMs: 1_000 },
      { include: selectors('GET /b') },
      { exclude: selectors('"GET /b"') },
      { include: selectors('/^GET/'), exclude: selectors('/b') },
      { onlySuccessful: true },
    ]) {
      const [one, other] = [seen(load, reading), seen(saved(load), reading)]
      if ('missing' in one || 'missing' in other) throw new Error('There is something')
      expectWithin(one.all.percentile(0.95), other.all.percentile(0.95))
      if (reading.coolDownMs === undefined) expect(other.all.count).toEqual(one.all.count)
    }
  })

  it('nothing is left where filters match nothing', () => {
    expect(seen(raw(steady(5)), { include: selectors('nothing') })).toMatchObject({ missing: 'empty-results' })
    expect(seen(raw(steady(5)), { exclude: selectors('*') })).toMatchObject({ missing: 'empty-results' })
    expect(seen(summary({ p: { 95: 1 } }), { include: selectors('nothing') })).toMatchObject({
      missing: 'not-reported',
    })
    expect(seen(summary({}, { a: {} }), { include: selectors('nothing') })).toMatchObject({ missing: 'empty-results' })
  })

  it('what is left out of a summary is left out of its total', () => {
    const load = summary({ count: 2_000, p: { 95: 50 } }, { a: { p: { 95: 10 } }, b: { p: { 95: 90 } } })
    expect(verdict(judged('p95 < 60ms', load))).toBe('passed')
    expect(verdict(judged('p95 < 60ms', load, { reading: { exclude: selectors('a') } }))).toBe(
      'failed threshold-exceeded',
    )
    expect(verdict(judged('count == 1000', load, { reading: { include: selectors('a') } }))).toBe('passed')
  })

  it('nothing can be left out where not every request is in a named endpoint', () => {
    // As in the summary of k6, which names what thresholds asked for.
    const load = summary({ count: 500, p: { 95: 50 } }, { a: { count: 200, p: { 95: 10 } }, b: { count: undefined } })
    expect(seen(load, { exclude: selectors('a') })).toMatchObject({ missing: 'not-reported' })
    expect(verdict(judged('p95 < 60ms', load, { reading: { include: selectors('a') } }))).toBe('passed')
  })

  it('damage stays damage, and that of every shard', () => {
    const damage = [{ file: 'a.json', finding: 'truncated-results', detail: 'line 3: cut' }] as const
    const load = saved(raw(steady(5), { damage, damageCount: 4 }))
    expect(load.samples).toMatchObject({ damage, damageCount: 4 })
    const merged = mergeLoads([saved(raw(steady(5))), load]) as SampledLoad
    expect(merged.samples).toMatchObject({ damage, damageCount: 4 })
  })

  it('what was left out and dropped is added up', () => {
    const leftOut = { setup: 1, transactions: 2, subResults: 3, untimed: 4 }
    const part = () => saved(raw(steady(5), { leftOut, untold: 4, doubtful: 5, iterations: { dropped: 1, done: 9 } }))
    const merged = mergeLoads([part(), part()]) as SampledLoad
    expect(merged.samples).toMatchObject({
      leftOut: { setup: 2, transactions: 4, subResults: 6, untimed: 8 },
      untold: 8,
      doubtful: 10,
      iterations: { dropped: 2, done: 18 },
    })
  })

  it('what a tool rounds is no more exact for being counted', () => {
    const load = raw(steady(200, { ms: () => 0.3 }), { roundedToMs: 0.1 })
    for (const known of [load, saved(load)]) {
      expect(verdict(judged('p95 < 0.34ms', known))).toBe('undecided rounded-too-coarsely')
      expect(verdict(judged('p95 < 0.36ms', known))).toBe('passed')
    }
  })
})

describe('a summary in a report', () => {
  const rounded = { value: 10, low: 9.5, high: 10.5, fidelity: { kind: 'rounded', to: '2 digits' } } as const
  const histogram = {
    counts: new Map([
      [10, 5],
      [20, 1],
    ]),
    boundsOf: (value: number) => [value - 0.5, value + 0.5] as const,
    fidelity: { kind: 'rounded', to: '2 digits' } as const,
  }

  it.each<[string, ReportedLoad]>([
    ['numbers', summary({ p: { 95: rounded, 50: 3 }, successfulP: { 95: 9 } }, { 'GET /a': { count: undefined } })],
    [
      'all that may be',
      summary({ latency: { window: 5, samples: 4, average: rounded, minimum: rounded, maximum: rounded } }),
    ],
    [
      'no total',
      summary(undefined, { a: {} }, { iterations: { dropped: 1, done: 2 }, startedAt: 5, endedAt: 6, notes: ['x'] }),
    ],
    [
      'every fidelity',
      summary({
        p: {
          1: { ...rounded, fidelity: { kind: 'bucketed', percent: 5 } },
          2: { ...rounded, fidelity: { kind: 'windowed', samples: 5 } },
          3: { ...rounded, value: undefined, fidelity: { kind: 'bracketed', from: 'p90', to: 'p99' } },
        },
      }),
    ],
  ])('%s: it is the same when it is read again', (_, load) => {
    expect(JSON.parse(JSON.stringify(saved(load)))).toEqual(JSON.parse(JSON.stringify(load)))
    expect(saved(load).reported.total?.latency.percentiles).toEqual(load.reported.total?.latency.percentiles)
  })

  it('a histogram keeps what its values can have been, and merges', () => {
    const load = summary(undefined, { 'GET /a': { count: 6, latency: { histogram } } })
    const again = saved(load).reported.endpoints[0]?.stats.latency.histogram
    expect(again?.counts).toEqual(histogram.counts)
    expect([10, 20].map((value) => again?.boundsOf(value))).toEqual([
      [9.5, 10.5],
      [19.5, 20.5],
    ])
    const other = summary(undefined, {
      'GET /a': { count: 1, latency: { histogram: { ...histogram, counts: new Map([[30, 1]]) } } },
    })
    const merged = mergeLoads([saved(load), saved(other)]) as ReportedLoad
    const test = testOf(merged)
    expect(test.all.count).toMatchObject({ value: 7 })
    expect(test.all.maximum).toMatchObject({ value: 30, low: 29.5, high: 30.5 })
    expect(test.all.percentile(0.5)).toMatchObject({ low: 9.5, high: 10.5 })
  })

  it('an endpoint without requests in one shard merges as well', () => {
    const one = summary(undefined, { 'GET /a': { count: 6, latency: { histogram } } })
    const none = summary(undefined, { 'GET /a': { count: 0, throughput: 0 } })
    expect(testOf(mergeLoads([one, none]) as ReportedLoad).all.count).toMatchObject({ value: 6 })
  })

  it.each<[string, Load[], RegExp]>([
    ['percentiles', [summary({}, { a: { p: { 95: 1 } } }), summary({}, { a: { p: { 95: 2 } } })], /percentiles/],
    ['a total alone', [summary({ p: { 95: 1 } }), summary({ p: { 95: 2 } })], /percentiles/],
    ['two formats', [summary({}), raw(steady(1))], /number 1 is locust-stats, number 2 is k6-json/],
  ])('%s are no shards', (_, loads, message) => {
    expect(() => mergeLoads(loads)).toThrow(message)
  })

  it.each([
    ['no object', '[]'],
    ['nothing read', '{"action":"perf-threshold"}'],
    ['a number for the cells', '{"load":{"kind":"sampled","format":"k6-json","endpoints":[],"cells":5}}'],
    [
      'an unknown fidelity',
      JSON.stringify({
        load: { ...saveLoad(summary({ p: { 95: { ...rounded, fidelity: { kind: 'exactly' as 'exact' } } } })) },
      }),
    ],
    ['too many counts', JSON.stringify({ load: saveLoad(raw(steady(3))) }).replace(/"cells":\[\[0,/, '"cells":[[7,')],
  ])('%s is refused', (_, text) => {
    expect(() => parseReport(text)).toThrow()
  })
})

describe('a run as the baseline of itself', () => {
  const load = raw(steady(2_000, { ms: upTo(731) }))
  it.each(['p95', 'p50', 'avg', 'max', 'min'])('%s has not changed', (what) => {
    const of = (then: SampledLoad) => judged(`${what} <= baseline + 1%`, load, { baseline: testOf(then) })
    for (const baseline of [load, saved(load)]) {
      const judgement = of(baseline)
      expect(verdict(judgement)).toBe('passed')
      expect((judgement.value?.value ?? 0) / (judgement.baseline?.value ?? 1)).toBeCloseTo(1, 3)
    }
    expect(verdict(judged(`${what} <= baseline`, load, { baseline: testOf(load) }))).toBe('passed')
    expect(judged('p95 <= baseline', load, { baseline: testOf(saved(load)) }).notes.join()).toMatch(
      /: the change is not statistically significant/,
    )
  })
})

describe('streamed and sorted', () => {
  it('p95 is the same', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const sorted = some.map(({ ms }) => ms).toSorted((one, other) => one - other)
        const position = (sorted.length - 1) * 0.95
        const [below = 0, above = 0] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]]
        const p95 = testOf(raw(some)).all.percentile(0.95)
        expect(isMissing(p95) ? undefined : p95.value).toBeCloseTo(below + (above - below) * (position % 1), 6)
        const interval = percentileInterval(testOf(raw(some)).all.latencies, 0.95)
        expect(interval?.low).toBeLessThanOrEqual(below + 1e-9)
        expect(interval?.high).toBeGreaterThanOrEqual(above - 1e-9)
      }),
    )
  })
})

it('requests that are not to be judged are left out of the share that failed, and said', async () => {
  const failures = Uint8Array.from({ length: 400 }, (_, index) => (index < 200 ? 2 : index < 260 ? 1 : 0))
  const { requests } = raw(steady(400)).samples
  if (requests.kind !== 'columns') throw new Error('These are columns')
  const load = raw(steady(400), { requests: { ...requests, failures }, untold: 200 })
  for (const one of [load, saved(load)]) {
    expect(testOf(one).all).toMatchObject({ errorRate: { value: 0.3 }, errors: { value: 60 }, count: { value: 400 } })
    expect(testOf(one).notes.join()).toMatch(/k6 does not say of 200 requests whether they failed/)
    expect(verdict(judged('error_rate < 29%', one))).toBe('failed threshold-exceeded')
    // Of 100 in a stretch, 60 failed, or none.
    expect(verdict(judged('error_rate < 40% for every 10s', one))).toMatch(/^failed/)
  }
})
