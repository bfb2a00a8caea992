import { join } from 'node:path'
import { hostileText } from '@deploy-safety/simulators/hostile-text'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMissing } from '../../src/quantity.ts'
import type { Load } from '../../src/results/load.ts'
import { mergeLoads } from '../../src/results/merge.ts'
import { parseReport, saveLoad } from '../../src/results/saved-load.ts'
import { Unreadable } from '../../src/unreadable.ts'
import { judged, raw, seen, steady, summary, upTo } from '../support/judging/made.ts'
import { filesOf, fixtures, read, whole } from '../support/results/reading.ts'

type Json = Record<string, unknown>

const real = (file: string) => whole(join(fixtures, 'real', file))
const jmeter = (await real('jmeter-5.6.3/results.jtl')).load
const histogram = (await real('locust-2.47.0/run.json')).load
const numbers = (await real('locust-2.47.0/run_stats.csv')).load
const long = raw([
  ...steady(3_000, { ms: upTo(900), failed: (index) => index % 7 === 0 }),
  ...steady(3_000, { name: 'GET /b' }),
])
const loads = { jmeter, histogram, numbers, long }

function reportOf(load: Load): Json & { load: Json } {
  return JSON.parse(JSON.stringify({ schemaVersion: 1, action: 'perf-threshold', load: saveLoad(load) }))
}

/** Puts a value where a path leads. */
function put(document: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(document)) return document.toSpliced(Number(key), 1, put(document[Number(key)], rest, value))
  const record = document as Json
  return { ...record, [key]: put(record[key], rest, value) }
}

/** What is said of a report that was changed. */
function refusal(load: Load, path: string, value: unknown): string {
  const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key))
  const text = JSON.stringify(put(reportOf(load), keys, value))
  try {
    parseReport(text)
    return 'it was read'
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return `${error.finding}: ${error.message}`
  }
}

const exact = (low: number, high = low, value: number | undefined = low) => ({
  ...{ value, low, high, fidelity: { kind: 'exact' } },
})
const rough = (low: number, high: number, value?: number) => ({
  ...exact(low, high, value),
  fidelity: { kind: 'windowed', samples: 9 },
})

