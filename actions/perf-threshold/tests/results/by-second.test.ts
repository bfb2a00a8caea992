import { describe, expect, it } from 'vitest'
import type { Load, SampledLoad } from '../../src/results/load.ts'
import { mergeLoads } from '../../src/results/merge.ts'
import { parseReport, saveLoad } from '../../src/results/saved-load.ts'
import { judged, raw, selectors, steady, verdict } from '../support/judging/made.ts'

/** Written into a report and read again. */
function saved(load: Load): SampledLoad {
  const read = parseReport(JSON.stringify({ schemaVersion: 1, action: 'perf-threshold', load: saveLoad(load) }))
  if (read.kind !== 'sampled') throw new Error('Requests became numbers')
  return read
}

// Ten minutes, whose endpoints a report counts in stretches of 8 s or so; from 300 s to 304 s everything is slow.
const isSlow = (index: number) => index >= 3_000 && index < 3_040
const rows = [
  ...steady(6_000, { name: 'GET /a', ms: (index) => (isSlow(index) ? 900 : 100) }),
  ...steady(6_000, { name: 'GET /b', ms: (index) => (isSlow(index) ? 900 : 100) }),
]
const gate = 'p95 < 500ms for every 3s'

describe('a report of a long run', () => {
  it('knows all endpoints together by the second', () => {
    const report = saved(raw(rows))
    expect(report.samples.requests).toMatchObject({ kind: 'cells', widthMs: 8_000 })
    expect(report.samples.seconds?.widthMs).toBe(1_000)
    const judgement = judged(gate, report)
    expect(verdict(judgement)).toBe('failed threshold-exceeded')
    expect([300_000, 303_000]).toContain(judgement.window?.fromMs)
  })

  it('does not know single endpoints so well, and says so', () => {
    const report = saved(raw(rows))
    expect(verdict(judged('p95 of "GET /a" < 500ms for every 3s', report))).toBe('undecided rounded-too-coarsely')
    const reading = { include: selectors('GET /a') }
    expect(verdict(judged(gate, report, { reading }))).toBe('undecided rounded-too-coarsely')
  })

  it('is still known by the second when shards are merged, and read again', () => {
    const shards = [0, 1].map((part) => saved(raw(rows.filter((_, index) => index % 2 === part))))
    const merged = mergeLoads(shards)
    expect(verdict(judged(gate, merged as SampledLoad))).toBe('failed threshold-exceeded')
    expect(verdict(judged(gate, saved(merged)))).toBe('failed threshold-exceeded')
  })

  it('of which one shard is not known so well is not known so well', () => {
    const [one, other] = [saved(raw(rows)), saved(raw(rows))]
    const merged = mergeLoads([one, { ...other, samples: { ...other.samples, seconds: undefined } }])
    expect(verdict(judged(gate, merged as SampledLoad))).toBe('undecided rounded-too-coarsely')
  })
})

it('a report of a short run needs no seconds of their own', () => {
  const report = saved(raw(steady(500)))
  expect(report.samples.requests).toMatchObject({ kind: 'cells', widthMs: 1_000 })
  expect(report.samples.seconds).toBeUndefined()
})
