import { describe, expect, it } from 'vitest'
import type { Judgement } from '../../src/judging/judgement.ts'
import { isMissing, type Known } from '../../src/quantity.ts'
import { parseReport, saveLoad } from '../../src/results/saved-load.ts'
import { judged, type Numbers, seen, selectors, summary, verdict } from '../support/judging/made.ts'
import { filesOf, whole } from '../support/results/reading.ts'

const start = 1_790_000_000.5

/** An endpoint as Locust writes it, used from second `from` to second `to` of the run. */
function used(name: string, [from, to]: readonly [number, number], count: number) {
  return {
    name,
    method: 'GET',
    num_requests: count,
    num_none_requests: 0,
    num_failures: 0,
    start_time: start + from,
    last_request_timestamp: start + to,
    total_response_time: 50 * count,
    min_response_time: 50,
    max_response_time: 50,
    response_times: { 50: count },
  }
}

type Shard = readonly ReturnType<typeof used>[]

async function locust(...shards: readonly Shard[]) {
  const files = shards.map((shard, index) => [`${index}.json`, JSON.stringify(shard)] as const)
  return await whole(`${filesOf(Object.fromEntries(files))}/*.json`)
}

/** `120/s`, `80 to 120/s`, or why it is not known. */
function rate(known: Known): string {
  if (isMissing(known)) return known.missing
  const [low, high] = [known.low, known.high].map((bound) => Number(bound.toPrecision(6)))
  return low === high ? `${low}/s` : `${low} to ${high}/s`
}

describe('requests per second of a result of Locust', () => {
  const shortAndLong = [used('/a', [0, 10], 1_000), used('/b', [0, 100], 10_000)]

  it('are over the time of the whole run, for one endpoint, several and all', async () => {
    const { test } = await locust(shortAndLong)
    expect(test.endpoints.map(({ population }) => rate(population.throughput))).toEqual(['10/s', '100/s'])
    expect([rate(test.merged(test.endpoints).throughput), rate(test.all.throughput)]).toEqual(['110/s', '110/s'])
  })

  it('stay so when endpoints are chosen', async () => {
    const { load } = await locust(shortAndLong)
    if (load.kind !== 'reported') throw new Error(load.kind)
    const test = seen(load, { include: selectors('*') })
    expect('missing' in test ? test.detail : rate(test.all.throughput)).toBe('110/s')
  })

  it.each<[string, Shard[], string]>([
    ['at once', [[used('/', [0, 100], 10_000)], [used('/', [0, 10], 1_000)]], '110/s'],
    ['one after the other', [[used('/', [0, 100], 10_000)], [used('/', [100, 200], 10_000)]], '100/s'],
    ['with a pause', [[used('/', [0, 50], 1_000)], [used('/', [150, 200], 1_000)]], '10/s'],
    ['of which one made no request', [[used('/', [0, 100], 10_000)], []], '100/s'],
    ['of which one has no times', [[used('/', [0, 100], 10_000)], [used('/', [-start, -start], 5)]], 'not-reported'],
  ])('of shards %s are all requests over the time of all', async (_, shards, expected) => {
    const { load, test } = await locust(...shards)
    expect(rate(test.all.throughput)).toBe(expected)
    const saved = parseReport(JSON.stringify({ schemaVersion: 1, action: 'perf-threshold', load: saveLoad(load) }))
    const again = seen(saved as Parameters<typeof seen>[0])
    expect('missing' in again ? again.detail : rate(again.all.throughput)).toBe(expected)
  })
})

/** But for the half cent that a rate of two decimals may be off. */
function expectBounds({ value }: Judgement, low: number, high: number): void {
  expect([value?.low, value?.high].map((bound) => Number(bound?.toFixed(1)))).toEqual([low, high])
}

describe('requests per second of several endpoints with rates of their own', () => {
  const gate = 'throughput of "GET *" >= 100/s'

  it('are added up when all are over the time of the run', () => {
    const load = summary(
      { count: 1_005, throughput: 1_005 / 30.7 },
      { 'GET /a': { count: 1_000, throughput: 1_000 / 30.7 }, 'GET /b': { count: 5, throughput: 5 / 30.7 } },
    )
    expect(judged(gate, load).value).toMatchObject({ value: 1_005 / 30.7, fidelity: { kind: 'exact' } })
  })

  it('are added up when they were cut to two decimals, and one of them to nothing', () => {
    const load = summary(
      { count: 120_005, throughput: 33.33 },
      { 'GET /a': { count: 120_000, throughput: 33.33 }, 'GET /b': { count: 5, throughput: 0 } },
    )
    expect(judged(gate, load).value).toMatchObject({ value: 33.33 })
  })

  const labels = {
    'GET /short': { count: 1_000, throughput: 100 },
    'GET /long': { count: 2_500, throughput: 62.5 },
  }
  it.each<[string, Numbers | undefined, number, number]>([
    ['the run is not known', undefined, 0, 87.5],
    ['the run took longer than each', { count: 3_600, throughput: 72 }, 70, 87.5],
    ['the total has not all of them', { count: 3_000, throughput: 60 }, 0, 87.5],
  ])('are between bounds when they are over other times, and %s', (_, total, low, high) => {
    expectBounds(judged(gate, summary(total, labels)), low, high)
  })

  it('are between bounds when their times are as long, and one is after the other', () => {
    const load = summary(
      { count: 1_600, throughput: 80 },
      { 'GET /a': { count: 1_000, throughput: 100 }, 'GET /b': { count: 500, throughput: 50 } },
    )
    expectBounds(judged(gate, load), 75, 150)
  })

  it('are those of the run when all of its requests are in them', () => {
    const { verdict: word, value } = judged(
      'throughput of "GET *" >= 70/s',
      summary({ count: 3_500, throughput: 70 }, labels),
    )
    expect([word, value]).toMatchObject(['passed', { value: 70, low: 70, high: 70 }])
  })

  it('are not decided between the bounds, and decided outside of them', () => {
    const load = summary({ count: 3_600, throughput: 72 }, labels)
    const limits = ['60', '80', '90'].map((limit) => verdict(judged(`throughput of "GET *" >= ${limit}/s`, load)))
    expect(limits).toEqual(['passed', 'undecided rounded-too-coarsely', 'failed threshold-exceeded'])
  })
})
