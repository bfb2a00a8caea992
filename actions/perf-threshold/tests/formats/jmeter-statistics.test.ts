import { describe, expect, it } from 'vitest'
import { readDocument, refusalOf, shown } from '../support/formats/figures.ts'
import { jmeterDocument, jmeterEntry } from '../support/formats/samples.ts'

const entry = (sampleCount: number, rest: object = {}) => ({ ...jmeterEntry, sampleCount, ...rest })

describe('statistics.json of JMeter', () => {
  it('has the figures of the total and of each label', () => {
    const { total, endpoints, notes } = readDocument(jmeterDocument)
    expect(total).toMatchObject({ count: 100, errors: 4, throughput: 32.6 })
    expect([0.5, 0.9, 0.95, 0.99].map((share) => shown(total?.latency, share))).toEqual([
      '36 [36, 36]',
      '48.3 [48.3, 48.3]',
      '200 [200, 200]',
      '309 [309, 309]',
    ])
    expect(endpoints.map(({ name }) => name)).toEqual(['search', 'tea, "green"'])
    expect(notes).toHaveLength(1)
  })

  it('says that percentiles are those of the last 20 000 requests (trap 3)', () => {
    const { total, endpoints, notes } = readDocument({ 총계: entry(25_000), a: entry(20_000), b: entry(5000) })
    expect(total?.latency.window).toBe(20_000)
    expect(total?.latency.percentiles.get(0.95)?.fidelity).toEqual({ kind: 'windowed', samples: 20_000 })
    expect(endpoints[0]?.stats.latency.window).toBeUndefined()
    expect(notes.join()).toContain('the last 20000')
  })

  it.each([
    ['its count is the sum, whatever its name', { a: entry(60), Итого: entry(100), b: entry(40) }, ['a', 'b']],
    [
      'its count is the sum, and a label is called Total',
      { Total: entry(60), 총계: entry(100), b: entry(40) },
      ['Total', 'b'],
    ],
    ['its name, where transactions are not in it', { a: entry(60), buy: entry(60), Total: entry(60) }, ['a', 'buy']],
    [
      'the highest count, where transactions are not in it',
      { a: entry(60), buy: entry(50), Gesamt: entry(100) },
      ['a', 'buy'],
    ],
    ['its name, where there is one label only', { Total: entry(60), a: entry(60) }, ['a']],
  ])('finds the total by %s', (_, document, labels) => {
    expect(readDocument(document).endpoints.map(({ name }) => name)).toEqual(labels)
  })

  it('says that samples of transactions are not in the total', () => {
    const { notes } = readDocument({ a: entry(60), buy: entry(30), Total: entry(60) })
    expect(notes.join()).toContain('30 samples of transaction controllers')
  })

  it('takes NaN for no number', () => {
    const { total } = readDocument({ a: entry(60), Total: entry(60, { pct2ResTime: 'NaN' }) })
    expect(shown(total?.latency, 0.95)).toBeUndefined()
  })

  it.each([
    ['no row over all', { a: entry(60), b: entry(60), c: entry(60) }, 'the row over all labels is missing'],
    [
      'a total that a sampler of its name has replaced',
      { Total: entry(20), Slow: entry(80) },
      'the row over all, "Total", has fewer samples or errors than "Slow": a sampler may have the name of that row or of its controller. Use the JTL',
    ],
    [
      'a total with fewer errors than a label',
      { Total: entry(60, { errorCount: 0 }), Slow: entry(60, { errorCount: 3 }) },
      'the row over all, "Total", has fewer samples or errors than "Slow": a sampler may have the name of that row or of its controller. Use the JTL',
    ],
    ['no count', { a: { ...jmeterEntry, sampleCount: null } }, '$.a.sampleCount is missing'],
    ['more errors than samples', { a: entry(1, { errorCount: 2 }), Total: entry(1) }, '$.a: 2 errors in 1 requests'],
  ])('refuses %s', (_, document, message) => {
    expect(refusalOf(() => readDocument(document))).toBe(`malformed-results: ${message}`)
  })
})
