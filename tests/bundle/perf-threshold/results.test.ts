import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { startFault } from '@deploy-safety/simulators/fault-server'
import { faults } from '@deploy-safety/simulators/faults'
import { hostileText } from '@deploy-safety/simulators/hostile-text'
import { type ActionRun, startAction } from '@deploy-safety/simulators/runner'
import { describe, expect, it } from 'vitest'
import { verdict } from '../bundle.ts'
import { check, folder, hey, heyHeader, k6, locust, meetsContract, real, said, workspace } from './run.ts'

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

  it('damage is what the annotation says, whatever thresholds are open as well', async () => {
    const run = await check(
      { results: 'r.json', thresholds: 'p95 of nothing < 1s' },
      workspace({ 'r.json': points.slice(0, -40) }),
    )
    expect(run.annotations).toMatchObject([{ kind: 'error', title: 'perf-threshold: truncated-results' }])
    expect(said(run)).toMatch(/r\.json: line 200: .*the file ends here/)
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
    expect(said(run)).toMatch(/r\.csv: cannot be read: permission denied/)
  })

  it.runIf(process.platform === 'linux')('nor is one that cannot be read for another reason a crash', async () => {
    const run = await check({ results: '/proc/self/mem', thresholds: 'p95 < 1s' })
    expect(verdict(run)).toBe('inconclusive no-results')
    expect(said(run)).toMatch(/mem: cannot be read: i\/o error/)
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
    expect(said(same)).toContain('not statistically significant')
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

  it('one that is lost is missed, and the line that should have found it is named', async () => {
    const cwd = workspace({ 'shard-1.csv': hey(200) })
    const run = await check({ results: 'shard-1.csv\nshard-2.csv', thresholds: 'p95 < 1s' }, cwd)
    expect(verdict(run)).toBe('inconclusive no-results')
    expect(said(run)).toMatch(
      /No results file matches "shard-2\.csv" \(the other lines match 1 file\) \(working directory /,
    )
  })

  it('of a baseline, one that is lost is a warning', async () => {
    const cwd = workspace({ 'now.csv': hey(200), 'then-1.csv': hey(200) })
    const run = await check(
      { results: 'now.csv', baseline: 'then-1.csv\nthen-2.csv', thresholds: 'p95 <= baseline + 10%' },
      cwd,
    )
    expect(verdict(run)).toBe('passed ok')
    expect(run.annotations).toMatchObject([{ kind: 'warning', message: 'Baseline: "then-2.csv" matches no file.' }])
  })

  it('one whose report was changed by hand decides nothing', async () => {
    const cwd = workspace({ 'run.csv': hey(200, () => 5) })
    await check({ results: 'run.csv', thresholds: 'count == 200', 'report-path': 'report.json' }, cwd)
    const report = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'))
    report.load.cells[0][6] = '0'
    const forged = workspace({ 'report.json': JSON.stringify(report) })
    const run = await check({ results: 'report.json', thresholds: 'p95 < 1s' }, forged)
    expect(verdict(run)).toBe('inconclusive malformed-results')
    expect(said(run)).toContain('$.load.cells[0]')
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

describe.concurrent('a job that is cancelled while Prometheus is asked', () => {
  it('has in its report what was read by then', async () => {
    await using server = await startFault(faults.silentAccept)
    const cwd = workspace({ 'run.json': k6(200) })
    const thresholds = 'p95 < 500ms\nwarn: p50 < 1s\nprometheus.cpu < 1'
    const asked = { 'prometheus-url': server.url, 'prometheus-queries': 'cpu = cpu' }
    const action = startAction({ folder, cwd, inputs: { results: 'run.json', thresholds, ...asked } })
    while (server.connections() === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    action.cancel()
    const run = meetsContract(await action.done)
    expect(verdict(run)).toBe('inconclusive cancelled')
    expect(run.outputs).toMatchObject({ samples: '200', 'p95-ms': '109', 'failed-thresholds': '[]' })
    const open = { judgement: 'undecided', reasonCode: 'cancelled' }
    expect(run.report).toMatchObject({ files: ['run.json'], thresholds: [open, open, open], figures: { count: 200 } })
    expect(run.annotations).toMatchObject([{ kind: 'error', title: 'perf-threshold: cancelled' }])
    // It goes on to be a shard, or a baseline.
    const again = await check({ results: run.outputs.report ?? '', thresholds: 'count == 200' }, cwd)
    expect(verdict(again)).toBe('passed ok')
  })
})
