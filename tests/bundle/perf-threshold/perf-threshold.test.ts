import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startFault } from '@deploy-safety/simulators/fault-server'
import { faults } from '@deploy-safety/simulators/faults'
import { type ActionRun, runAction, startAction } from '@deploy-safety/simulators/runner'
import { describe, expect, it } from 'vitest'
import { contract } from '../../../actions/perf-threshold/src/contract.ts'
import { verdict } from '../bundle.ts'
import {
  check,
  folder,
  hey,
  type Inputs,
  k6,
  locust,
  matrixOf,
  meetsContract,
  said,
  startPrometheus,
  workspace,
} from './run.ts'

describe.concurrent('the smallest example', () => {
  it('passes, with every output, a report and a summary', async () => {
    const run = await check({ results: locust, thresholds: 'p95 < 500ms' })
    expect(verdict(run)).toBe('passed ok')
    expect(run.outputs).toMatchObject({
      'p50-ms': '30',
      'p95-ms': '150',
      samples: '476',
      'failed-thresholds': '[]',
      'error-rate': expect.stringMatching(/^0\.021/),
      throughput: expect.stringMatching(/^\d+\.\d+$/),
    })
    for (const name of Object.keys(contract.outputs)) expect(run.outputs).toHaveProperty([name])
    expect(run.summary.split('\n')[0]).toBe('### ✅ perf-threshold: passed (1 threshold)')
    expect(run.summary.split('\n')[2]).toBe(
      '`p95 < 500ms`: 150 ms (rounded to 2 significant digits). 476 requests (locust-stats).',
    )
    expect(run.log).toMatch(/^reading locust-stats: 1 file, [\d.]+ kB$/m)
  })

  it('fails, and says which limit, by what and what to do next', async () => {
    const run = await check({ results: locust, thresholds: 'p95 < 100ms\nwarn: p50 < 1ms\nerror_rate < 50%' })
    expect(verdict(run)).toBe('failed threshold-exceeded')
    expect(run.outputs['failed-thresholds']).toBe('["p95 < 100ms"]')
    expect(run.annotations.find(({ kind }) => kind === 'error')?.message).toContain(
      'p95 is 150 ms (145 ms to 155 ms), expected < 100 ms',
    )
    expect(run.annotations.find(({ kind }) => kind === 'warning')?.message).toContain(
      'p50 is 30 ms (29.5 ms to 30.5 ms), expected < 1 ms',
    )
    expect(run.report).toMatchObject({ nextStep: expect.stringContaining('Start with the worst threshold') })
  })

  it.each([
    ['never', 0],
    ['failed', 1],
    ['inconclusive', 0],
    ['failed, inconclusive', 1],
  ])('fail-on: %s lets a breach exit with %i', async (failOn, exitCode) => {
    const run = await runAction({ folder, inputs: { results: locust, thresholds: 'p95 < 1ms', 'fail-on': failOn } })
    expect([run.exitCode, verdict(run)]).toEqual([exitCode, 'failed threshold-exceeded'])
  })

  it('fail-on is not about wrong inputs', async () => {
    const run = await runAction({ folder, inputs: { results: locust, thresholds: 'p95 < 1', 'fail-on': 'never' } })
    expect([run.exitCode, verdict(run)]).toEqual([1, 'inconclusive invalid-input'])
  })

  it('summary: false writes none, and report-path says where the report goes', async () => {
    const cwd = workspace()
    const run = await runAction({
      folder,
      cwd,
      inputs: { results: locust, thresholds: 'p95 < 1s', summary: 'false', 'report-path': 'out/report.json' },
    })
    expect([run.summary, run.outputs.report]).toEqual(['', expect.stringMatching(/out.report\.json$/)])
    expect(JSON.parse(readFileSync(join(cwd, 'out/report.json'), 'utf8'))).toMatchObject({ outcome: 'passed' })
  })
})