describe('a report that says what cannot be', () => {
  it.each<[keyof typeof loads, string, unknown]>([
    // Of buckets.
    ['jmeter', 'load.cells.0.6', '3000000000 3000000000'],
    ['jmeter', 'load.cells.0.6', '4294967296'],
    ['jmeter', 'load.cells.0.6', '99999999999999999999'],
    ['jmeter', 'load.cells.0.6', String(0x7ff << 12)],
    ['jmeter', 'load.cells.0.6', '1,2'],
    ['jmeter', 'load.cells.0.6', ''],
    ['jmeter', 'load.cells.0.6', 5],
    ['jmeter', 'load.cells.0.7', '0'],
    ['jmeter', 'load.cells.0.7', '-1'],
    ['jmeter', 'load.cells.0.7', '1.5'],
    ['jmeter', 'load.cells.0.7', '9999999999'],
    // Of the rest of a cell.
    ['jmeter', 'load.cells.0.0', 99],
    ['jmeter', 'load.cells.0.0', -1],
    ['jmeter', 'load.cells.0.0', 0.5],
    ['jmeter', 'load.cells.0.1', 7],
    ['jmeter', 'load.cells.0.1', '0'],
    ['jmeter', 'load.cells.0.2', 0],
    ['jmeter', 'load.cells.0.2', 1e300],
    ['jmeter', 'load.cells.0.2', 'now'],
    ['jmeter', 'load.cells.0.3', 0],
    ['jmeter', 'load.cells.0.3', 1e9],
    ['jmeter', 'load.cells.0.4', 1e9],
    ['jmeter', 'load.cells.0.5', 0],
    ['jmeter', 'load.cells.0', [0, 0, 0]],
    ['jmeter', 'load.cells.0', null],
    ['jmeter', 'load.cells', {}],
    // Of all of them.
    ['jmeter', 'load.range', undefined],
    ['jmeter', 'load.range.startMs', 2e12],
    ['jmeter', 'load.range.endMs', 0],
    ['jmeter', 'load.range.startMs', 'x'],
    ['jmeter', 'load.widthMs', undefined],
    ['jmeter', 'load.widthMs', 0],
    ['jmeter', 'load.widthMs', 1],
    ['jmeter', 'load.widthMs', 3_000],
    ['jmeter', 'load.widthMs', 1e300],
    ['jmeter', 'load.mantissaBits', 0],
    ['jmeter', 'load.mantissaBits', 13],
    ['jmeter', 'load.mantissaBits', 1.5],
    ['jmeter', 'load.hasTimes', false],
    ['jmeter', 'load.tellsFailures', 'yes'],
    ['jmeter', 'load.omitsFailures', 0],
    ['jmeter', 'load.clock', 'sand'],
    ['jmeter', 'load.timeOf', 'noon'],
    ['jmeter', 'load.roundedToMs', -1],
    ['jmeter', 'load.roundedToMs', 0],
    ['jmeter', 'load.damageCount', 3],
    ['jmeter', 'load.damage', [{ file: 'a', finding: 'ok', detail: '' }]],
    ['jmeter', 'load.leftOut.setup', 0.5],
    ['jmeter', 'load.endpoints', []],
    ['jmeter', 'load.endpoints.0.name', 5],
    ['jmeter', 'load.format', 'sahara'],
    ['jmeter', 'load.kind', 'guessed'],
    ['jmeter', 'load.kind', 'reported'],
    ['long', 'load.seconds.cells', []],
    ['long', 'load.seconds.cells.0.7', '1'],
    ['long', 'load.seconds.widthMs', 500],
    ['long', 'load.endpoints.1.name', 'GET /'],
    // Of the numbers of a tool.
    ['numbers', 'load.total.count', -5],
    ['numbers', 'load.total.errors', 1e9],
    ['numbers', 'load.total.count', 1.5],
    ['numbers', 'load.total.throughput', -5],
    ['numbers', 'load.total', null],
    ['numbers', 'load.total.latency.percentiles', [[0.95, rough(0, 0.5, 5_000)]]],
    ['numbers', 'load.total.latency.percentiles', [[0.95, rough(5_000, 0.5)]]],
    ['numbers', 'load.total.latency.percentiles', [[0.95, exact(0, 5)]]],
    [
      'numbers',
      'load.total.latency.percentiles',
      [
        [0.5, exact(9)],
        [0.95, exact(8)],
      ],
    ],
    [
      'numbers',
      'load.total.latency.percentiles',
      [
        [0.99, rough(1, 2)],
        [0.95, rough(3, 4)],
      ],
    ],
    [
      'numbers',
      'load.total.latency.percentiles',
      [
        [0.95, exact(8)],
        [0.95, exact(8)],
      ],
    ],
    ['numbers', 'load.total.latency.percentiles', [[1e308, exact(8)]]],
    ['numbers', 'load.total.latency.percentiles', [[0.95]]],
    ['numbers', 'load.total.latency.percentiles', [[0.95, { ...exact(8), fidelity: { kind: 'rounded' } }]]],
    ['numbers', 'load.total.latency.minimum', exact(1e9)],
    ['numbers', 'load.total.latency.maximum', exact(0)],
    ['numbers', 'load.format', 'report'],
    ['numbers', 'load.endedAt', 0],
    ['numbers', 'load.notes', [5]],
    ['histogram', 'load.total.latency.histogram.values', [[1_000, 1, 0, 0.1]]],
    [
      'histogram',
      'load.total.latency.histogram.values',
      [
        [10, 5, 9, 11],
        [10, 7, 9, 11],
      ],
    ],
    ['histogram', 'load.total.latency.histogram.values', [[10, -5, 9, 11]]],
    ['histogram', 'load.total.latency.histogram.values', [[10, 0.5, 9, 11]]],
    ['histogram', 'load.total.latency.histogram.values', [[10, 0, 9, 11]]],
    ['histogram', 'load.total.latency.histogram.values', [[10, 1e9, 9, 11]]],
    ['histogram', 'load.total.latency.histogram.values', [[10]]],
    ['histogram', 'load.total.latency.histogram.values', [['a', 1, 1, 1]]],
    ['histogram', 'load.total.latency.histogram.values', [[10, 1, 9, 11, 5]]],
    // Of another version.
    ['jmeter', 'schemaVersion', 2],
    ['jmeter', 'schemaVersion', '1'],
    ['jmeter', 'schemaVersion', undefined],
  ])('%s, %s: %j is refused, and the place is named', (name, path, value) => {
    const load = path === 'load.endedAt' ? summary({}, {}, { startedAt: 5, endedAt: 6 }) : loads[name]
    expect(refusal(load, path, value)).toMatch(/^malformed-results: \$\.\w+/)
  })

  it('may have millions of numbers: that is no crash', () => {
    const ones = Array(3_000_000).fill('1').join(' ')
    expect(refusal(jmeter, 'load.cells.0.7', ones)).toMatch(/^malformed-results: \$\.load\.cells\[0\]\[7\] /)
  })

  it('is named with its file, and is no pass', async () => {
    const text = JSON.stringify(put(reportOf(jmeter), ['load', 'cells', 0, 6], '4294967295 1'))
    const missing = await read(join(filesOf({ 'shard.json': text }), '*'))
    expect(missing).toMatchObject({
      missing: 'malformed-results',
      detail: expect.stringMatching(/shard\.json: \$\.load\.cells\[0\]\[6\] /),
    })
  })
})

