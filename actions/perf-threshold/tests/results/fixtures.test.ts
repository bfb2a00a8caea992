import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Population } from '../../src/load-test/load-test.ts'
import { isMissing, type Known } from '../../src/quantity.ts'
import type { Results } from '../../src/results/results.ts'
import { parseReport, saveLoad } from '../../src/results/saved-load.ts'
import { seen } from '../support/judging/made.ts'
import { fixtures, missing, read, whole } from '../support/results/reading.ts'

interface Served {
  readonly count: number
  readonly statuses: Readonly<Record<string, number>>
  readonly durationMs: Readonly<Record<string, number>>
}

const truth: Readonly<
  Record<string, Readonly<Record<string, { requests: number; endpoints: Readonly<Record<string, Served>> }>>>
> = JSON.parse(readFileSync(join(fixtures, 'real/truth.json'), 'utf8'))

const real = (tool: string, file: string) => join(fixtures, 'real', tool, file)

function failuresOf({ statuses }: Served): { answered: number; lost: number } {
  const bad = Object.entries(statuses).filter(([status]) => Number(status) >= 400)
  return { answered: bad.reduce((sum, [, count]) => sum + count, 0), lost: statuses[0] ?? 0 }
}

/**
 * Files that hold the whole run: which endpoint is which of the service; what the tool did not say because it was under
 * way at the end is among those that the service ended without a whole answer.
 */
const runs: readonly [tool: string, file: string, run: string, names: Readonly<Record<string, string>>][] = [
  ['locust-2.47.0', 'run.json', 'run', {}],
  ['locust-2.47.0', 'requests.csv', 'run', {}],
  ['locust-2.47.0', 'failing.json', 'failing', {}],
  ['locust-2.47.0', 'failing_requests.csv', 'failing', {}],
  ['locust-2.47.0', 'stdout.json', 'stdout', {}],
  ['locust-2.47.0', 'workers.json', 'workers', {}],
  ['locust-2.47.0', 'workers_stats.csv', 'workers', {}],
  ['locust-2.47.0', 'interrupted.json', 'interrupted', {}],
  ['locust-2.47.0', 'killed_requests.csv', 'killed', {}],
  ['k6-1.8.1', 'run.json.gz', 'run', { 'GET search': 'GET /search' }],
  ['k6-1.8.1', 'run.csv.gz', 'run', { 'GET search': 'GET /search' }],
  ['k6-1.8.1', 'small.json', 'small', { 'GET search': 'GET /search' }],
  ['k6-1.8.1', 'unix_milli.csv', 'unix_milli', { 'GET search': 'GET /search' }],
  ['k6-1.8.1', 'rfc3339_nano.csv', 'rfc3339_nano', { 'GET search': 'GET /search' }],
  // k6 tries a closed connection again, and counts both as one.
  ['k6-1.8.1', 'failing.json.gz', 'failing', { 'GET http://127.0.0.1:8099/reset': 'none' }],
  ['k6-1.8.1', 'arrivals.json.gz', 'arrivals', {}],
  ['k6-1.8.1', 'arrivals-summary.json', 'arrivals', {}],
  [
    'jmeter-5.6.3',
    'semicolon.jtl',
    'semicolon',
    { flaky: 'GET /flaky', reset: 'GET /reset', 'stuck; late': 'GET /stuck' },
  ],
  ['jmeter-5.6.3', 'failing.jtl', 'failing', { flaky: 'GET /flaky', reset: 'GET /reset', 'stuck; late': 'GET /stuck' }],
  ['jmeter-5.6.3', 'results.jtl', 'shop', { search: 'GET /search', checkout: 'POST /checkout' }],
  ['jmeter-5.6.3', 'interrupted.jtl', 'interrupted', {}],
  ['jmeter-5.6.3', 'timed.jtl', 'timed', { checkout: 'POST /checkout' }],
  ['artillery-2.0.34', 'report.json', 'shop', { '/': 'GET /', '/checkout': 'POST /checkout' }],
  ['artillery-2.0.34', 'failing.json', 'failing', { '/flaky': 'GET /flaky' }],
  ['autocannon-9.0.0', 'result.json', 'result', {}],
  ['autocannon-9.0.0', 'non2xx.json', 'non2xx', {}],
  ['autocannon-9.0.0', 'amount.json', 'amount', {}],
  ['hey-0.1.4', 'result.csv', 'result', { '': 'GET /search' }],
  ['hey-0.1.4', 'non2xx.csv', 'non2xx', { '': 'GET /flaky' }],
  ['oha-1.16.0', 'result.json', 'result', {}],
  ['oha-1.16.0', 'breakdown.json', 'breakdown', {}],
  ['oha-1.16.0', 'broken.json', 'broken', {}],
  ['oha-1.16.0', 'deadline.json', 'deadline', {}],
  ['wrk-4.1.0', 'latency.txt', 'latency', {}],
  ['wrk-4.1.0', 'non2xx.txt', 'non2xx', {}],
  ['ab-2.4.71', 'variable.txt', 'variable', {}],
  ['ab-2.4.71', 'non2xx.txt', 'non2xx', {}],
  ['ab-2.4.71', 'progress.txt', 'progress', {}],
  ['ab-2.4.71', 'timed.txt', 'timed', {}],
]