describe.concurrent('every input', () => {
  const files = {
    'run.csv': hey(300, (index) => (index < 100 ? 0.9 : 0.1)),
    'thresholds.txt': 'p50 < 200ms # of old\n\nmax < 2s\n',
    'utf-8.txt': '\ufeffp50 < 200ms\n',
    'utf-16le.txt': Buffer.from('\ufeffp50 < 200ms\r\n', 'utf16le'),
    'utf-16be.txt': Buffer.from('\ufeffp50 < 200ms\r\n', 'utf16le').swap16(),
  }
  it.each<[string, Inputs, string]>([
    ['thresholds', { thresholds: 'p50 < 200ms' }, 'passed ok'],
    ['thresholds-file', { 'thresholds-file': 'thresholds.txt' }, 'passed ok'],
    ['thresholds-file with a mark', { 'thresholds-file': 'utf-8.txt' }, 'passed ok'],
    ['thresholds-file of PowerShell', { 'thresholds-file': 'utf-16le.txt' }, 'passed ok'],
    ['thresholds-file of another byte order', { 'thresholds-file': 'utf-16be.txt' }, 'passed ok'],
    ['both are joined', { 'thresholds-file': 'thresholds.txt', thresholds: 'p95 < 1ms' }, 'failed threshold-exceeded'],
    ['format', { thresholds: 'p50 < 200ms', format: 'hey-csv' }, 'passed ok'],
    ['another format', { thresholds: 'p50 < 200ms', format: 'k6-csv' }, 'inconclusive unknown-format'],
    ['no warm-up', { thresholds: 'p95 < 200ms' }, 'failed threshold-exceeded'],
    ['warm-up', { thresholds: 'p95 < 200ms', 'warm-up': '10s' }, 'passed ok'],
    ['no times', { results: locust, thresholds: 'p95 < 1s', 'warm-up': '1s' }, 'inconclusive no-timestamps'],
    ['cool-down', { thresholds: 'p50 < 800ms', 'cool-down': '20s' }, 'failed threshold-exceeded'],
    [
      'too much of both',
      { thresholds: 'p50 < 1s', 'warm-up': '20s', 'cool-down': '20s' },
      'inconclusive empty-results',
    ],
    ['include', { thresholds: 'p50 < 1s', include: 'GET *' }, 'inconclusive empty-results'],
    ['exclude', { thresholds: 'p50 < 1s', exclude: '*' }, 'inconclusive empty-results'],
    ['min-samples', { thresholds: 'p50 < 1s', 'min-samples': '301' }, 'inconclusive too-few-samples'],
    ['min-samples', { thresholds: 'p99.9 < 1s', 'min-samples': '300' }, 'passed ok'],
    [
      'only-successful',
      { results: locust, thresholds: 'p50 < 1s', 'only-successful': 'true' },
      'inconclusive not-reported',
    ],
    // Between the 200th and the 201st of 300, of which 200 took 100 ms and the others 900 ms.
    ['percentile-method', { thresholds: 'p66.6 < 150ms', 'percentile-method': 'nearest-rank' }, 'passed ok'],
    ['percentile-method', { thresholds: 'p66.6 < 150ms' }, 'failed threshold-exceeded'],
    ['baseline', { thresholds: 'p95 <= baseline', baseline: 'run.csv' }, 'inconclusive rounded-too-coarsely'],
    ['baseline', { thresholds: 'p95 <= baseline + 10%', baseline: 'run.csv' }, 'passed ok'],
    ['no baseline yet', { thresholds: 'p95 <= baseline', baseline: 'none.*' }, 'passed ok'],
    [
      'no baseline, and it has to be',
      { thresholds: 'p95 <= baseline', baseline: 'none.*', 'baseline-missing': 'fail' },
      'inconclusive baseline-missing',
    ],
    [
      'a baseline that is none',
      { thresholds: 'p95 <= baseline', baseline: 'thresholds.txt' },
      'inconclusive baseline-not-comparable',
    ],
  ])('%s: %j', async (_, inputs, expected) => {
    expect(verdict(await check({ results: 'run.csv', ...inputs }, workspace(files)))).toBe(expected)
  })

  it('empty ones everywhere are none', async () => {
    const names = Object.keys(contract.inputs)
    const all = { ...Object.fromEntries(names.map((name) => [name, ''])), results: locust, thresholds: 'p95 < 500ms' }
    expect(verdict(await check(all))).toBe('passed ok')
    const blank = await check(Object.fromEntries(names.map((name) => [name, ' \n '])))
    expect(verdict(blank)).toBe('inconclusive invalid-input')
    expect(said(blank)).toContain('neither "thresholds" nor "thresholds-file" is given')
  })

  it.each<[string, Inputs, RegExp]>([
    ['a threshold', { thresholds: 'p95 < 500' }, /a latency needs a unit.*\^\n {4}Write 500ms or 500s\./s],
    ['no results', { thresholds: 'p95 < 500ms', results: '' }, /needs "results"/],
    ['no query', { thresholds: 'prometheus.cpu < 1', 'prometheus-url': 'http://127.0.0.1:1' }, /Its queries are: none/],
    ['no Prometheus', { thresholds: 'prometheus.cpu < 1' }, /needs "prometheus-url"/],
    ['no Alertmanager', { thresholds: 'alerts == 0' }, /needs "alerts-url"/],
    ['no baseline', { thresholds: 'p95 < baseline' }, /needs "baseline"/],
    ['a method', { thresholds: 'p95 < 1s', 'percentile-method': 'mean' }, /"mean" is not known/],
    ['a duration', { thresholds: 'p95 < 1s', 'warm-up': '5' }, /Input "warm-up"/],
    ['a window', { thresholds: 'p95 < 1s', 'prometheus-window': 'x' }, /Input "prometheus-window"/],
    ['a number', { thresholds: 'p95 < 1s', 'min-samples': '-1' }, /Input "min-samples"/],
    ['a choice', { thresholds: 'p95 < 1s', 'baseline-missing': 'pass' }, /Use one of: warn, fail/],
    ['a flag', { thresholds: 'p95 < 1s', 'only-successful': 'yes' }, /neither true nor false/],
    ['a format', { thresholds: 'p95 < 1s', format: 'csv' }, /Use one of: auto/],
    ['a format in another spelling', { thresholds: 'p95 < 1s', format: 'k6json' }, /did you mean "k6-json"\?/],
    ['a later format', { thresholds: 'p95 < 1s', format: 'gatling-log' }, /not supported yet/],
    ['an expression', { thresholds: 'p95 < 1s', include: '/(/' }, /Input "include"/],
    ['a server', { thresholds: 'p95 < 1s', 'alerts-url': 'prometheus' }, /Input "alerts-url"/],
    ['a file that is not there', { 'thresholds-file': 'none' }, /"none" cannot be read: no such file or directory\./],
    ['an empty file', { 'thresholds-file': 'empty' }, /there is no threshold/],
    ['a file that is a folder', { 'thresholds-file': '.' }, /"\." is not a file/],
    ['a file that has no end', { 'thresholds-file': '/dev/zero' }, /is not a file/],
    ['a file that is too large', { 'thresholds-file': 'large' }, /larger than 1 MB/],
    ['a file with 1 MB of something else', { 'thresholds-file': 'megabyte' }, /and at least \d+ more wrong lines/],
  ])('wrong in %s, is told with value and remedy: %j', async (_, inputs, message) => {
    const cwd = workspace({ empty: '', large: 'p95 < 1s\n'.repeat(120_000), megabyte: 'something\n'.repeat(99_999) })
    const run = await check({ results: locust, ...inputs }, cwd)
    expect(verdict(run)).toBe('inconclusive invalid-input')
    expect(said(run)).toMatch(message)
  })
})

