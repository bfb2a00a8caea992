import { describe, expect, it } from 'vitest'
import { judged, raw, seen, steady, summary, upTo, verdict } from '../support/judging/made.ts'

const kept = 'passed'
const broken = 'failed threshold-exceeded'

/** Numbers that look like chance and are the same in every run. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
}

/** Log-normal, as latencies are: median 100 ms, p95 near 268 ms. */
function healthy(seed: number): () => number {
  const next = chance(seed)
  return () => 100 * Math.exp(0.6 * Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()))
}

describe('for every', () => {
  it('one slow window fails it, and nothing else sees that window', () => {
    // 10 minutes of 10 requests per second; the half minute from 300 s on is slow.
    const load = raw(steady(6_000, { ms: (index) => (index >= 3_000 && index < 3_290 ? 900 : 100) }))
    expect(verdict(judged('p95 < 600ms', load))).toBe(kept)
    const judgement = judged('p95 < 600ms for every 30s', load)
    expect(verdict(judgement)).toBe(broken)
    expect(judgement.window).toEqual({ fromMs: 300_000, toMs: 330_000 })
    expect(judgement.detail).toBe(
      'p95 from 300 s to 330 s was 900 ms, expected < 600 ms (1 of 20 windows over the limit)',
    )
  })

  it('healthy runs of twenty noisy windows pass, though a plain comparison would fail most of them', () => {
    const noise = Array.from({ length: 40 }, (_, seed) => {
      const ms = healthy(seed + 1)
      // The true p95 is 268 ms; each window of 60 requests has one of its own.
      return raw(steady(1_200, { everyMs: 500, ms }))
    })
    const plain = noise.filter((load) => {
      const { requests } = load.samples
      if (requests.kind !== 'columns') throw new Error('These are columns')
      return Array.from({ length: 20 }, (_, window) =>
        requests.latencies
          .slice(window * 60, window * 60 + 60)
          .sort()
          .at(56),
      ).some((p95 = 0) => p95 >= 310)
    })
    expect(plain.length).toBeGreaterThan(20)
    const failed = noise.filter((load) => verdict(judged('p95 < 310ms for every 30s', load)) === broken)
    expect(failed.length).toBeLessThanOrEqual(2)
  })

  it('a window that is over its limit by chance is told', () => {
    const load = raw(steady(600, { ms: (index) => (index >= 100 && index < 106 ? 900 : 100) }))
    const judgement = judged('p95 < 600ms for every 10s', load)
    expect(verdict(judgement)).toBe(kept)
    expect(judgement.notes.join()).toContain('from 10 s to 20 s is over the limit, but not significantly')
  })

  it('such a window does not hide one that is over it for sure, however far it is over', () => {
    const slow = (index: number) => (index >= 100 && index < 106 ? 9_000 : index >= 200 && index < 300 ? 700 : 100)
    const judgement = judged('p95 < 600ms for every 10s', raw(steady(600, { ms: slow })))
    expect([verdict(judgement), judgement.window?.fromMs]).toEqual([broken, 20_000])
  })

  it('windows of fewer than 20 requests are listed and not judged', () => {
    const load = raw([
      ...steady(200),
      ...steady(19, { fromMs: 20_000, ms: () => 9_000 }),
      ...steady(200, { fromMs: 30_000 }),
    ])
    const judgement = judged('p95 < 600ms for every 10s', load)
    expect(verdict(judgement)).toBe(kept)
    expect(judgement.notes).toEqual([
      'p95 < 600ms for every 10s: 1 of 5 windows not judged, too small: from 20 s to 30 s.',
    ])
    const more = raw([
      ...steady(200),
      ...steady(20, { fromMs: 20_000, ms: () => 9_000 }),
      ...steady(200, { fromMs: 30_000 }),
    ])
    expect(verdict(judged('p95 < 600ms for every 10s', more))).toBe(broken)
  })

  it('min-samples is about the whole run', () => {
    const load = raw(steady(120, { everyMs: 400 }))
    expect(verdict(judged('p95 < 600ms for every 10s', load))).toBe(kept)
    expect(verdict(judged('p99 < 600ms for every 10s', load))).toBe('undecided too-few-samples')
    expect(verdict(judged('p95 < 600ms for every 1s', load))).toBe('undecided too-few-samples')
  })

  it.each([
    // 10 per second for 25 s: the last 5 s are no whole stretch, and have half the requests.
    ['throughput >= 9/s for every 10s', kept],
    ['throughput >= 11/s for every 10s', broken],
    ['count >= 100 for every 10s', kept],
    ['count >= 101 for every 10s', broken],
    ['errors <= 3 for every 10s', broken],
    ['errors <= 4 for every 10s', kept],
    ['throughput >= 9/s for every 30s', 'undecided too-few-samples'],
    // The last stretch has requests enough for a percentile.
    ['p95 < 150ms for every 10s', broken],
    ['avg < 150ms for every 10s', broken],
    ['max < 800ms for every 10s', broken],
    ['min < 50ms for every 10s', broken],
  ])('the last, shorter window: %s is %s', (gate, expected) => {
    const load = raw(steady(250, { ms: (index) => (index < 200 ? 100 : 900), failed: (index) => index % 25 === 0 }))
    expect(verdict(judged(gate, load))).toBe(expected)
  })

  it('an outage without any request is seen by throughput', () => {
    const load = raw([...steady(300), ...steady(300, { fromMs: 60_000 })])
    expect(verdict(judged('throughput > 1/s for every 10s', load))).toBe(broken)
    expect(judged('p95 < 1s for every 10s', load).notes.join()).toContain('3 of 9 windows not judged, too small')
  })

  it('a share of failures fails by the lower end of its interval', () => {
    const of = (failures: number) => raw(steady(500, { failed: (index) => index >= 100 && index < 100 + failures }))
    // 3 of 100 are from 1.03 % on; 2 of 100 may be 0.55 %.
    expect(verdict(judged('error_rate < 1% for every 10s', of(3)))).toBe(broken)
    expect(verdict(judged('error_rate < 1% for every 10s', of(2)))).toBe(kept)
    expect(verdict(judged('error_rate == 0% for every 10s', of(0)))).toBe(kept)
    expect(verdict(judged('error_rate <= 0% for every 10s', of(1)))).toBe(broken)
  })

  it('a failed window beats one that is not known', () => {
    // In the second stretch all fail, so that nothing is left of it; the third is slow.
    const load = raw(
      steady(300, { ms: (index) => (index >= 200 ? 900 : 100), failed: (index) => index >= 100 && index < 200 }),
    )
    const reading = { onlySuccessful: true }
    expect(verdict(judged('p95 < 600ms for every 10s', load, { reading }))).toBe(broken)
    expect(verdict(judged('p95 < 1s for every 10s', load, { reading }))).toBe('undecided not-reported')
  })

  it('of each and of some, windows are of those endpoints', () => {
    const load = raw([
      ...steady(300, { name: 'GET /a' }),
      ...steady(300, { name: 'GET /b', ms: (index) => (index >= 100 && index < 200 ? 900 : 100) }),
      ...steady(30, { name: 'GET /rare', everyMs: 1_000 }),
    ])
    expect(verdict(judged('p95 of "GET /a" < 600ms for every 10s', load))).toBe(kept)
    const each = judged('p95 of each < 600ms for every 10s', load)
    expect([verdict(each), each.subject, each.window?.fromMs]).toEqual([broken, '"GET /b"', 10_000])
    expect(each.notes.join()).toContain('1 of 3 endpoints not judged, too few requests: "GET /rare"')
  })

  it('of each says what every one of them says for itself, in one pass', () => {
    const names = Array.from({ length: 300 }, (_, index) => `GET /${index}`)
    const load = raw(
      names.flatMap((name, at) => steady(150, { name, ms: (index) => (at === 7 && index > 100 ? 900 : 100 + at) })),
    )
    for (const gate of ['for every 5s', 'for every 2s']) {
      const each = judged(`p95 of each < 600ms ${gate}`, load)
      const own = judged(`p95 of "GET /7" < 600ms ${gate}`, load)
      const detail = `${own.detail} (1 of 300 endpoints)`
      expect([verdict(each), each.detail, each.count]).toEqual([broken, detail, own.count])
      expect(verdict(judged(`p95 of "GET /8" < 600ms ${gate}`, load))).toBe(kept)
    }
    expect(verdict(judged('drift(p95) of each < 20%', load))).toBe(broken)
  })

  it('two thresholds with windows of their own do not get in the way of each other', () => {
    const test = seen(raw(steady(300)))
    if ('missing' in test) throw new Error(test.detail)
    const countsOf = (lengthMs: number) => {
      const stretches = test.stretches(lengthMs, test.endpoints)
      return 'missing' in stretches ? [] : stretches.map(({ population: { count } }) => count)
    }
    expect(countsOf(10_000)).toMatchObject([{ value: 100 }, { value: 100 }, { value: 100 }])
    expect(countsOf(20_000)).toMatchObject([{ value: 200 }, { value: 100 }])
  })

  it('needs times, and a run of a length that can be', () => {
    expect(verdict(judged('p95 < 1s for every 10s', summary({ p: { 95: 1 } })))).toBe('undecided no-timestamps')
    expect(verdict(judged('p95 < 1s for every 10s', raw(steady(100), { hasTimes: false })))).toBe(
      'undecided no-timestamps',
    )
    const odd = raw([...steady(200), ...steady(1, { fromMs: 1e12 })])
    const judgement = judged('p95 < 1s for every 1s', odd)
    expect(verdict(judgement)).toBe('undecided too-few-samples')
    expect(judgement.detail).toContain('check the timestamps')
  })
})