/** All paths to what has no members. */
function leaves(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}

const anything = fc.oneof(
  ...[fc.integer(), fc.double(), fc.nat(9), fc.boolean(), fc.string(), fc.constant(null)],
  fc.array(fc.nat(0xffff_ffff), { maxLength: 5 }).map((list) => list.join(' ')),
  fc.constantFrom(...hostileText.split('\n').slice(0, 5)),
)

/** Asks for everything, so that whatever would be thrown is thrown here. */
function expectSound(load: Load): void {
  const test = seen(load)
  if ('missing' in test) return
  for (const { percentile } of [test.all, ...test.endpoints.map(({ population }) => population)]) {
    for (const share of [0.01, 0.5, 0.9, 0.95, 0.99]) {
      const known = percentile(share)
      if (isMissing(known)) continue
      expect(known.low).toBeLessThanOrEqual(known.value ?? known.low)
      expect(known.high).toBeGreaterThanOrEqual(known.value ?? known.low)
    }
  }
  for (const gate of [
    'p95 < 1ms for every 8s',
    'throughput > 1/s for every 16s',
    'apdex(5ms) > 0.5',
    'p50 of each < 1ms',
  ])
    expect(judged(gate, load, { minSamples: 0 }).verdict).toBeTypeOf('string')
  saveLoad(mergeOf(load))
}

function mergeOf(load: Load): Load {
  try {
    return mergeLoads([load, load])
  } catch (error) {
    if (error instanceof Unreadable) return load
    throw error
  }
}

describe('a report in which one thing was changed', () => {
  it.each(Object.entries(loads))('%s: it is refused, or its numbers go together', (_, load) => {
    const report = reportOf(load)
    const paths = leaves(report.load)
    fc.assert(
      fc.property(fc.nat(paths.length - 1), anything, (at, value) => {
        const text = JSON.stringify({ ...report, load: put(report.load, paths[at] ?? [], value) })
        let changed: Load
        try {
          changed = parseReport(text)
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error
          return
        }
        expectSound(changed)
      }),
      { numRuns: 60 },
    )
  })

  it.each(Object.entries(loads))('%s: as it was, and merged with itself, it goes on to be read', (_, load) => {
    const once = parseReport(JSON.stringify(reportOf(load)))
    expectSound(once)
    expect(() => parseReport(JSON.stringify(reportOf(mergeOf(once))))).not.toThrow()
  })
})
