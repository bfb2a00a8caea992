import { describe, expect, it } from 'vitest'
import { readDocument, shown } from '../support/formats/figures.ts'
import { autocannonDocument } from '../support/formats/samples.ts'

const { latency, requests } = autocannonDocument

describe('a result of autocannon', () => {
  it('has no p95, and what it has is cut to whole milliseconds (trap 10)', () => {
    const { total } = readDocument(autocannonDocument)
    expect(total?.latency.percentiles.get(0.95)).toBeUndefined()
    expect([0.9, 0.975, 0.999].map((share) => shown(total?.latency, share))).toEqual([
      '44 [44, 45]',
      '299 [299, 300]',
      '392 [392, 393]',
    ])
    expect(total?.latency.average).toMatchObject({ value: 42.45, low: 42.440000000000005, high: 43.45 })
  })

  it('counts timeouts once, and rejections as errors', () => {
    const { total, startedAt, endedAt, notes } = readDocument(autocannonDocument)
    expect(total).toMatchObject({ count: 360, errors: 25, throughput: 90, latency: { samples: 355 } })
    expect([startedAt, endedAt]).toEqual([Date.UTC(2026, 10, 21, 9, 35, 1), Date.UTC(2026, 10, 21, 9, 35, 5)])
    expect(notes).toEqual([])
  })

  it('does not call requests errorless that vanished', () => {
    const { total, notes } = readDocument({ ...autocannonDocument, errors: 0, requests: { ...requests, sent: 577 } })
    expect(total).toMatchObject({ errors: undefined, errorsWithin: [20, 238] })
    expect(notes.join()).toContain('218 more requests than it received responses')
  })

  it('does not call a run errorless in which nothing was answered', () => {
    const none = { ...autocannonDocument, errors: 0, non2xx: 0, latency: { ...latency, totalCount: 0 } }
    const { total } = readDocument({ ...none, requests: { total: 0, sent: 577 } })
    expect([total?.count, total?.errors, total?.errorsWithin]).toEqual([0, undefined, undefined])
  })

  it('does not count an answer twice that was rejected and had another body', () => {
    const { total, notes } = readDocument({ ...autocannonDocument, mismatches: 30 })
    expect(total).toMatchObject({ count: 360, errors: undefined, errorsWithin: [35, 55] })
    expect(notes.join()).toContain('30 responses with another body')
  })

  it('says that values were added with a rate', () => {
    const { total, notes } = readDocument({
      ...autocannonDocument,
      latency: { ...latency, totalCount: 5799 },
      // 360 that had an answer or an error, and the 90 of one second, of which up to four were under way.
      requests: { ...requests, sent: 450 },
    })
    expect(total).toMatchObject({ count: 360, errors: 25, latency: { samples: 355 } })
    expect(notes.join()).toContain('5799 for 355')
  })

  it('does not call requests errorless that vanished, with a rate', () => {
    const document = { ...autocannonDocument, latency: { ...latency, totalCount: 5799 } }
    const { total, notes } = readDocument({ ...document, requests: { ...requests, sent: 600 } })
    expect(total).toMatchObject({ errors: undefined, errorsWithin: [25, 175] })
    expect(notes.join()).toContain('150 more requests')
  })

  it('has no times when nothing was answered', () => {
    const none = { ...latency, p90: 0, p97_5: 0, totalCount: 0 }
    const { total } = readDocument({ ...autocannonDocument, non2xx: 0, latency: none, requests: { total: 0, sent: 7 } })
    expect(total).toMatchObject({ count: 5, errors: 5, latency: { percentiles: new Map(), samples: 0 } })
  })
})
