import { describe, expect, it } from 'vitest'
import { parseGates } from '../src/gates/parser.ts'
import { judge } from '../src/judging/judge.ts'
import { decide, type Unusable } from '../src/judging/verdict.ts'
import { present } from '../src/present.ts'
import { type Known, rounded } from '../src/quantity.ts'
import { outcomeOf, requests, testOf } from './support/outcome.ts'

/** 1 to 200 ms over 20 s, on two endpoints with long names. */
const test = testOf(
  requests(200, (index) => ({
    name: index % 2 === 0 ? 'GET /api/v2/customers/shipments/export' : 'GET /fast',
    latencyMs: index % 2 === 0 ? 1_100 + index / 10 : 50,
    timeMs: index * 100,
  })),
)

function shown(thresholds: string, more: Partial<Unusable> & Parameters<typeof outcomeOf>[2] = {}) {
  const outcome = outcomeOf(thresholds, test, more)
  const verdict = decide(outcome.judgements, { damage: more.damage, unread: more.unread })
  const { summary, message, errors, warnings } = present({ ...outcome, ...verdict })
  const { icon, headline, lead } = summary
  return { head: `${icon} ${headline}`, lead, message, errors, warnings, blocks: summary.blocks }
}

const requestsRead = '200 requests in 19.9 s (k6-json).'

describe('the head', () => {
  it.each<[string, string, string]>([
    ['p95 < 2s', '✅ passed (1 threshold)', '`p95 < 2s`: 1.12 s.'],
    ['p95 < 2s\nerrors == 0\np50 < 2s', '✅ passed (3 thresholds)', 'Tightest: `errors == 0`: 0.'],
    ['p95 < 600ms', '❌ 1 of 1 threshold failed', '`p95 < 600ms`: 1.12 s.'],
    [
      'p95 of each < 600ms\np95 < 1s\nerrors == 0',
      '❌ 2 of 3 thresholds failed',
      'Worst: `p95 of each < 600ms`: 1.12 s on GET …/shipments/export (1 of 2 endpoints).',
    ],
    [
      'p95 < 1s\np95 of nothing < 1s\nwarn: p50 < 1ms',
      '❌ 1 of 3 thresholds failed, 1 undecided, 1 warning',
      '`p95 < 1s`: 1.12 s.',
    ],
    [
      'p50 < 2s\np95 of nothing < 1s',
      '⚠️ inconclusive (1 of 2 thresholds undecided)',
      '`p95 of nothing < 1s`: no endpoint matches "nothing"; the results have "GET /api/v2/customers/shipments/export", "GET /fast".',
    ],
    ['warn: p50 < 1ms\nerrors == 0', '⚠️ passed (1 of 2 thresholds, 1 warning)', '`errors == 0`: 0.'],
    [
      'p95 < 600ms for every 10s\nerrors == 0',
      '❌ 1 of 2 thresholds failed',
      '`p95 < 600ms for every 10s`: 1.12 s from 10 s to 19.9 s (2 of 2 windows over the limit).',
    ],
  ])('of %j is %s', (thresholds, head, lead) => {
    const found = shown(thresholds)
    expect(found.head).toBe(head)
    expect(found.lead.replaceAll('&#91;', '[').replaceAll('&#58;', ':')).toBe(`${lead} ${requestsRead}`)
  })

  it('has the reason where all thresholds are undecided', () => {
    expect(shown('p95 of nothing < 1s').head).toBe('⚠️ inconclusive (unknown-endpoint)')
  })

  it('says what is wrong with the results once, and not of every threshold', () => {
    const missing = { missing: 'no-results', detail: 'No results file matches "a.csv" (working directory /w)' } as const
    const found = shown('p95 < 1s\np50 < 1s', { test: missing, unread: missing })
    expect(found.head).toBe('⚠️ inconclusive (no-results)')
    expect(found.message).toBe(missing.detail)
    expect(found.lead).toContain('No results file matches "a.csv" (working directory /w).')
    expect(found.errors.map(({ message }) => message)).toEqual([missing.detail])
    expect(found.blocks.join()).not.toContain('a.csv')
  })

  it('of damaged results has their reason, whatever the thresholds say', () => {
    const damage = { missing: 'truncated-results', detail: 'a.json: line 9 is incomplete: the file ends here' } as const
    const found = shown('p95 < 2s\nerrors == 0', { damage })
    expect([found.head, found.lead]).toEqual([
      '⚠️ inconclusive (truncated-results)',
      `a.json&#58; line 9 is incomplete&#58; the file ends here. ${requestsRead}`,
    ])
  })

  it('says what a baseline made of the limit', () => {
    const baseline = testOf(requests(200, (index) => ({ latencyMs: 500, timeMs: index * 100 })))
    const found = shown('p95 <= baseline + 10%', { baseline })
    expect(found.lead).toBe(
      `\`p95 <= baseline + 10%\`&#58; 1.12 s, limit 550 ms, baseline 500 ms (+124 %). ${requestsRead}`.replace(
        '`&#58;',
        '`:',
      ),
    )
    expect(found.errors[0]?.message).toBe('p95 is 1.12 s, expected <= 550 ms (baseline 500 ms)')
  })

  it('on the first run says that a threshold was skipped', () => {
    const none = { missing: 'baseline-missing', detail: 'No baseline file matches "b"' } as const
    const found = shown('p95 <= baseline + 10%\nerrors == 0', { baseline: none })
    expect(found.head).toBe('⚠️ passed (1 of 2 thresholds, 1 skipped: no baseline yet)')
    expect(found.message).toBe('errors is 0, expected == 0; 1 skipped: no baseline yet')
  })

  it('says how exactly a value is known that keeps the one threshold undecided', () => {
    const known: Known = rounded(150, 10, '2 significant digits')
    const coarse = { ...test, all: { ...test.all, percentile: () => known } } as typeof test
    const outcome = outcomeOf('p95 < 150ms', test)
    const judgements = parseGates('p95 < 150ms').map((gate) =>
      judge(gate, {
        ...{ test: coarse, baseline: undefined, baselineMissing: 'warn', minSamples: 1 },
        metrics: { queries: new Map(), alerts: undefined },
      }),
    )
    const { summary } = present({
      ...outcome,
      ...decide(judgements, { damage: undefined, unread: undefined }),
      judgements,
    })
    expect(summary.lead).toContain('`p95 < 150ms`: 150 ms (145 ms to 155 ms, rounded to 2 significant digits).')
  })

  it('escapes the text of a threshold that could end its code', () => {
    expect(shown('p95 of "a`b" < 1s\nerrors == 0').lead).toContain('p95 of "a&#96;b" &#60; 1s: ')
    expect(shown('p95 of "##[group]" < 1s\nerrors == 0').lead).not.toContain('##[')
  })
})