/** Redirects and parts of requests that JMeter counts as one. */
const partsOf: Readonly<Record<string, number>> = { shop: 48, interrupted: 52 }
/** Requests of setup and teardown. */
const setupOf: Readonly<Record<string, number>> = { run: 2, small: 2, unix_milli: 2, rfc3339_nano: 2 }
/** Answered by the service, and not read any more when the tool ended. */
const underWay = 1

function expectTrue(population: Population, { count, statuses, durationMs }: Served): void {
  if (!isMissing(population.count)) {
    expect(population.count.high).toBeLessThanOrEqual(count)
    expect(population.count.low).toBeGreaterThanOrEqual(count - (statuses[0] ?? 0) - underWay)
  }
  const { answered, lost } = failuresOf({ count, statuses, durationMs })
  if (!isMissing(population.errors)) {
    expect(population.errors.low).toBeGreaterThanOrEqual(answered)
    expect(population.errors.high).toBeLessThanOrEqual(answered + lost)
  }
}

/**
 * A client measures what the service does, and its own connecting and waiting on top of it: never less, and on loopback
 * not much more. At the cliff of /search, where one request in twenty is slow, p95 is anywhere from p90 to p97.5.
 */
function expectP95(population: Population, { durationMs }: Served): void {
  const p95 = population.percentile(0.95)
  if (isMissing(p95)) throw new Error(p95.detail)
  const [least = 0, most = 0] = [durationMs.p90, durationMs['p97.5']]
  expect(p95.high).toBeGreaterThanOrEqual(least)
  expect(p95.low).toBeLessThanOrEqual(most + 20)
}

function requestsElsewhere(tool: string, run: string): number {
  if (tool.startsWith('jmeter')) return partsOf[run] ?? 0
  return tool.startsWith('k6') ? (setupOf[run] ?? 0) : 0
}

/** What was judged, beside what the service says of the same. */
function pairsOf(
  { test }: Results,
  served: Readonly<Record<string, Served>>,
  names: Readonly<Record<string, string>>,
): (readonly [Population, Served])[] {
  const [only, other] = Object.values(served)
  if (test.endpoints.length === 0) return only === undefined || other !== undefined ? [] : [[test.all, only]]
  return test.endpoints.flatMap(({ name, population }) => {
    const same = served[names[name] ?? name.replace('http://127.0.0.1:8099', '')]
    return same === undefined ? [] : [[population, same] as const]
  })
}

describe('what real tools wrote agrees with what the service saw', () => {
  it.each(runs)('%s %s', async (tool, file, run, names) => {
    const results = await whole(real(tool, file))
    const { requests = Number.NaN, endpoints = {} } = truth[tool]?.[run] ?? {}
    const lost = Object.values(endpoints).reduce((sum, { statuses }) => sum + (statuses[0] ?? 0), 0)
    const most = requests - requestsElsewhere(tool, run)
    const all = results.test.all.count
    if (isMissing(all)) throw new Error(all.detail)
    expect(all.high).toBeLessThanOrEqual(most)
    expect(all.low).toBeGreaterThanOrEqual(most - lost - underWay)
    const pairs = pairsOf(results, endpoints, names)
    for (const [population, served] of pairs) {
      expectTrue(population, served)
      if (served.count >= 20) expectP95(population, served)
    }
    if (Object.keys(names).length > 0) expect(pairs.length).toBeGreaterThanOrEqual(1)
  })

  it.each<[string, string, string, string]>([
    ['locust-2.47.0', 'idle_stats.csv', 'idle', 'empty-results'],
    ['locust-2.47.0', 'idle.json', 'idle', 'empty-results'],
    ['k6-1.8.1', 'idle-summary.json', 'idle', 'empty-results'],
    ['k6-1.8.1', 'idle.json', 'idle', 'empty-results'],
    ['k6-1.8.1', 'idle.csv', 'idle', 'empty-results'],
    ['k6-1.8.1', 'killed.json.gz', 'killed', 'truncated-results'],
    ['jmeter-5.6.3', 'idle.jtl', 'idle', 'empty-results'],
    ['jmeter-5.6.3', 'killed.jtl', 'killed', 'truncated-results'],
    ['jmeter-5.6.3', 'results.xml', 'xml', 'unknown-format'],
    ['artillery-2.0.34', 'idle.json', 'idle', 'empty-results'],
    ['autocannon-9.0.0', 'resets.json', 'resets', 'empty-results'],
    ['hey-0.1.4', 'resets.csv', 'resets', 'empty-results'],
    ['hey-0.1.4', 'text.txt', 'text', 'unknown-format'],
    ['oha-1.16.0', 'stuck.json', 'stuck', 'empty-results'],
    ['oha-1.16.0', 'result-csv.csv', 'result-csv', 'unknown-format'],
    ['wrk-4.1.0', 'stuck.txt', 'stuck', 'empty-results'],
    ['ab-2.4.71', 'requests.tsv', 'result', 'unknown-format'],
  ])('%s %s is no result: %s', async (tool, file, _, expected) => {
    expect(await missing(real(tool, file))).toBe(expected)
  })
})

