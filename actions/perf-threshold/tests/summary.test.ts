import { hostileText } from '@deploy-safety/simulators/hostile-text'
import { describe, expect, it } from 'vitest'
import { ReportedTest } from '../src/load-test/reported-test.ts'
import type { Outcome } from '../src/outcome.ts'
import { exactly, type Fidelity, type Quantity, rounded } from '../src/quantity.ts'
import { renderSummary } from '../src/summary.ts'
import { endpointViews, figuresOf } from '../src/view.ts'
import { outcomeOf, type Request, requests, testOf } from './support/outcome.ts'

function summaryOf(outcome: Outcome): string {
  const test = outcome.results?.test
  return renderSummary(outcome, test && figuresOf('all', test.all), test ? endpointViews(test.endpoints) : []).join(
    '\n\n',
  )
}

function summarise(thresholds: string, all: readonly Request[]): string {
  return summaryOf(outcomeOf(thresholds, testOf(all)))
}

/** The cells of the rows of the table with this header, without the blanks that only keep a line together. */
function rowsBelow(header: string, summary: string): string[][] {
  const lines = summary.replaceAll('\u00a0', ' ').split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`))
  const rows = lines.slice(start + 2)
  const end = rows.findIndex((line) => !line.startsWith('|'))
  return rows.slice(0, end < 0 ? undefined : end).map((line) => line.slice(2, -2).split(' | '))
}

const hostileLines = hostileText.split('\n')
const thresholdsOf = (summary: string) => rowsBelow('Judgement', summary)
const endpointsOf = (summary: string) => rowsBelow('Endpoint', summary)

/** 1 to 200 ms, in turn. */
const even = requests(200, (index) => ({ latencyMs: index + 1, timeMs: index * 100 }))

describe('the thresholds', () => {
  it('stand with the failed ones first, and of each kind the worst margin', () => {
    const gates = [
      'p50 < 150ms',
      'warn: p50 < 1ms',
      'p95 < 180ms',
      'p95 of "/nowhere" < 1s',
      'p95 < 100ms',
      'errors == 0',
      'warn: p99 < 1s',
    ]
    const rows = thresholdsOf(summarise(gates.join('\n'), even))
    expect(rows.map(([verdict, gate]) => [verdict, gate])).toEqual([
      ['❌ failed', 'p95 &#60; 100ms'],
      ['❌ failed', 'p95 &#60; 180ms'],
      ['⚠️ undecided', 'p95 of "/nowhere" &#60; 1s'],
      ['⚠️ over limit (warning only)', 'p50 &#60; 1ms'],
      ['✅ passed', 'errors == 0'],
      ['✅ passed', 'p50 &#60; 150ms'],
      ['✅ passed', 'p99 &#60; 1s'],
    ])
  })

  it('have value and margin at the right, and nothing that says nothing or what the head says', () => {
    const summary = summarise('p95 < 180ms\nerrors == 0', even)
    expect(summary.split('\n').slice(0, 4)).toEqual([
      '| Judgement | Threshold | Value | Margin |',
      '| --- | --- | ---: | ---: |',
      '| ❌\u00a0failed | p95 &#60; 180ms | 190\u00a0ms | −5.58\u00a0% |',
      '| ✅\u00a0passed | errors == 0 | 0 | – |',
    ])
  })

  it('have no table when there is one, since the head says all of it', () => {
    expect(summarise('p95 < 180ms', even)).not.toContain('Judgement')
  })

  it('below a limit they should be above say so', () => {
    const rows = thresholdsOf(summarise('warn: throughput >= 200/s\np50 < 1s', even))
    expect(rows[0]?.slice(0, 3)).toEqual(['⚠️ below limit (warning only)', 'throughput &#62;= 200/s', '10.1/s'])
  })

  it('say which endpoint is the worst, and that it is not alone', () => {
    const all = requests(300, (index) => ({ name: `GET /${index % 3}`, latencyMs: 100 * (1 + (index % 3)) }))
    const [row] = thresholdsOf(summarise('p95 of each < 150ms\np95 of "GET /0" < 1s', all))
    expect(row).toEqual([
      '❌ failed',
      'p95 of each &#60; 150ms',
      '300 ms',
      '−100 %',
      '100',
      'GET /2 (2 of 3 endpoints)',
    ])
  })

  it('name up to ten endpoints over the limit, the worst first', () => {
    const all = requests(3_000, (index) => ({ name: `GET /${index % 15}`, latencyMs: 100 * (1 + (index % 15)) }))
    const summary = summarise('p95 of each < 250ms\np95 of each < 10s\np95 < 1s', all)
    const lines = summary.split('\n').filter((line) => line.startsWith('- '))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^- p95 of each &#60; 250ms&#58; GET \/14 \(1.5 s\), GET \/13 /)
    expect(lines[0]).toMatch(/GET \/5 \(600 ms\), and 3 more$/)
  })

  it('name the windows over the limit', () => {
    const isSlow = (index: number) => index < 100 || (index >= 200 && index < 300)
    const all = requests(400, (index) => ({ latencyMs: isSlow(index) ? 900 + index : 100, timeMs: index * 100 }))
    const summary = summarise('p95 < 500ms for every 10s\np95 < 5s', all)
    expect(summary).toMatch(
      /- p95 &#60; 500ms for every 10s&#58; from 20 s to 30 s \(1.19 s\), from 0 s to 10 s \(994 ms\)\n/,
    )
    expect(thresholdsOf(summary)[0]?.at(-1)).toBe('from 20 s to 30 s (2 of 4 windows over the limit)')
  })

  it('say in which window it was', () => {
    const all = requests(400, (index) => ({ latencyMs: index >= 200 && index < 300 ? 900 : 100, timeMs: index * 100 }))
    expect(thresholdsOf(summarise('p95 < 500ms for every 10s\np95 < 5s', all))[0]).toContain(
      'from 20 s to 30 s (1 of 4 windows over the limit)',
    )
  })

  it.each([
    [500.0004, '500.0004 ms'],
    [499.961_234_5, '499.961 ms'],
    [123.456_789, '123 ms'],
    [1_234.567, '1.23 s'],
    [500, '500 ms'],
  ])('show of %d as many digits as it takes to tell it from its limit', (latencyMs, shown) => {
    const all = requests(100, () => ({ latencyMs }))
    expect(thresholdsOf(summarise('p95 <= 500ms\nwarn: errors > 0', all)).map(([, , value]) => value)).toContain(shown)
  })

  it('say below the table why they are undecided, those with the same reason in one line', () => {
    const summary = summarise('p95 of "/nowhere" < 1s\np99 of "/nowhere" < 2s\np95 < 1s', even)
    expect(thresholdsOf(summary)[0]?.at(-1)).toBe('unknown-endpoint')
    expect(summary).toContain(
      '- ⚠️ p95 of "/nowhere" &#60; 1s, p99 of "/nowhere" &#60; 2s&#58; no endpoint matches "/nowhere"; the results have "GET /"',
    )
  })

  it('have the change against the baseline when there is one', () => {
    const baseline = testOf(even.map(({ latencyMs }) => ({ latencyMs: latencyMs / 2 })))
    const outcome = outcomeOf('p95 <= baseline + 10%\np95 < 1s', testOf(even), { baseline })
    const [broken, held] = thresholdsOf(summaryOf(outcome))
    expect(broken).toEqual([
      ...['❌ failed', 'p95 &#60;= baseline + 10%', '190 ms', '105 ms', '−81.8 %', '95 ms (+100 %)'],
    ])
    expect(held?.[5]).toBe('–')
  })

  it('are cut where there are hundreds', () => {
    const gates = Array.from({ length: 150 }, (_, index) => `p95 < ${index + 1}ms`).join('\n')
    const summary = summarise(gates, even)
    expect(thresholdsOf(summary)).toHaveLength(100)
    expect(summary).toContain('50 more thresholds are in the report only.')
  })
})

describe('numbers that are not exact', () => {
  const reported = (p95: Quantity, p50 = p95) => {
    const latency = {
      percentiles: new Map([
        [0.95, p95],
        [0.5, p50],
      ]),
      ...{ average: undefined, minimum: undefined, maximum: undefined },
    }
    const stats = { count: 1_000, errors: 0, throughput: 10, latency }
    const endpoint = { name: 'GET /', shortName: '/', stats }
    const options = { onlySuccessful: false, method: 'linear', includes: () => true } as const
    return new ReportedTest({ total: stats, endpoints: [endpoint], notes: [] }, options)
  }
  const known = (fidelity: Fidelity): Quantity => ({ value: 480, low: 450, high: 510, fidelity })

  it.each<[Fidelity, string]>([
    [{ kind: 'rounded', to: '2 significant digits' }, 'rounded to 2 significant digits'],
    [{ kind: 'bucketed', percent: 5 }, 'bucketed ±5 %'],
    [{ kind: 'windowed', samples: 20_000 }, 'windowed (last 20,000)'],
    [{ kind: 'bracketed', from: 'p90', to: 'p97.5' }, 'bracketed &#91;p90, p97.5&#93;'],
  ])('%o stands beside its value, and is explained where it keeps a threshold undecided', (fidelity, shown) => {
    const summary = summaryOf(outcomeOf('p95 < 1s\np95 < 500ms', reported(known(fidelity))))
    expect(thresholdsOf(summary).map((row) => row[4])).toEqual([
      `450 ms to 510 ms, ${shown}`,
      expect.stringContaining(shown),
    ])
    expect(summary).toContain(`- ${shown}&#58; `)
    expect(summaryOf(outcomeOf('p95 < 1s\np95 < 2s', reported(known(fidelity))))).not.toMatch(/^- /m)
  })

  it('make no column when no threshold is about them', () => {
    const outcome = outcomeOf('error_rate < 1%\nerrors == 0', reported(rounded(480, 10, '2 significant digits')))
    expect(summaryOf(outcome)).not.toContain('Precision')
  })

  it('stand beside those that are exact', () => {
    const outcome = outcomeOf('p50 < 1s\nerrors == 0', reported(exactly(480), rounded(40, 1, 'whole ms')))
    expect(thresholdsOf(summaryOf(outcome)).map((row) => row.at(-1))).toEqual(['exact', 'rounded to whole ms'])
  })

  it('have their bounds where those are wide', () => {
    const wide: Quantity = { value: 100, low: 0, high: 400, fidelity: { kind: 'windowed', samples: 20_000 } }
    expect(thresholdsOf(summaryOf(outcomeOf('p95 < 500ms\nerrors == 0', reported(wide)))).at(-1)).toEqual([
      ...['✅ passed', 'p95 &#60; 500ms', '100 ms', '+20 %', '0 ms to 400 ms, windowed (last 20,000)'],
    ])
  })

  it('have their bounds where those keep a threshold open, and no margin', () => {
    const outcome = outcomeOf('p95 < 500ms\nerror_rate < 1%', reported(rounded(500, 10, '2 significant digits')))
    expect(thresholdsOf(summaryOf(outcome))[0]).toEqual([
      ...['⚠️ undecided', 'p95 &#60; 500ms', '500 ms', '–'],
      ...['495 ms to 505 ms, rounded to 2 significant digits', 'rounded-too-coarsely'],
    ])
  })
})

