import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LoadTest, Population } from '../../src/load-test/load-test.ts'
import { isMissing, type Known } from '../../src/quantity.ts'
import type { SampledLoad } from '../../src/results/load.ts'
import { createCellCounter } from '../../src/samples/cell-counter.ts'
import { judged, type Row, raw, seen, verdict } from '../support/judging/made.ts'

/** The same requests, counted in stretches of at least so many seconds. */
function counted(load: SampledLoad, seconds: number): SampledLoad {
  const { requests } = load.samples
  if (requests.kind !== 'columns') throw new Error('These are cells')
  const counter = createCellCounter(2 ** 24, 4_000)
  counter.expect(0, 2_000_000 * seconds)
  counter.count(requests)
  return { ...load, samples: { ...load.samples, requests: counter.cells(true) } }
}

function testOf(...parameters: Parameters<typeof seen>): LoadTest {
  const test = seen(...parameters)
  if ('missing' in test) throw new Error(test.detail)
  return test
}

function numbersOf(population: Population): Known[] {
  const { count, errors, errorRate, throughput, average, minimum, maximum, judged: number } = population
  const percentiles = [0.05, 0.5, 0.95, 0.999].map((share) => population.percentile(share))
  return [count, errors, errorRate, throughput, average, minimum, maximum, number, ...percentiles, population.apdex(20)]
}

/** What is known exactly lies in what is known roughly. */
function expectWithin(exact: Population, rough: Population): void {
  const roughly = numbersOf(rough)
  for (const [at, number] of numbersOf(exact).entries()) {
    const bounds = roughly[at]
    // What is missing can be missing in the one alone: none of the border belongs to it.
    if (bounds === undefined || isMissing(number) || isMissing(bounds)) continue
    const slack = 1e-9 * Math.abs(number.low)
    expect(bounds.low, `number ${at}`).toBeLessThanOrEqual(number.low + slack)
    expect(bounds.high, `number ${at}`).toBeGreaterThanOrEqual(number.high - slack)
  }
}

const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    ms: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(10, 900)),
    atMs: fc.integer({ min: 0, max: 120_000 }),
    name: fc.constantFrom('a', 'b'),
    failed: fc.boolean(),
  }),
  { minLength: 5, maxLength: 200 },
)

describe('requests that are known by windows of time', () => {
  it('are within what warm-up and cool-down leave of them', () => {
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 0, max: 40_000 }),
        fc.integer({ min: 0, max: 40_000 }),
        (all, warmUpMs, coolDownMs) => {
          const load = raw(all)
          const [exact, rough] = [load, counted(load, 4)].map((one) => seen(one, { warmUpMs, coolDownMs }))
          // Of few requests, none may be left.
          if (exact === undefined || rough === undefined || 'missing' in exact || 'missing' in rough) return
          expectWithin(exact.all, rough.all)
          for (const endpoint of exact.endpoints) {
            const same = rough.endpoints.find(({ name }) => name === endpoint.name)
            expect(same).toBeDefined()
            if (same !== undefined) expectWithin(endpoint.population, same.population)
          }
        },
      ),
    )
  })

  it('are within each window of the run', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 8, max: 50 }), (all, seconds) => {
        const load = raw(all)
        const [exact, rough] = [load, counted(load, 4)].map((one) => testOf(one).stretches(seconds * 1_000, undefined))
        if (exact === undefined || rough === undefined || 'missing' in exact || 'missing' in rough)
          throw new Error('no')
        expect(rough.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual(exact.map(({ fromMs, toMs }) => [fromMs, toMs]))
        exact.forEach(({ population }, at) => {
          const same = rough[at]?.population
          if (same !== undefined) expectWithin(population, same)
        })
      }),
    )
  })

  it('decide a threshold as single requests do, or leave it open', () => {
    const gates = ['p95 < 500ms', 'errors < 40', 'avg < 50ms', 'p50 < 20ms for every 30s', 'errors < 10 for every 10s']
    fc.assert(
      fc.property(rows, fc.constantFrom(...gates), fc.integer({ min: 0, max: 9_000 }), (all, gate, warmUpMs) => {
        const load = raw(all)
        const [exact = '', rough = ''] = [load, counted(load, 4)].map((one) =>
          verdict(judged(gate, one, { reading: { warmUpMs }, minSamples: 1 })),
        )
        if (/^undecided/.test(exact) || /^undecided/.test(rough)) return
        expect(rough).toBe(exact)
      }),
      { numRuns: 500 },
    )
  })

  it('are exact where no window of them is cut', () => {
    const all = Array.from({ length: 600 }, (_, index) => ({ ms: index, atMs: index * 100, name: 'a', failed: false }))
    const test = testOf(counted(raw(all), 4))
    expect(test.all.count).toMatchObject({ low: 600, high: 600, fidelity: { kind: 'exact' } })
    expect(test.all.throughput).toMatchObject({ value: (600 / 59_900) * 1_000, fidelity: { kind: 'exact' } })
    expect(test.all.border).toBeUndefined()
  })

  it('a rest at the end that may have none of them is not judged', () => {
    const all = Array.from({ length: 6_012 }, (_, index) => ({
      ms: index % 90,
      atMs: index * 10,
      name: 'a',
      failed: index % 50 === 0,
    }))
    for (const gate of ['p95 < 100ms for every 30s', 'error_rate < 5% for every 30s', 'avg < 60ms for every 30s'])
      expect(verdict(judged(gate, counted(raw(all), 1)))).toBe('passed')
  })
})