describe('two files of the same run agree', () => {
  it.each<[string, string, string]>([
    ['locust-2.47.0', 'run.json', 'requests.csv'],
    ['locust-2.47.0', 'failing.json', 'failing_requests.csv'],
    ['locust-2.47.0', 'hostile.json', 'hostile_requests.csv'],
    ['k6-1.8.1', 'failing-summary.json', 'failing.json.gz'],
    ['k6-1.8.1', 'arrivals-summary.json', 'arrivals.json.gz'],
    ['k6-1.8.1', 'run.csv.gz', 'run.json.gz'],
    ['k6-1.8.1', 'failing.csv.gz', 'failing.json.gz'],
    ['k6-1.8.1', 'small.csv', 'small.json'],
  ])('%s: what %s says of percentiles holds for %s', async (tool, file, better) => {
    const [rough, exact] = [await whole(real(tool, file)), await whole(real(tool, better))]
    const pairs = [
      [rough.test.all, exact.test.all] as const,
      ...rough.test.endpoints.map(({ name, population }) => {
        const same = exact.test.endpoints.find((endpoint) => endpoint.name === name)
        if (same === undefined) throw new Error(`${name} is not in both`)
        return [population, same.population] as const
      }),
    ]
    for (const [one, other] of pairs) {
      expect(one.count).toEqual(other.count)
      expect(one.errors).toEqual(other.errors)
      for (const share of [0.5, 0.9, 0.95]) {
        const [claim, fact] = [one.percentile(share), other.percentile(share)]
        if (isMissing(claim) || isMissing(fact)) throw new Error('Both are known')
        expect(claim.low).toBeLessThanOrEqual(fact.high + 1e-3)
        expect(claim.high).toBeGreaterThanOrEqual(fact.low - 1e-3)
      }
    }
  })
})

describe('the report of every real result', () => {
  it.each(runs)('%s %s: it says the same when it is read again', async (tool, file) => {
    const { load, test } = await whole(real(tool, file))
    const again = seen(parseReport(JSON.stringify({ schemaVersion: 1, load: saveLoad(load) })))
    if ('missing' in again) throw new Error(again.detail)
    expect(again.endpoints.map(({ name }) => name)).toEqual(test.endpoints.map(({ name }) => name))
    expect(again.all.count).toEqual(test.all.count)
    expect(again.all.errors).toEqual(test.all.errors)
    expectWithin(test.all.throughput, again.all.throughput)
    expect(again.droppedIterations).toEqual(test.droppedIterations)
    expectWithin(test.all.percentile(0.95), again.all.percentile(0.95))
  })
})

/** What is known after is known as well as before, or less well. */
function expectWithin(before: Known, after: Known): void {
  if (isMissing(before) || isMissing(after)) {
    expect(after).toEqual(before)
    return
  }
  expect(after.low).toBeLessThanOrEqual(before.low + 1e-9)
  expect(after.high).toBeGreaterThanOrEqual(before.high - 1e-9)
}

describe('Locust beside its own files', () => {
  it('what the statistics lack is said', async () => {
    const results = (await read(real('locust-2.47.0', 'run_stats.csv'))) as Results
    expect(results.warnings.join()).toMatch(/has 495 requests, .*run\.json has 560: the end of the run is missing/)
  })

  it('a glob catches lists of failures and the history, which are left out with a note', async () => {
    const results = await whole([real('locust-2.47.0', 'workers_*.csv')])
    expect(results.format).toBe('locust-stats')
    expect(results.files).toEqual([real('locust-2.47.0', 'workers_stats.csv')])
    expect(results.notes.filter((note) => note.includes('left out'))).toHaveLength(2)
    expect(await missing([real('locust-2.47.0', 'workers_*'), real('locust-2.47.0', 'workers.json')])).toBe(
      'ambiguous-format',
    )
  })
})