describe('the endpoints', () => {
  const many = (count: number) =>
    testOf(
      requests(count * 20, (index) => ({
        name: `GET /${index % count}`,
        latencyMs: 1 + (index % count),
        failed: index === 0,
      })),
    )

  it('are all there when they are few, below the row of all', () => {
    const rows = endpointsOf(summaryOf(outcomeOf('p95 < 1s', many(3))))
    expect(rows.map(([name]) => name)).toEqual(['**all**', 'GET /2', 'GET /1', 'GET /0'])
    expect(rows[3]).toEqual(['GET /0', '1 ms', '1 (5 %)', '20', '1 ms', '1 ms', '1 ms'])
  })

  it('are one row when there is one', () => {
    expect(endpointsOf(summarise('p95 < 1s', even))).toEqual([
      ['GET /', '190 ms', '0', '200', '101 ms', '198 ms', '200 ms'],
    ])
  })

  it('are cut to the thirty slowest, most of them under a fold', () => {
    const summary = summaryOf(outcomeOf('p95 < 1s', many(60)))
    const names = [...summary.matchAll(/^\| GET \/(\d+)/gm)].map(([, name]) => Number(name))
    expect(names).toEqual(Array.from({ length: 30 }, (_, index) => 59 - index))
    expect(endpointsOf(summary)).toHaveLength(11)
    expect(summary).toContain('<summary>The next 20 endpoints</summary>')
    expect(summary).toContain('30 faster endpoints are in the report only')
  })
})