describe('the log and the annotations', () => {
  it('say how many failed and the worst, and each in one sentence', () => {
    const found = shown('p95 of each < 600ms\np95 < 1s\nerrors == 0')
    expect(found.message).toBe(
      '2 of 3 thresholds failed; worst: p95 of "GET /api/v2/customers/shipments/export" is 1.12 s, expected < 600 ms (1 of 2 endpoints)',
    )
    expect(found.errors.map(({ message }) => message)).toEqual([
      'p95 of "GET /api/v2/customers/shipments/export" is 1.12 s, expected < 600 ms (1 of 2 endpoints)',
      'p95 is 1.12 s, expected < 1 s',
    ])
    expect(new Set(found.errors.map(({ nextStep }) => nextStep)).size).toBe(1)
  })

  it.each([
    ['p50 < 2s\np95 < 2s\nerrors == 0', 'All 3 thresholds passed; tightest: errors is 0, expected == 0'],
    ['p95 < 2s\nwarn: p95 < 1s', 'p95 is 1.12 s, expected < 2 s; 1 warning'],
    ['p95 < 1s\np50 < 2s', '1 of 2 thresholds failed: p95 is 1.12 s, expected < 1 s'],
    [
      'p95 of x < 1s\np50 < 2s',
      '1 of 2 thresholds undecided: p95 of x < 1s: no endpoint matches "x"; the results have',
    ],
  ])('of %j say %s', (thresholds, message) => {
    expect(shown(thresholds).message).toContain(message)
  })
})