describe.concurrent('every reason', () => {
  const judged = (files: Readonly<Record<string, string>>, inputs: Inputs = {}) =>
    check({ results: 'r*', thresholds: 'p95 < 500ms', ...inputs }, workspace(files))
  const asked = async (answer: (query: string) => unknown) => {
    await using server = await startPrometheus(answer)
    const query = 'histogram_quantile(0.95, sum by (le) (rate(http_bucket[1m])))'
    return await check({
      ...{ 'prometheus-url': server.url, 'prometheus-queries': `p95 = ${query}`, thresholds: 'prometheus.p95 <= 0.5' },
      ...{ 'alerts-url': server.url },
    })
  }
  const vectorOf = (result: readonly object[]) => ({ status: 'success', data: { resultType: 'vector', result } })
  const openBuckets = ['0.1', '0.5', '+Inf'].map((le) => ({ metric: { le }, value: [1, '5'] }))
  const reached: Record<Exclude<keyof typeof contract.reasons, 'internal-error'>, () => Promise<ActionRun>> = {
    ok: () => judged({ r: hey(200) }),
    'threshold-exceeded': () => judged({ r: hey(200) }, { thresholds: 'p95 < 1ms' }),
    'alerts-firing': async () => {
      const alert = { labels: { alertname: 'Slow' }, annotations: {}, state: 'firing', activeAt: '', value: '1' }
      await using server = await startPrometheus(() => ({ status: 'success', data: { alerts: [alert] } }))
      return await check({ 'alerts-url': server.url, thresholds: 'alerts == 0' })
    },
    'no-results': () => judged({}),
    'unknown-format': () => judged({ r: 'everything went well' }),
    'ambiguous-format': () => judged({ r1: hey(200), r2: k6(200) }),
    'malformed-results': () => judged({ r: hey(200).replace('0.1500,', '-1,') }),
    'truncated-results': () => judged({ r: k6(200).slice(0, -40) }),
    'empty-results': () => judged({ r: '' }),
    'unknown-endpoint': () => judged({ r: k6(200) }, { thresholds: 'p95 of "GET /coffee" < 1s' }),
    'too-few-samples': () => judged({ r: hey(99) }),
    'not-reported': () => judged({ r: hey(200) }, { thresholds: 'dropped_iterations < 1%' }),
    'rounded-too-coarsely': () => check({ results: locust, thresholds: 'p95 < 150ms' }),
    'saturated-histogram': () =>
      asked((query) => (query.includes('histogram_quantile') ? matrixOf('0.5') : vectorOf(openBuckets))),
    'not-a-number': () => asked(() => matrixOf('NaN')),
    'no-timestamps': () => check({ results: locust, thresholds: 'p95 < 1s for every 30s' }),
    'shards-not-mergeable': () =>
      check(
        { results: `${locust}\nr.csv`, thresholds: 'p95 < 1s' },
        workspace({ 'r.csv': readFileSync(locust, 'utf8') }),
      ),
    'baseline-missing': () =>
      judged({ r: hey(200) }, { baseline: 'b*', 'baseline-missing': 'fail', thresholds: 'p95 <= baseline' }),
    'baseline-not-comparable': () => judged({ r: hey(200), b: '' }, { baseline: 'b', thresholds: 'p95 <= baseline' }),
    'metrics-unreachable': () => asked(() => '<html>'),
    'metrics-empty': () => asked(() => vectorOf([])),
    'metrics-ambiguous': () => asked(() => ({ status: 'success', data: { resultType: 'string', result: [0, 'x'] } })),
    'invalid-input': () => judged({ r: hey(200) }, { thresholds: 'p95 < 500' }),
    cancelled: async () => {
      await using server = await startFault(faults.silentAccept)
      const inputs = { 'alerts-url': server.url, thresholds: 'alerts == 0' }
      const action = startAction({ folder, inputs })
      while (server.connections() === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      action.cancel()
      return meetsContract(await action.done)
    },
  }

  it.each(Object.entries(reached))('is reached: %s', async (reason, run) => {
    expect((await run()).outputs['reason-code']).toBe(reason)
  })
})
