import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { isMissing } from '../../src/quantity.ts'
import { readText, recognisers, refusalOf, shown } from '../support/formats/figures.ts'

const folder = path.join(import.meta.dirname, '../fixtures')

/** What files are, by the beginning of their path; the first that fits. Those that are named nowhere are no summary. */
const kinds: readonly (readonly [pattern: RegExp, format: string])[] = [
  [/locust[^/]*\/\w*stats\.csv$/, 'locust-stats'],
  [/locust[^/]*\/\w*stats_history\.csv$/, 'locust-history'],
  [/locust[^/]*\/\w+\.json$/, 'locust-json'],
  [/k6[^/]*\/[\w-]*(?:summary|readable)\.json$/, 'k6-summary'],
  [/jmeter.*\/statistics\.json$/, 'jmeter-statistics'],
  [/artillery[^/]*\/.*\.json$/, 'artillery'],
  [/autocannon[^/]*\/.*\.json$/, 'autocannon'],
  [/oha[^/]*\/.*\.json$/, 'oha-json'],
  [/wrk[^/]*\/.*\.txt$/, 'wrk-text'],
  [/ab-?[^/]*\/.*\.txt$/, 'ab-text'],
  [/ab-?[^/]*\/percentiles\.csv$/, 'ab-csv'],
]

/** What the tools said of some runs: requests, errors, p95. */
const figures: Readonly<
  Record<
    string,
    readonly [count: number | undefined, errors: number | readonly number[] | undefined, p95: string | undefined]
  >
> = {
  'made/ab-trunk/result.txt': [200, 13, '228 [227.5, 228.5]'],
  'made/ab/percentiles.csv': [undefined, undefined, '57.5 [57.499, 57.501]'],
  'made/artillery-1.6/few-samples.json': [1, 0, undefined],
  'made/artillery-1.7/report.json': [202, 12, '140.2 [139.15, 141.25]'],
  'made/jmeter-korean/statistics.json': [25_000, 25, '120 [120, 120]'],
  'made/k6-schema-1.0.0/summary.json': [101, 5, '295 [295, 295]'],
  'made/locust-0.12/run_stats.csv': [200, 6, '130 [125, 135]'],
  'made/locust-0.13/run_stats.csv': [200, 6, '130 [125, 135]'],
  'made/locust-1.0.0/run_stats.csv': [120, 0, '15 [14.5, 15.5]'],
  'made/locust-1.1/run_stats.csv': [200, 6, '130 [125, 135]'],
  'made/locust-percentiles/run_stats.csv': [120, 0, undefined],
  'made/locust-windows/run_stats.csv': [120, 0, '15 [14.5, 15.5]'],
  'made/oha-1.0/result.json': [200, 10, '201.8 [201.8, 201.8]'],
  'made/wrk/units.txt': [1_402_509, [11, 15], undefined],
  'made/wrk2/latency.txt': [3000, 0, '65.944 [65.879, 65.945]'],
  'made/wrk2/uncorrected.txt': [3000, 0, '65.944 [65.879, 65.945]'],
}

const files = existsSync(folder) ? filesIn(folder) : []
const summaries = files.flatMap(([name, text]) =>
  kinds
    .filter(([pattern]) => pattern.test(name))
    .slice(0, 1)
    .map(([, format]) => [name, format, text] as const),
)

describe.runIf(files.length > 0)('the files of real tools and old ones', () => {
  it.each(summaries)('%s is %s', (_, format, text) => {
    expect(recognisers(text)).toEqual([format])
    const { total } = readText(text)
    for (const share of total?.latency.percentiles.keys() ?? []) {
      const quantity = total?.latency.percentiles.get(share)
      expect(quantity !== undefined && !isMissing(quantity) && quantity.low <= quantity.high).toBe(true)
    }
  })

  it.each(
    summaries.flatMap(([name, , text]) => (figures[name] === undefined ? [] : [[name, figures[name], text] as const])),
  )('%s says %j', (_, expected, text) => {
    const { total } = readText(text)
    expect([total?.count, total?.errors ?? total?.errorsWithin, shown(total?.latency, 0.95)]).toEqual(expected)
  })

  it.each(files.filter(([name]) => !kinds.some(([pattern]) => pattern.test(name))))('%s is no summary', (_, text) => {
    expect(recognisers(text)).toEqual([])
    expect(refusalOf(() => readText(text))).toContain('unknown-format: ')
  })
})

/** Locust writes both at the same moments: what the history can only bracket, the statistics know. */
const pairs = files.flatMap(([name, text]) => {
  const history = files.find(
    ([other]) => other === name.replace(/_stats\.csv$/, '_stats_history.csv') && other !== name,
  )
  return history === undefined ? [] : [[name, text, history[1]] as const]
})

describe.runIf(pairs.length > 0)('a history of Locust', () => {
  it.each(pairs)('does not contradict %s', (_, statsText, historyText) => {
    const [stats, history] = [readText(statsText).total, readText(historyText).total]
    if (stats?.count !== history?.count) return
    for (const [share, { low, high }] of history?.latency.percentiles ?? []) {
      const known = stats?.latency.percentiles.get(share)
      expect(known !== undefined && known.low <= high && low <= known.high, `p${share * 100}`).toBe(true)
    }
  })
})

function filesIn(root: string): (readonly [name: string, text: string])[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.gz') && entry.name !== 'truth.json')
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [path.relative(root, file).replaceAll(path.sep, '/'), readFileSync(file, 'utf8')] as const)
}
