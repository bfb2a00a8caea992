import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { notesOnBaseline } from '../../src/judging/baseline.ts'
import { readResults } from '../../src/results/results.ts'
import { saveLoad } from '../../src/results/saved-load.ts'
import { raw, selectors, steady, summary, wholeRun } from '../support/judging/made.ts'
import { filesOf, fixtures, read, verdictOf, whole } from '../support/results/reading.ts'

const header = 'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n'
const hey = `${header}${'0.1,0,0,0,0,0,200,1\n'.repeat(200)}`
const k6 = (name: string) => {
  const tags = { expected_response: 'true', method: 'GET', name, status: '200' }
  const data = { time: '2026-11-21T09:00:00.137Z', value: 5, tags }
  return `${JSON.stringify({ metric: 'http_req_duration', type: 'Point', data })}\n`.repeat(200)
}

describe('the lines of results', () => {
  it('each match a file: a shard that is lost is no green run', async () => {
    const folder = filesOf({ 'shard-1.csv': hey })
    const lines = ['shard-1*.csv', 'shard-2*.csv', 'shard-3*.csv'].map((name) => join(folder, name))
    const missing = await read(lines)
    expect(missing).toMatchObject({
      missing: 'no-results',
      detail: expect.stringMatching(/shard-2\*\.csv".*shard-3\*/),
    })
    expect(missing).toMatchObject({ detail: expect.not.stringContaining('shard-1') })
  })

  it('may match the same file', async () => {
    const folder = filesOf({ 'a.csv': hey })
    expect(await whole([join(folder, '*.csv'), join(folder, 'a.*')])).toMatchObject({ files: [join(folder, 'a.csv')] })
  })

  it.each([
    ['a folder', '.'],
    ['nothing', 'b.csv'],
  ])('name what one of them finds instead: %s', async (_, line) => {
    const folder = filesOf({ 'a.csv': hey })
    const detail = expect.stringContaining(JSON.stringify(join(folder, line)))
    expect(await read([join(folder, 'a.csv'), join(folder, line)])).toMatchObject({ missing: 'no-results', detail })
  })
})

describe('the lines of baseline', () => {
  const baselineOf = (globs: string[]) =>
    readResults({ globs, format: 'auto', reading: wholeRun, workerUrl, mayLack: true })
  const workerUrl = new URL('../../src/worker.ts', import.meta.url)

  it('that match nothing beside one that does are a warning', async () => {
    const folder = filesOf({ 'a.csv': hey })
    const baseline = await baselineOf([join(folder, 'a.csv'), join(folder, 'b.csv')])
    const results = await whole(join(folder, 'a.csv'))
    expect(notesOnBaseline(results, baseline)).toEqual([expect.stringMatching(/^Baseline: .*b\.csv" matches no file/)])
    expect(notesOnBaseline(results, await baselineOf([join(folder, 'a.csv')]))).toEqual([])
  })

  it('that all match nothing are a first run', async () => {
    expect(await baselineOf([join(filesOf({}), '*')])).toMatchObject({ missing: 'no-results' })
  })
})

describe('a result that is there packed and unpacked', () => {
  it.each([
    ['raw', 'run.csv', hey],
    [
      'a report',
      'run.json',
      JSON.stringify({ schemaVersion: 1, action: 'perf-threshold', load: saveLoad(raw(steady(9))) }),
    ],
  ])('%s: it is not counted twice', async (_, name, text) => {
    const folder = filesOf({ [name]: text, [`${name}.gz`]: gzipSync(text) })
    const detail = expect.stringMatching(new RegExp(`${name} and .*${name}\\.gz`))
    expect(await read(join(folder, 'run*'))).toMatchObject({ missing: 'ambiguous-format', detail })
    expect(await whole(join(folder, '*.gz'))).toMatchObject({ files: [join(folder, `${name}.gz`)] })
  })

  it('is known by the file that a link leads to', async () => {
    const folder = filesOf({ 'run.csv': hey, 'run.csv.gz': gzipSync(hey) })
    symlinkSync('run.csv', join(folder, 'z-latest.csv'))
    expect(await read(join(folder, '*'))).toMatchObject({ missing: 'ambiguous-format' })
  })
})

describe('a line of include or exclude that matches no endpoint', () => {
  const folder = filesOf({ 'k6.json': k6('/a') + k6('/b') })
  const file = join(folder, 'k6.json')

  it.each([
    [{ include: selectors('"GET /a"', '/checkuot') }, ['include: "/checkuot" matches no endpoint']],
    [{ exclude: selectors('"GET /x*"', '/a') }, ['exclude: "GET /x*" matches no endpoint']],
    [{ include: selectors('/A$/i'), exclude: selectors('/c$/') }, ['exclude: "/c$/" matches no endpoint']],
    [{ include: selectors('/a', '/b') }, []],
    [{}, []],
  ])('is a warning: %j', async (reading, warnings) => {
    const found = await whole(file, reading)
    expect(found.warnings).toEqual(warnings.map((warning) => expect.stringContaining(warning)))
  })

  it('is one as well in a summary', async () => {
    const { warnings } = await whole(join(fixtures, 'real/locust-2.47.0/workers_stats.csv'), {
      exclude: selectors('none'),
    })
    expect(warnings).toEqual([expect.stringContaining('exclude: "none" matches no endpoint')])
  })
})

describe('format', () => {
  const both = () => filesOf({ 'a.csv': hey, 'k6.json': k6('/a'), 'b.csv': hey })

  it('chooses among the files that are there; the others are named', async () => {
    const folder = both()
    const found = await whole(join(folder, '*'), { format: 'hey-csv' })
    expect(found).toMatchObject({ format: 'hey-csv', files: [join(folder, 'a.csv'), join(folder, 'b.csv')] })
    expect(found.notes).toContainEqual(
      expect.stringMatching(/k6\.json was left out: it is k6-json, but format is hey-csv/),
    )
    expect(await read(join(folder, '*'))).toMatchObject({ missing: 'ambiguous-format' })
  })

  it("takes Locust's history although the statistics are beside it", async () => {
    const found = await whole(join(fixtures, 'real/locust-2.47.0/run_*.csv'), { format: 'locust-history' })
    expect(found.files).toEqual([expect.stringMatching(/run_stats_history\.csv$/)])
    expect(found.notes.join('\n')).toMatch(/run_stats\.csv was left out: it is locust-stats/)
  })

  it('that no file has is told with what is there', async () => {
    const detail = expect.stringMatching(/a\.csv is hey-csv.*k6-json.*format is ab-text/)
    expect(await read(join(both(), '*'), { format: 'ab-text' })).toMatchObject({ missing: 'unknown-format', detail })
  })

  it('lets nothing pass that cannot be recognised', async () => {
    const folder = filesOf({ 'a.csv': hey, 'b.csv': 'everything went well' })
    expect(await read(join(folder, '*'), { format: 'hey-csv' })).toMatchObject({ missing: 'unknown-format' })
  })
})

it('reports of several tools are named', async () => {
  const report = (load: object) => JSON.stringify({ schemaVersion: 1, action: 'perf-threshold', load })
  const folder = filesOf({
    'one.json': report(saveLoad(raw(steady(9)))),
    'two.json': report(saveLoad(summary({}))),
  })
  const detail = expect.stringMatching(/one\.json.* k6-json.*two\.json.* locust-stats/)
  expect(await read(join(folder, '*'))).toMatchObject({ missing: 'ambiguous-format', detail })
})

it('endpoints whose names differ only behind 2000 characters are two, and found by them', async () => {
  const names = ['a', 'b'].map((end) => `/${'x'.repeat(3_000)}${end}`)
  const found = await whole(join(filesOf({ 'k6.json': names.map(k6).join('') }), '*'))
  expect(found.test.endpoints.map(({ population }) => population.count)).toMatchObject([{ value: 200 }, { value: 200 }])
  expect(verdictOf(`count of "GET ${names[1]}" == 200`, found)).toBe('passed')
  expect(verdictOf(`count of "${names[0]}" == 200`, found)).toBe('passed')
})