describe('what is foreign', () => {
  it('cannot act, in names, notes and warnings', () => {
    const all = requests(400, (index) => ({ name: hostileLines[index % hostileLines.length] ?? '', latencyMs: index }))
    const outcome = outcomeOf('p95 of each < 1ms\np95 of "nope" < 1s', testOf(all), {
      minSamples: 1,
      notes: hostileLines,
      warnings: hostileLines,
    })
    const summary = summaryOf(outcome)
    const code = summary.replace(/^```(mermaid|text)\n.*?^```$/gms, '')
    expect(code).not.toMatch(/<(?!\/?(?:details|summary)>)|##\[|^::|!\[|\]\(|\r|[\u202a-\u202e\u2066-\u2069]/m)
    for (const line of code.split('\n').filter((text) => text.startsWith('|'))) {
      expect([6, 7]).toContain(line.split('|').length - 2)
    }
  })

  it('keeps a warning sign that GitHub shows as a picture', () => {
    const outcome = outcomeOf('p95 < 1s', testOf(even), { warnings: ['the end is missing'] })
    expect(summaryOf(outcome)).toContain('- ⚠️ the end is missing')
  })
})

it('stays far below what GitHub shows, with thousands of endpoints and thresholds with long names', () => {
  const long = (index: number) => `GET /${`${index}-`.repeat(400)}`
  const all = requests(6_000, (index) => ({ name: long(index % 3_000), latencyMs: index % 700, timeMs: index * 10 }))
  const gates = Array.from({ length: 500 }, (_, index) => `p95 of "${long(index)}" < 1ms`).join('\n')
  const notes = Array.from({ length: 1_000 }, (_, index) => `${index}: ${'x'.repeat(900)}`)
  const outcome = outcomeOf(`p95 of each < 10ms\n${gates}`, testOf(all), { notes, warnings: notes })
  expect(Buffer.byteLength(summaryOf(outcome))).toBeLessThan(200_000)
})

it('is nearly nothing when nothing was read', () => {
  const nothing = { missing: 'no-results', detail: 'no file matches "a.csv"' } as const
  const outcome = outcomeOf('p95 < 1s', testOf(even), { test: nothing })
  const summary = summaryOf({ ...outcome, results: undefined })
  expect(summary).toBe('- ⚠️ p95 &#60; 1s&#58; no file matches "a.csv"')
  expect(endpointsOf(summary)).toEqual([])
  expect(summary).not.toContain('```')
})
