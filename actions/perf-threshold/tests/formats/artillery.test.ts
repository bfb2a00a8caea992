import { describe, expect, it } from 'vitest'
import { readDocument, refusalOf, shown } from '../support/formats/figures.ts'
import { artilleryDocument, artilleryLegacyDocument } from '../support/formats/samples.ts'

const withAggregate = (part: 'counters' | 'summaries', entries: object) => {
  const { aggregate } = artilleryDocument
  return { ...artilleryDocument, aggregate: { ...aggregate, [part]: { ...aggregate[part], ...entries } } }
}

describe('a report of Artillery', () => {
  it('knows percentiles within 1 % only, and says that they are of the first byte (trap 9)', () => {
    const { total, notes } = readDocument(artilleryDocument)
    // 498 ms is under a limit of 500 ms; the true value need not be.
    expect(shown(total?.latency, 0.95)).toBe('498 [492.02, 504.081]')
    expect(total?.latency.percentiles.get(0.95)?.fidelity).toEqual({
      kind: 'rounded',
      to: 'whole ms, within 1 %',
    })
    expect([...(total?.latency.percentiles.keys() ?? [])].sort()).toEqual([0.5, 0.75, 0.9, 0.95, 0.99, 0.999])
    expect(total?.latency.maximum).toMatchObject({
      value: 375,
      low: 373.95,
      high: 376.05,
      fidelity: { to: 'whole ms' },
    })
    expect(notes.join()).toContain('first byte')
  })

  it('counts rejections and errors', () => {
    const { total, startedAt, endedAt } = readDocument(artilleryDocument)
    expect(total).toMatchObject({ count: 120, errors: 12, throughput: 12, latency: { samples: 118 } })
    expect([startedAt, endedAt]).toEqual([1_795_254_886_694, 1_795_254_896_694])
  })

  it('reads endpoints of the plugin, whatever is in their names', () => {
    const { endpoints } = readDocument(artilleryDocument)
    expect(endpoints.map(({ name, stats }) => [name, stats.count, stats.errors, shown(stats.latency, 0.95)])).toEqual([
      ['/a.codes.x', 50, 0, '60 [58.356, 61.657]'],
      ['/b (🍵)', 70, 12, '498 [492.02, 504.081]'],
    ])
  })

  it('takes 2xx for success only when nothing else was successful', () => {
    expect(shown(readDocument(artilleryDocument).total?.successful, 0.95)).toBe('440 [434.594, 445.495]')
    expect(readDocument(withAggregate('counters', { 'http.codes.302': 5 })).total?.successful).toBeUndefined()
  })

  it('does not count an answer twice that failed a check', () => {
    const { total } = readDocument(withAggregate('counters', { 'errors.Failed capture or match': 118 }))
    expect(total?.errors).toBe(120)
  })

  it.each([
    ['a rejection whose check failed too may be both', { 'errors.Failed capture or match': 7 }, [12, 19]],
    ['more checks failed than answers were rejected', { 'errors.Failed capture or match': 30 }, [32, 42]],
    ['an error without an answer is no rejection', { 'errors.ECONNREFUSED': 5, 'http.requests': 125 }, 17],
    ['an answer that broke off may be a rejection', { 'errors.ECONNRESET': 5 }, [12, 17]],
  ])('%s', (_, counters, expected) => {
    const { total } = readDocument(withAggregate('counters', counters))
    expect(total?.errors ?? total?.errorsWithin).toEqual(expected)
  })

  it('does not count an answer of 1.x twice whose check failed', () => {
    const errors = { ETIMEDOUT: 2, 'Failed capture or match': 8 }
    const { total } = readDocument({
      ...artilleryLegacyDocument,
      aggregate: { ...artilleryLegacyDocument.aggregate, errors },
    })
    expect(total).toMatchObject({ count: 202, errorsWithin: [12, 20] })
  })

  it('has no times without a request', () => {
    const { total } = readDocument({
      aggregate: { counters: { 'vusers.created': 3 }, summaries: {} },
      intermediate: [],
    })
    expect(total).toMatchObject({ count: 0, errors: 0, latency: { percentiles: new Map() } })
  })

  it.each([null, 'NaN', 'N/A', undefined])('takes %j for no percentile', (p95) => {
    const { total } = readDocument(withAggregate('summaries', { 'http.response_time': { count: 118, p95, p99: 3 } }))
    expect([...(total?.latency.percentiles.keys() ?? [])]).toEqual([0.99])
  })

  it('reads that of 1.x', () => {
    const { total } = readDocument(artilleryLegacyDocument)
    expect(total).toMatchObject({ count: 202, errors: 12, throughput: 20, latency: { samples: 200 } })
    expect([0.5, 0.95, 0.99].map((share) => shown(total?.latency, share))).toEqual([
      '31.5 [30.45, 32.55]',
      '140.2 [139.15, 141.25]',
      undefined,
    ])
  })

  it('refuses a counter that is text', () => {
    const document = withAggregate('counters', { 'http.codes.200': 'many' })
    expect(refusalOf(() => readDocument(document))).toBe(
      'malformed-results: $.aggregate.counters["http.codes.200"] is "many", not a number from 0',
    )
  })
})
