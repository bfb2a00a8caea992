import { describe, expect, it } from 'vitest'
import { thresholdViewOf } from '../../src/view.ts'
import { judged, type Row, raw, steady } from '../support/judging/made.ts'

/** Endpoints of which each is 10 ms slower than the one before; 120 requests of each, in 12 s. */
function ladder(endpoints: number): Row[] {
  return Array.from({ length: endpoints }, (_, at) =>
    steady(120, { name: `GET /${at}`, ms: () => 10 * (at + 1) }),
  ).flat()
}

const breachesIn = (...parameters: Parameters<typeof judged>) => thresholdViewOf(judged(...parameters)).breaches

describe('a threshold on each endpoint', () => {
  it('lists those that break the limit, the worst first', () => {
    const breaches = breachesIn('p95 of each < 35ms', raw([...ladder(5), ...steady(3, { name: 'GET /rare' })]))
    expect(breaches).toMatchObject({ count: 2, of: 5 })
    expect(breaches?.worst.map(({ endpoint, fromMs, toMs, value }) => [endpoint, fromMs, toMs, value.text])).toEqual([
      ['GET /4', null, null, '50 ms'],
      ['GET /3', null, null, '40 ms'],
    ])
  })

  it('lists a hundred, and says how many there are', () => {
    const breaches = breachesIn('p95 of each < 1ms', raw(ladder(130)))
    expect(breaches).toMatchObject({ count: 130, of: 130 })
    expect(breaches?.worst.map(({ endpoint }) => endpoint)).toEqual(
      Array.from({ length: 100 }, (_, at) => `GET /${129 - at}`),
    )
  })

  it('has the names whole, however long', () => {
    const name = `GET /${'x'.repeat(300)}`
    expect(breachesIn('p95 of each < 1ms', raw(steady(200, { name })))?.worst[0]?.endpoint).toBe(name)
  })

  it('lists none when it holds', () => {
    expect(breachesIn('p95 of each < 1s', raw(ladder(3)))).toEqual({ count: 0, of: 3, worst: [] })
  })
})

describe('a threshold on every window', () => {
  const slow = (index: number) => (index < 100 || (index >= 200 && index < 300) ? 900 + index : 100)
  const load = raw([...steady(400, { ms: slow }), ...steady(400, { name: 'GET /b' })])

  it('lists the windows with their times', () => {
    const breaches = breachesIn('p95 of "GET /" < 500ms for every 10s', load)
    expect(breaches).toMatchObject({ count: 2, of: 4 })
    expect(breaches?.worst).toMatchObject([
      { endpoint: 'GET /', fromMs: 20_000, toMs: 30_000, value: { value: expect.closeTo(1_194.05) } },
      { endpoint: 'GET /', fromMs: 0, toMs: 10_000, value: { value: expect.closeTo(994.05) } },
    ])
    expect(breachesIn('p99 < 500ms for every 10s', load)?.worst[0]).toMatchObject({ endpoint: null, fromMs: 20_000 })
  })

  it('of each endpoint, lists those of all', () => {
    const both = raw([...steady(400, { ms: slow }), ...steady(400, { name: 'GET /b', ms: slow })])
    const judgement = judged('p95 of each < 500ms for every 10s', both)
    const { breaches } = thresholdViewOf(judgement)
    expect(breaches).toMatchObject({ count: 4, of: 8 })
    expect(breaches?.worst.map(({ endpoint, fromMs }) => [endpoint, fromMs])).toEqual([
      ['GET /', 20_000],
      ['GET /b', 20_000],
      ['GET /', 0],
      ['GET /b', 0],
    ])
    expect(judgement.detail).toMatch(/\(2 of 4 windows over the limit\) \(2 of 2 endpoints\)$/)
  })

  it('that is not about several has no list', () => {
    expect(breachesIn('p95 < 1ms', load)).toBeNull()
    expect(breachesIn('throughput < 1/s', load)).toBeNull()
  })
})
