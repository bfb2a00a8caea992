import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { queryExtremes } from '../../src/metrics/prometheus.ts'
import { parseServer } from '../../src/metrics/server.ts'
import { judged, selectors } from '../support/judging/made.ts'
import { edgesOf, stub, success } from '../support/metrics/stub.ts'
import { filesOf, fixtures, judgementOf, missing, read, verdictOf, whole } from '../support/results/reading.ts'

const kept = 'passed'
const broken = 'failed threshold-exceeded'
const open = 'undecided rounded-too-coarsely'

const real = (path: string) => join(fixtures, 'real', path)
const made = (path: string) => join(fixtures, 'made', path)
const textOf = (path: string) => readFileSync(real(path), 'utf8')

/** What a reader without care takes for the p95 of some values. */
function naiveP95(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN
}

describe('the traps in the formats of load tools', () => {
  it('1: Locust rounds to two significant digits before it counts', async () => {
    // 504 ms was counted as 500: a reader takes the number as it stands, and passes.
    const entry = {
      name: '/',
      method: 'GET',
      num_requests: 200,
      num_none_requests: 0,
      num_failures: 0,
      total_response_time: 100_800,
      max_response_time: 504,
      min_response_time: 496,
      total_content_length: 0,
      response_times: { 500: 200 },
      num_reqs_per_sec: {},
      num_fail_per_sec: {},
      start_time: 1_795_253_785,
      last_request_timestamp: 1_795_253_790,
    }
    const results = await whole(join(filesOf({ 'run.json': JSON.stringify([entry]) }), '*.json'))
    expect(results.format).toBe('locust-json')
    expect(verdictOf('p95 <= 500ms', results)).toBe(open)
    expect(verdictOf('p95 < 505.1ms', results)).toBe(kept)
    expect(verdictOf('p95 < 495ms', results)).toBe(broken)
    const stats = await whole(real('locust-2.47.0/workers_stats.csv'))
    expect(verdictOf('p95 <= 150ms', stats)).toBe(open)
  })

  it("2: the percentiles of Locust's full history are those of the last ten seconds", async () => {
    const last = textOf('locust-2.47.0/full_stats_history.csv').trimEnd().split('\n').at(-1)?.split(',')
    expect(last?.slice(2, 12)).toEqual([
      '',
      'Aggregated',
      '49.700000',
      '0.900000',
      '29',
      '43',
      '81',
      '99',
      '140',
      '150',
    ])
    const results = await whole(real('locust-2.47.0/full_stats_history.csv'))
    expect(verdictOf('p95 <= 150ms', results)).toBe(open)
    expect(results.notes.join()).toMatch(/--csv-full-history/)
  })

  it("3: JMeter's statistics.json looks at the last 20 000 samples, under a key in any language", async () => {
    const text = readFileSync(made('jmeter-korean/statistics.json'), 'utf8')
    const total = JSON.parse(text)['총계']
    const results = await whole(made('jmeter-korean/statistics.json'))
    expect(results.test.all.count).toMatchObject({ value: total.sampleCount })
    const judgement = judgementOf(`p95 <= ${total.pct2ResTime}ms`, results)
    expect(judgement).toMatchObject({ finding: 'rounded-too-coarsely', value: { fidelity: { kind: 'windowed' } } })
    expect(results.notes.join()).toMatch(/20 ?000/)
  })

  it('4: a JTL has rows of transaction controllers and sub-results among its requests', async () => {
    const rows = textOf('jmeter-5.6.3/results.jtl').split('\n').slice(1)
    const naive = naiveP95(rows.flatMap((row) => (/^\d{13},(\d+),/.exec(row) ?? []).slice(1).map(Number)))
    const results = await whole(real('jmeter-5.6.3/results.jtl'))
    expect(naive).toBeGreaterThan(140)
    expect(verdictOf('p95 < 140ms', results)).toBe(kept)
    expect(results.test.all.count).toMatchObject({ value: 288 })
    expect(results.notes.join()).toMatch(/transaction controllers.*sub-results/)
    // Without their message nothing tells the former from requests, and that is said.
    const unnamed = textOf('jmeter-5.6.3/results.jtl').replaceAll(/^((?:[^,]*,){4})(?:"[^"]*"|[^,]*),/gm, '$1')
    const doubtful = await whole(join(filesOf({ 'run.jtl': unnamed }), '*'))
    expect(doubtful.test.all.count).toMatchObject({ value: 384 })
    expect(doubtful.warnings).toEqual([
      expect.stringMatching(/^96 rows may be transaction controllers and are counted/),
    ])
    expect(results.warnings).toEqual([])
    // In the statistics of the dashboard they have no mark, and can be left out by name.
    const statistics = await whole(real('jmeter-5.6.3/dashboard/statistics.json'), {
      exclude: selectors('Buy tea', 'Look around', 'redirected-*'),
    })
    expect(statistics.test.all.count).toMatchObject({ value: 288 })
  })

  it('5: true is a breach in --summary-export of k6, and a pass in handleSummary', async () => {
    const text = textOf('k6-1.8.1/summary.json')
    expect(text).toMatch(/"thresholds": \{[^}]*true/)
    for (const flipped of [text, text.replace(/\b(true|false)\b/g, (word) => (word === 'true' ? 'false' : 'true'))]) {
      const results = await whole(join(filesOf({ 'summary.json': flipped }), 'summary.json'))
      expect(verdictOf('p95 < 100ms', results)).toBe(broken)
      expect(verdictOf('p95 < 200ms', results)).toBe(kept)
    }
  })

  it('6: setup and failed requests are inside of http_req_duration, and fast errors improve p95', async () => {
    const all = await whole(made('k6-0.40/run.json'))
    expect(all.test.all.count).toMatchObject({ value: 100 })
    expect(all.notes.join()).toMatch(/^1 requests of setup/)
    // Of 400 requests 300 fail at once.
    const rows = Array.from({ length: 400 }, (_, index) => ({
      metric: 'http_req_duration',
      type: 'Point',
      data: {
        time: `2026-11-21T09:34:${String(10 + (index % 40)).padStart(2, '0')}.5Z`,
        value: index % 4 === 0 ? 900 : 1,
        tags: {
          expected_response: String(index % 4 === 0),
          method: 'GET',
          name: '/',
          status: index % 4 === 0 ? '200' : '503',
        },
      },
    }))
    const file = join(filesOf({ 'run.json': rows.map((row) => `${JSON.stringify(row)}\n`).join('') }), 'run.json')
    expect(verdictOf('p50 < 500ms', await whole(file))).toBe(kept)
    expect(verdictOf('p50 < 500ms', await whole(file, { onlySuccessful: true }))).toBe(broken)
    expect(verdictOf('error_rate < 1%', await whole(file))).toBe(broken)
  })

  it('7: the order of keys in the NDJSON of k6 changed, and its new summary is an array without thresholds', async () => {
    const [old, now] = [readFileSync(made('k6-0.40/run.json')), gunzipSync(readFileSync(real('k6-1.8.1/run.json.gz')))]
    expect(old.toString()).toMatch(/^\{"type":"Point","data"/m)
    expect(now.toString()).toMatch(/^\{"metric":[^,]*,"type":"Point","data"/m)
    for (const file of [made('k6-0.40/run.json'), real('k6-1.8.1/run.json.gz')]) {
      const results = await whole(file)
      expect(results.test.all.count).toMatchObject({ value: expect.any(Number) })
      expect(verdictOf('p95 < 10ms', results)).toBe(broken)
    }
    const machine = await whole(real('k6-1.8.1/machine-readable.json'))
    expect(verdictOf('p95 < 100ms', machine)).toBe(broken)
    expect(verdictOf('p99 < 132ms', machine, 0)).toBe(open)
  })

  it('8: Gatling writes a binary log, and older texts have other columns: refused, and never nothing', async () => {
    const binary = Buffer.concat([Buffer.from([0, 0, 0, 0, 6]), Buffer.from('3.14.2'), Buffer.alloc(50, 1)])
    const folder = filesOf({
      'binary.log': binary,
      'text.log':
        'RUN\tcomputerdatabase.Basic\tbasic\t1795253785000\t \t3.11.5\nREQUEST\t\thome\t1795253785000\t1795253785001\tOK\t \n',
      'global_stats.json': '{"name":"All","numberOfRequests":{"total":9,"ok":9,"ko":0},"percentiles1":{"total":1}}',
    })
    for (const name of ['binary.log', 'text.log', 'global_stats.json']) {
      expect(await read(join(folder, name))).toMatchObject({
        missing: 'unknown-format',
        detail: expect.stringMatching(/Gatling.*not supported/),
      })
    }
  })

  it('9: Artillery measures to the first byte, within 1 %: that is said', async () => {
    const results = await whole(real('artillery-2.0.34/report.json'))
    const truth = JSON.parse(textOf('truth.json'))['artillery-2.0.34'].shop.endpoints['GET /report'].durationMs.p95
    const report = results.test.endpoints.find(({ name }) => name === '/report')?.population.percentile(0.95)
    // The service took 169 ms for the whole answer, of which Artillery saw the first 26.
    expect(truth).toBeGreaterThan(160)
    expect(report).toMatchObject({ fidelity: { kind: 'rounded', to: 'whole ms, within 1 %' } })
    expect(results.notes.join()).toMatch(/first byte/)
    expect(verdictOf('p95 < 130ms', results)).toBe(open)
  })

  it('10: autocannon and wrk print no p95: it is between its neighbours, and not made up', async () => {
    const autocannon = await whole(real('autocannon-9.0.0/result.json'))
    const latency = JSON.parse(textOf('autocannon-9.0.0/result.json')).latency
    const interpolated = (latency.p90 + latency.p97_5) / 2
    expect(verdictOf(`p95 < ${interpolated + 1}ms`, autocannon)).toBe(open)
    expect(verdictOf(`p95 < ${latency.p97_5 + 2}ms`, autocannon)).toBe(kept)
    expect(verdictOf(`p95 < ${latency.p90 - 1}ms`, autocannon)).toBe(broken)
    const wrk = await whole(real('wrk-4.1.0/latency.txt'))
    expect(verdictOf('p95 < 300ms', wrk)).toBe(open)
    expect(verdictOf('p95 < 400ms', wrk)).toBe(kept)
    expect(wrk.test.all.percentile(0.95)).toMatchObject({ value: undefined, fidelity: { kind: 'bracketed' } })
  })

  it('11: oha calls every answer a success, and hey leaves out what got none', async () => {
    expect(JSON.parse(textOf('oha-1.16.0/broken.json')).summary.successRate).toBe(1)
    const oha = await whole(real('oha-1.16.0/broken.json'))
    expect(verdictOf('error_rate < 1%', oha)).toBe(broken)
    expect(judgementOf('p95 < 1s', oha).warnings.join()).toMatch(/All 100 requests failed/)
    const hey = await whole(real('hey-0.1.4/result.csv'))
    expect(verdictOf('error_rate < 1%', hey)).toBe('undecided not-reported')
    expect(hey.notes.join()).toMatch(/leaves out requests without a response/)
    // Twenty requests, none of them answered: only a header.
    expect(await missing(real('hey-0.1.4/resets.csv'))).toBe('empty-results')
  })

  it('12: the CSV of hey ends at a million rows', async () => {
    const header = 'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n'
    const row = '0.0255,0.0035,0.0000,0.0000,0.0215,0.0001,200,0.0004\n'
    const folder = filesOf({ 'cut.csv': header + row.repeat(1_000_000), 'whole.csv': header + row.repeat(999_999) })
    expect(await missing(join(folder, 'cut.csv'))).toBe('truncated-results')
    expect(await missing(join(folder, 'whole.csv'))).toBeUndefined()
  })

  it('13: histogram_quantile never exceeds the highest finite bucket', async () => {
    const server = await stub(({ form, path }) => {
      const query = form.query ?? new URL(path, 'http://x').searchParams.get('query') ?? ''
      if (query.includes('histogram_quantile(')) {
        return success('matrix', [
          { metric: {}, values: Array.from({ length: 61 }, (_, index) => [1_000 + index, '0.5']) },
        ])
      }
      return success('vector', [
        { metric: { le: '0.1' }, value: [1_060, '10'] },
        { metric: { le: '0.5' }, value: [1_060, '20'] },
        { metric: { le: '+Inf' }, value: [1_060, '100'] },
      ])
    })
    const answer = await queryExtremes(
      'histogram_quantile(0.95, sum by (le) (rate(http_bucket[5m])))',
      { server: parseServer(server.url), range: { startMs: 1_000_000, endMs: 1_060_000 } },
      edgesOf(),
    )
    const metrics = { queries: new Map([['p95', answer]]), alerts: undefined }
    const test = { missing: 'no-results', detail: '' } as const
    expect(judged('prometheus.p95 <= 0.5', test, { metrics })).toMatchObject({ finding: 'saturated-histogram' })
    expect(judged('prometheus.p95 < 0.4', test, { metrics })).toMatchObject({ finding: 'threshold-exceeded' })
  })

  it('14: of twenty samples, every definition of p95 says something else', async () => {
    const times = [...Array.from({ length: 18 }, (_, index) => 100 + index * 20), 610, 1_300]
    const rows = times.map((ms, index) => `${(ms / 1_000).toFixed(4)},0,0,0,0,0,200,${index}`)
    const content = [
      'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset',
      ...rows,
      '',
    ]
    const file = join(filesOf({ 'run.csv': content.join('\n') }), 'run.csv')
    expect(verdictOf('p95 < 640ms', await whole(file))).toBe('undecided too-few-samples')
    expect(verdictOf('p95 < 640ms', await whole(file, { method: 'linear' }), 20)).toBe(broken)
    expect(verdictOf('p95 < 640ms', await whole(file, { method: 'nearest-rank' }), 20)).toBe(kept)
  })
})