describe('drift', () => {
  const slower = (factor: number) => raw(steady(900, { ms: (index) => upTo(100)(index) * (index >= 600 ? factor : 1) }))
  it.each([
    [1, 'drift(p95) < 20%', kept],
    [1.2, 'drift(p95) <= 20%', kept],
    [1.21, 'drift(p95) <= 20%', broken],
    [2, 'drift(p95) < 100%', broken],
    [2, 'drift(p95) < 101%', kept],
    [0.5, 'drift(p95) < 20%', kept],
    [0.5, 'drift(p50) > 0%', broken],
  ])('last third by %f: %s is %s', (factor, gate, expected) => {
    expect(verdict(judged(gate, slower(factor)))).toBe(expected)
  })

  it('shows the growth', () => {
    expect(judged('drift(p95) < 20%', slower(2)).detail).toBe('drift(p95) is 100 %, expected < 20 %')
  })

  it.each([
    ['drift(p95) < 20%', raw(steady(90)), 'undecided too-few-samples'],
    ['drift(p95) < 20%', raw(steady(200, { everyMs: 0 })), 'undecided too-few-samples'],
    ['drift(p95) < 20%', summary({ p: { 95: 1 } }), 'undecided no-timestamps'],
    ['drift(p95) < 20%', raw(steady(300, { ms: () => 0 })), 'undecided not-a-number'],
    ['drift(p95) of each < 20%', raw([...steady(300), ...steady(5, { name: 'b' })]), kept],
  ])('%s of %#: %s', (gate, load, expected) => {
    expect(verdict(judged(gate, load))).toBe(expected)
  })
})
