import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { startFault } from '@deploy-safety/simulators/fault-server'
import { faults } from '@deploy-safety/simulators/faults'
import { hostileText } from '@deploy-safety/simulators/hostile-text'
import { respond } from '@deploy-safety/simulators/responder'
import { type ActionRun, runAction, startAction } from '@deploy-safety/simulators/runner'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { inputDefaults } from '../../actions/perf-threshold/src/input-names.ts'
import { reasons } from '../../actions/perf-threshold/src/reason.ts'
import { outputNames } from '../../actions/perf-threshold/src/report.ts'
import { actionFolder } from '../../scripts/workspace.ts'
import { before } from './check.ts'

const folder = actionFolder('perf-threshold')
const real = (path: string) => join(folder, 'tests/fixtures/real', path)
const schema = JSON.parse(readFileSync(join(folder, 'report.schema.json'), 'utf8'))
const isValid = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema)
const place = temporaryFolder('perf-threshold')
let folders = 0
const seenReasons = new Set<string>()

type Inputs = Readonly<Record<string, string>>

/** A workspace with these files. */
function workspace(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  folders += 1
  const path = join(place.path, String(folders))
  mkdirSync(path)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

/** Runs the bundle and checks what has to hold for every run, whatever its outcome. */
async function check(inputs: Inputs, cwd = workspace()): Promise<ActionRun> {
  return meetsContract(await runAction({ folder, inputs, cwd, timeoutMs: 30_000 }))
}

function meetsContract(run: ActionRun): ActionRun {
  const { outcome, 'reason-code': reason = '' } = run.outputs
  isValid(run.report)
  expect(isValid.errors, run.log).toBeNull()
  expect(run.report).toMatchObject({ outcome, reasonCode: reason })
  expect(run.summary).toMatch(new RegExp(`^\\*\\*${outcome}\\*\\* \\(${reason}\\): `))
  expect(run.exitCode).toBe(outcome === 'passed' ? 0 : 1)
  // The only commands are ours: nothing in a file is one.
  const names = run.commands.map(({ name }) => name)
  expect(names.filter((name) => !['error', 'warning', 'add-mask', 'debug'].includes(name))).toEqual([])
  expect(run.annotations.filter(({ title }) => !title?.startsWith('perf-threshold'))).toEqual([])
  expect(run.problems).toEqual([])
  seenReasons.add(reason)
  return run
}

function verdict({ outputs }: ActionRun): string {
  return `${outputs.outcome} ${outputs['reason-code']}`
}

function said(run: ActionRun): string {
  return `${run.log}${run.summary}`
}

const heyHeader = 'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n'

/** A CSV of hey with so many requests, ten per second. */
function hey(count: number, seconds = (index: number) => 0.1 + (index % 10) / 100): string {
  const rows = Array.from({ length: count }, (_, index) => `${seconds(index).toFixed(4)},0,0,0,0,0,200,${index / 10}\n`)
  return heyHeader + rows.join('')
}

/** NDJSON of k6. */
function k6(count: number, { name = '/', ms = (index: number) => 100 + (index % 10), status = 200 } = {}): string {
  const start = Date.parse('2026-11-21T09:00:00.137Z')
  return Array.from({ length: count }, (_, index) => {
    const tags = { expected_response: String(status < 400), method: 'GET', name, status: String(status) }
    const time = new Date(start + index * 100).toISOString()
    return `${JSON.stringify({ metric: 'http_req_duration', type: 'Point', data: { time, value: ms(index), tags } })}\n`
  }).join('')
}

const locust = real('locust-2.47.0/workers_stats.csv')

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
    for (const name of outputNames) expect(run.outputs).toHaveProperty([name])
    expect(run.summary.split('\n')[0]).toBe('**passed** (ok): p95 is 150 ms (145 ms to 155 ms), wanted &#60; 500 ms')
    expect(run.summary).toContain('rounded to 2 significant digits')
  })

  it('fails, and says which limit, by what and what to do next', async () => {
    const run = await check({ results: locust, thresholds: 'p95 < 100ms\nwarn: p50 < 1ms\nerror_rate < 50%' })
    expect(verdict(run)).toBe('failed threshold-exceeded')
    expect(run.outputs['failed-thresholds']).toBe('["p95 < 100ms"]')
    expect(run.annotations.find(({ kind }) => kind === 'error')?.message).toContain(
      'p95 is 150 ms (145 ms to 155 ms), wanted < 100 ms',
    )
    expect(run.annotations.find(({ kind }) => kind === 'warning')?.message).toContain('p50 < 1ms')
    expect(run.report).toMatchObject({ nextStep: expect.stringContaining('worst margin') })
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
    'gates.txt': 'p50 < 200ms # of old\n\nmax < 2s\n',
  }
  it.each<[string, Inputs, string]>([
    ['thresholds', { thresholds: 'p50 < 200ms' }, 'passed ok'],
    ['thresholds-file', { 'thresholds-file': 'gates.txt' }, 'passed ok'],
    ['both are joined', { 'thresholds-file': 'gates.txt', thresholds: 'p95 < 1ms' }, 'failed threshold-exceeded'],
    ['format', { thresholds: 'p50 < 200ms', format: 'hey-csv' }, 'passed ok'],
    ['another format', { thresholds: 'p50 < 200ms', format: 'k6-csv' }, 'inconclusive unknown-format'],
    ['no warm-up', { thresholds: 'p95 < 200ms' }, 'failed threshold-exceeded'],
    ['warm-up', { thresholds: 'p95 < 200ms', 'warm-up': '10s' }, 'passed ok'],
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
      { thresholds: 'p95 <= baseline', baseline: 'gates.txt' },
      'inconclusive baseline-not-comparable',
    ],
  ])('%s: %j', async (_, inputs, expected) => {
    expect(verdict(await check({ results: 'run.csv', ...inputs }, workspace(files)))).toBe(expected)
  })

  it('empty ones everywhere are none', async () => {
    const names = Object.keys(inputDefaults)
    const all = { ...Object.fromEntries(names.map((name) => [name, ''])), results: locust, thresholds: 'p95 < 500ms' }
    expect(verdict(await check(all))).toBe('passed ok')
    const blank = await check(Object.fromEntries(names.map((name) => [name, ' \n '])))
    expect(verdict(blank)).toBe('inconclusive invalid-input')
    expect(said(blank)).toContain('neither "thresholds" nor "thresholds-file" is given')
  })

  it.each<[string, Inputs, RegExp]>([
    ['a gate', { thresholds: 'p95 < 500' }, /a latency needs a unit.*\^ here/s],
    ['no results', { thresholds: 'p95 < 500ms', results: '' }, /needs "results"/],
    ['no query', { thresholds: 'prometheus.cpu < 1', 'prometheus-url': 'http://127.0.0.1:1' }, /There are: none/],
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
    ['a later format', { thresholds: 'p95 < 1s', format: 'gatling-log' }, /not read yet/],
    ['an expression', { thresholds: 'p95 < 1s', include: '/(/' }, /Input "include"/],
    ['a server', { thresholds: 'p95 < 1s', 'alerts-url': 'prometheus' }, /Input "alerts-url"/],
    ['a file that is not there', { 'thresholds-file': 'none' }, /"none" cannot be read: ENOENT/],
    ['an empty file', { 'thresholds-file': 'empty' }, /there is no gate/],
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

describe.concurrent('results that are none', () => {
  const points = k6(200)
  const json = readFileSync(real('locust-2.47.0/run.json'), 'utf8')
  it.each<[string, Readonly<Record<string, string | Uint8Array>>, string]>([
    ['nothing matches', {}, 'no-results'],
    ['an empty file', { 'r.json': '' }, 'empty-results'],
    ['only blanks', { 'r.json': ' \r\n\t\n' }, 'empty-results'],
    ['an empty gzip', { 'r.gz': gzipSync('') }, 'empty-results'],
    ['only a header', { 'r.csv': heyHeader }, 'empty-results'],
    [
      'a page of an error',
      { 'r.json': '<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>' },
      'unknown-format',
    ],
    [
      'binary junk',
      { 'r.bin': Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7_919) % 256)) },
      'unknown-format',
    ],
    ['text', { 'r.log': 'everything went well, p95 was 3 ms\n' }, 'unknown-format'],
    ['JSON of something else', { 'r.json': '{"p95":3,"requests":1000}' }, 'unknown-format'],
    ['hostile text', { 'r.json': hostileText }, 'unknown-format'],
    ['NDJSON that ends in a record', { 'r.json': points.slice(0, -40) }, 'truncated-results'],
    ['JSON that ends in the middle', { 'r.json': json.slice(0, json.length / 2) }, 'truncated-results'],
    ['a gzip that ends in the middle', { 'r.gz': gzipSync(points).subarray(0, 400) }, 'truncated-results'],
    ['a gzip of JSON that ends in the middle', { 'r.gz': gzipSync(json).subarray(0, 500) }, 'truncated-results'],
    ['a gzip that is none', { 'r.gz': Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5]) }, 'malformed-results'],
    ['a damaged line', { 'r.json': points.replace('"value":105', '"value":"x"') }, 'malformed-results'],
    ['a line of a megabyte', { 'r.json': `${points}{"metric":"${'x'.repeat(1_000_000)}\n` }, 'malformed-results'],
    ['NaN', { 'r.json': points.replace('"value":105', '"value":NaN') }, 'malformed-results'],
    ['Infinity', { 'r.csv': hey(200).replace('0.1500,', 'Infinity,') }, 'malformed-results'],
    ['a number beyond all', { 'r.json': points.replace('"value":105', '"value":1e999') }, 'malformed-results'],
    ['a time below 0', { 'r.csv': hey(200).replace('0.1500,', '-1,') }, 'malformed-results'],
    ['two formats', { 'r.json': points, 'r.csv': hey(200) }, 'ambiguous-format'],
    [
      'two shards of percentiles',
      { 'r1.csv': readFileSync(locust), 'r2.csv': readFileSync(locust) },
      'shards-not-mergeable',
    ],
    [
      'two results of wrk',
      { 'r1.txt': readFileSync(real('wrk-4.1.0/latency.txt')), 'r2.txt': readFileSync(real('wrk-4.1.0/latency.txt')) },
      'shards-not-mergeable',
    ],
    ['a folder', { 'r.json/x': points }, 'no-results'],
  ])('%s: never a pass, always a reason', async (_, files, expected) => {
    for (const gate of ['p95 < 500ms', 'errors == 0\ncount < 1000000']) {
      const run = await check({ results: 'r*', thresholds: gate }, workspace(files))
      expect(verdict(run)).toBe(`inconclusive ${expected}`)
    }
  })

  it('hostile names have no power', async () => {
    const names = [...hostileText.split('\n').slice(0, 16), 'x'.repeat(10_000), 'a\nb', '`|`', '\u202Egnp.exe']
    const all = names.map((name) => k6(110, { name, ms: () => 900 })).join('')
    const run = await check(
      { results: 'r.json', thresholds: 'p95 of each < 500ms\nwarn: p95 of "*::error*" < 1ms\np95 of nothing < 1s' },
      workspace({ 'r.json': all }),
    )
    expect(verdict(run)).toBe('failed threshold-exceeded')
    expect(run.stdout).not.toMatch(/##\[/)
    expect(
      run.stdout.split(/\r\n|\r|\n/).filter((line) => /^\s*::(?!error |warning |add-mask|debug)/.test(line)),
    ).toEqual([])
    expect(run.stdout).not.toMatch(/[^\P{Cc}\n]/u)
    expect(run.stdout).not.toMatch(/\p{Bidi_Control}/u)
    const outside = run.summary.replace(/^(`{3,})\w*\n.*?\n\1$/gms, '')
    expect(outside).not.toMatch(/<script|<img|!\[|\]\(/)
    expect(run.summary.length).toBeLessThan(200_000)
  })

  it('a pipe, a device and a link to either are no files, and nobody waits for them', async () => {
    const cwd = workspace({ 'r.csv': hey(200) })
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(cwd, 'r.fifo')])
    symlinkSync('/dev/zero', join(cwd, 'r.zero'))
    symlinkSync('r.loop', join(cwd, 'r.loop'))
    const run = await check({ results: 'r.*', thresholds: 'count == 200' }, cwd)
    expect(verdict(run)).toBe('passed ok')
    expect(verdict(await check({ results: 'r.fifo\n/dev/zero', thresholds: 'p95 < 1s' }, cwd))).toBe(
      'inconclusive no-results',
    )
  })

  it('damage is what the annotation says, whatever gates are open as well', async () => {
    const run = await check(
      { results: 'r.json', thresholds: 'p95 of nothing < 1s' },
      workspace({ 'r.json': points.slice(0, -40) }),
    )
    expect(run.annotations).toMatchObject([{ kind: 'error', title: 'perf-threshold: truncated-results' }])
    expect(said(run)).toMatch(/r\.json: line 200: .*the file ends in it/)
  })

  it('a link to a file is that file, once', async () => {
    const cwd = workspace({ 'run-1.csv': hey(200) })
    symlinkSync('run-1.csv', join(cwd, 'run-latest.csv'))
    expect((await check({ results: '*.csv', thresholds: 'count == 200' }, cwd)).outputs.samples).toBe('200')
  })

  it.skipIf(process.getuid?.() === 0)('a file that may not be read is told with its path', async () => {
    const cwd = workspace({ 'r.csv': hey(200) })
    chmodSync(join(cwd, 'r.csv'), 0)
    const run = await check({ results: 'r.csv', thresholds: 'p95 < 1s' }, cwd)
    expect(verdict(run)).toBe('inconclusive no-results')
    expect(said(run)).toMatch(/r\.csv.*EACCES/)
  })

  it.runIf(process.platform === 'linux')('nor is one that cannot be read for another reason a crash', async () => {
    const run = await check({ results: '/proc/self/mem', thresholds: 'p95 < 1s' })
    expect(verdict(run)).toBe('inconclusive no-results')
    expect(said(run)).toMatch(/mem: it cannot be read.*EIO/)
  })

  it('a glob that can be no path matches nothing', async () => {
    const run = await check({ results: 'x'.repeat(10_000), thresholds: 'p95 < 1s' })
    expect(verdict(run)).toBe('inconclusive no-results')
  })

  it('a raw result in UTF-16 is told what to do', async () => {
    const run = await check(
      { results: 'r.csv', thresholds: 'p95 < 1s' },
      workspace({ 'r.csv': Buffer.from(`\uFEFF${hey(200)}`, 'utf16le') }),
    )
    expect(verdict(run)).toBe('inconclusive unknown-format')
    expect(said(run)).toContain('UTF-16')
  })

  it('a folder instead of a file is told, and where it was looked for', async () => {
    const cwd = workspace({ 'results/run.csv': hey(200) })
    const run = await check({ results: 'results', thresholds: 'p95 < 1s' }, cwd)
    expect(verdict(run)).toBe('inconclusive no-results')
    expect(said(run)).toMatch(/"results" is a folder.*results\/\*\.csv/)
  })

  it('a thousand files are shards of one run', async () => {
    const files = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`shards/${index}.csv`, hey(2)]))
    const run = await check({ results: 'shards/*.csv', thresholds: 'count == 2000\np95 < 1s' }, workspace(files))
    expect(verdict(run)).toBe('passed ok')
  })

  it('numbers beyond 2^53 are no crash', async () => {
    for (const number of ['9007199254740993', '1e300', '123456789012345678901234567890']) {
      const run = await check(
        { results: 'r.json', thresholds: 'p95 < 1s' },
        workspace({ 'r.json': k6(200).replaceAll(/"value":\d+/g, `"value":${number}`) }),
      )
      expect(run.outputs.outcome).not.toBe('passed')
      expect(run.outputs['reason-code']).not.toBe('internal-error')
    }
  })
})

describe.concurrent('shards', () => {
  const times = (index: number) => 100 + ((index * 7_919) % 400)
  const lines = k6(3_000, { ms: times }).split('\n').slice(0, -1)
  const split = (shards: number) =>
    Object.fromEntries(
      Array.from({ length: shards }, (_, shard) => [
        `shard-${shard}.json`,
        `${lines.slice((shard * lines.length) / shards, ((shard + 1) * lines.length) / shards).join('\n')}\n`,
      ]),
    )
  const gates = 'p95 < 490ms\np99 < 400ms\np95 of each < 800ms\nerror_rate < 1%\np95 < 600ms for every 30s\navg < 300ms'
  const figures = ({ report }: ActionRun) => (report as { figures: object }).figures

  it('of raw files say what the whole says, to the last digit', async () => {
    const whole = await check(
      { results: 'run.json', thresholds: gates },
      workspace({ 'run.json': `${lines.join('\n')}\n` }),
    )
    expect(verdict(whole)).toBe('failed threshold-exceeded')
    for (const shards of [2, 7]) {
      const merged = await check({ results: 'shard-*.json', thresholds: gates }, workspace(split(shards)))
      expect([verdict(merged), merged.outputs['failed-thresholds']]).toEqual([
        verdict(whole),
        whole.outputs['failed-thresholds'],
      ])
      expect(figures(merged)).toEqual(figures(whole))
    }
  })

  it('by reports say the same, within a bucket', async () => {
    const cwd = workspace(split(3))
    const whole = await check({ results: 'shard-*.json', thresholds: gates }, cwd)
    for (const shard of [0, 1, 2]) {
      await check(
        { results: `shard-${shard}.json`, thresholds: 'count > 0', 'report-path': `reports/${shard}.json` },
        cwd,
      )
    }
    const merged = await check({ results: 'reports/*.json', thresholds: gates }, cwd)
    expect([verdict(merged), merged.outputs['failed-thresholds']]).toEqual([
      verdict(whole),
      whole.outputs['failed-thresholds'],
    ])
    expect(merged.outputs.samples).toBe(whole.outputs.samples)
    expect(Number(merged.outputs['p95-ms']) / Number(whole.outputs['p95-ms'])).toBeCloseTo(1, 3)
    // A limit at the value itself lies in its bucket.
    const at = await check({ results: 'reports/*.json', thresholds: `p95 <= ${whole.outputs['p95-ms']}ms` }, cwd)
    expect(verdict(at)).toBe('inconclusive rounded-too-coarsely')
    const same = await check(
      { results: 'shard-*.json', baseline: 'reports/*.json', thresholds: 'p95 <= baseline + 1%' },
      cwd,
    )
    expect(verdict(same)).toBe('passed ok')
    expect(said(same)).toContain('within noise')
  })

  it('a damaged one stays damaged in its report', async () => {
    const cwd = workspace({ 'a.json': k6(200), 'b.json': k6(200).slice(0, -30) })
    for (const name of ['a', 'b']) {
      await check({ results: `${name}.json`, thresholds: 'p95 < 1s', 'report-path': `reports/${name}.json` }, cwd)
    }
    expect(verdict(await check({ results: 'reports/*.json', thresholds: 'p95 < 1s' }, cwd))).toBe(
      'inconclusive truncated-results',
    )
    const relative = { results: 'a.json', baseline: 'reports/b.json', thresholds: 'p95 <= baseline + 10%' }
    expect(verdict(await check(relative, cwd))).toBe('inconclusive baseline-not-comparable')
  })

  it('one that could not be read is missed', async () => {
    const cwd = workspace({ 'a.json': k6(200) })
    await check({ results: 'a.json', thresholds: 'p95 < 1s', 'report-path': 'reports/a.json' }, cwd)
    await check({ results: 'b.json', thresholds: 'p95 < 1s', 'report-path': 'reports/b.json' }, cwd)
    expect(verdict(await check({ results: 'reports/*.json', thresholds: 'p95 < 1s' }, cwd))).toBe(
      'inconclusive empty-results',
    )
  })
})

const matrixOf = (value: string) => ({
  status: 'success',
  data: {
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: Array.from({ length: 400 }, (_, index) => [Math.floor(Date.now() / 1_000) - 350 + index, value]),
      },
    ],
  },
})
const json = (body: unknown) =>
  respond({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** Answers by what is asked. */
async function startPrometheus(answer: (query: string, form: URLSearchParams) => unknown) {
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request))
    response.setHeader('content-type', 'application/json')
    const query = form.get('query') ?? new URL(request.url ?? '', 'http://x').searchParams.get('query')
    response.end(JSON.stringify(answer(query ?? '', form)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It listens on no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

describe.concurrent('metrics', () => {
  const query = { 'prometheus-queries': 'cpu = avg(cpu)', thresholds: 'prometheus.cpu < 80%' }

  it.each<[string, unknown, string]>([
    ['a value below the limit', matrixOf('0.5'), 'passed ok'],
    ['a value above it', matrixOf('0.9'), 'failed threshold-exceeded'],
    ['nothing', { status: 'success', data: { resultType: 'matrix', result: [] } }, 'inconclusive metrics-empty'],
    ['NaN', matrixOf('NaN'), 'inconclusive not-a-number'],
    [
      'a text',
      { status: 'success', data: { resultType: 'string', result: [0, 'x'] } },
      'inconclusive metrics-ambiguous',
    ],
  ])('%s: %#', async (_, body, expected) => {
    await using server = await startFault(json(body))
    const run = await check({ ...query, 'prometheus-url': server.url, 'prometheus-token': 'k3y-of-the-kingdom' })
    expect(verdict(run)).toBe(expected)
    expect(server.requests().join()).toContain('k3y-of-the-kingdom')
    expect(`${said(run)}${JSON.stringify(run.report)}`).not.toContain('k3y-of-the-kingdom')
  })

  it.each([
    ['', 300],
    ['1m', 60],
  ])('prometheus-window %j is %i s', async (given, seconds) => {
    const windows: number[] = []
    await using server = await startPrometheus((_, form) => {
      windows.push(Number(form.get('end')) - Number(form.get('start')))
      return matrixOf('0.5')
    })
    await check({ ...query, 'prometheus-url': server.url, 'prometheus-window': given })
    expect(windows[0]).toBeCloseTo(seconds, -1)
  })

  it('a percentile in the last bucket is no pass', async () => {
    const buckets = ['0.1', '0.5', '+Inf'].map((le) => ({ metric: { le }, value: [1, '5'] }))
    const vector = { status: 'success', data: { resultType: 'vector', result: buckets } }
    await using server = await startPrometheus((query) =>
      query.includes('histogram_quantile') ? matrixOf('0.5') : vector,
    )
    const run = await check({
      'prometheus-url': server.url,
      'prometheus-queries': 'p95 = histogram_quantile(0.95, sum by (le) (rate(http_bucket[1m])))',
      thresholds: 'prometheus.p95 <= 0.5',
    })
    expect(verdict(run)).toBe('inconclusive saturated-histogram')
  })

  it('a server that is not there, and results that are not, are no pass', async () => {
    const gone = await startFault(faults.silentAccept)
    await gone.close()
    expect(verdict(await check({ ...query, 'prometheus-url': gone.url }))).toBe('inconclusive metrics-unreachable')
    await using server = await startFault(json(matrixOf('0.5')))
    // The time of the load test would be the window.
    expect(verdict(await check({ ...query, 'prometheus-url': server.url, results: 'none.json' }))).toBe(
      'inconclusive no-results',
    )
  })

  it('alerts that are firing fail', async () => {
    const alert = {
      labels: { alertname: 'Slow', severity: 'critical' },
      annotations: {},
      state: 'firing',
      activeAt: '2026-11-21T09:00:00Z',
      value: '1e+00',
    }
    await using server = await startFault(json({ status: 'success', data: { alerts: [alert] } }))
    const run = await check({
      'alerts-url': `${server.url}/api/v1/alerts`,
      thresholds: 'alerts{severity="critical"} == 0',
    })
    expect(verdict(run)).toBe('failed alerts-firing')
    expect(said(run)).toContain('Slow')
  })
})

describe.concurrent('a cancelled job', () => {
  it('ends in time while Prometheus is asked, with report and summary', async () => {
    await using server = await startFault(faults.silentAccept)
    const action = startAction({
      folder,
      inputs: { 'prometheus-url': server.url, 'prometheus-queries': 'cpu = cpu', thresholds: 'prometheus.cpu < 1' },
    })
    while (server.connections() === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    action.cancel()
    const run = meetsContract(await action.done)
    expect(verdict(run)).toBe('inconclusive cancelled')
    expect(run.signal).toBeNull()
  })

  it('ends in time while a large file is read', async () => {
    const cwd = workspace()
    // Packed, it is small on the disk; unpacked, it takes many seconds to read.
    const block = gzipSync(k6(20_000), { level: 9 })
    writeFileSync(join(cwd, 'run.json.gz'), Buffer.concat(Array.from({ length: 3_000 }, () => block)))
    const env = before('process.on("newListener", (name) => { if (name === "SIGINT") console.log("it listens") })')
    const action = startAction({ folder, cwd, env, inputs: { results: 'run.json.gz', thresholds: 'p95 < 1s' } })
    await action.printed('it listens')
    await new Promise((resolve) => setTimeout(resolve, 500))
    action.cancel()
    const run = meetsContract(await action.done)
    expect(verdict(run)).toBe('inconclusive cancelled')
    expect(run.signal).toBeNull()
  })
})

describe.concurrent('reasons that are left', () => {
  it.each<[string, Inputs, string]>([
    ['an unknown endpoint', { results: locust, thresholds: 'p95 of "GET /coffee" < 1s' }, 'unknown-endpoint'],
    ['what is not reported', { results: locust, thresholds: 'dropped_iterations < 1%' }, 'not-reported'],
    ['no times', { results: locust, thresholds: 'p95 < 1s for every 30s' }, 'no-timestamps'],
    ['no times', { results: locust, thresholds: 'p95 < 1s', 'warm-up': '1s' }, 'no-timestamps'],
  ])('%s: %j', async (_, inputs, expected) => {
    expect((await check(inputs)).outputs['reason-code']).toMatch(expected)
  })
})

describe('the closed list of reasons', () => {
  it('was reached, each of them, by a run above, but for defects', () => {
    const missing = Object.keys(reasons).filter((reason) => !seenReasons.has(reason))
    expect(missing).toEqual(['internal-error'])
  })

  it('is the one of the schema, and every one is in the README', () => {
    expect(schema.$defs.reasonCode.enum).toEqual(Object.keys(reasons))
    const readme = readFileSync(join(folder, 'README.md'), 'utf8')
    for (const name of [...Object.keys(reasons), ...Object.keys(inputDefaults), ...outputNames])
      expect(readme).toContain(`\`${name}\``)
  })
})
