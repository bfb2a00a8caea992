import { describe, expect, it } from 'vitest'
import { readDocument, shown } from '../support/formats/figures.ts'
import { ohaDocument } from '../support/formats/samples.ts'

describe('a result of oha', () => {
  it('has errors although successRate is 1 (trap 11)', () => {
    const { total } = readDocument(ohaDocument)
    expect(total).toMatchObject({ count: 200, errors: 50, throughput: 100, latency: { samples: 190 } })
    const broken = readDocument({ ...ohaDocument, statusCodeDistribution: { '500': 100 }, errorDistribution: {} })
    expect(broken.total).toMatchObject({ count: 100, errors: 100 })
  })

  it('turns seconds into exact milliseconds', () => {
    const { total } = readDocument(ohaDocument)
    expect([0.5, 0.95, 0.999, 0.9999].map((share) => shown(total?.latency, share))).toEqual([
      '29.5 [29.5, 29.5]',
      '70 [70, 70]',
      '371.735861 [371.736, 371.736]',
      undefined,
    ])
    expect(total?.latency).toMatchObject({ minimum: { value: 15.113263 }, maximum: { value: 371.735861 } })
  })

  it('leaves out what the deadline aborted', () => {
    expect(readDocument(ohaDocument).notes.join()).toContain('4 requests were still running')
    const stuck = { ...ohaDocument, statusCodeDistribution: {}, errorDistribution: { 'aborted due to deadline': 2 } }
    expect(readDocument(stuck).total).toMatchObject({ count: 0, latency: { percentiles: new Map() } })
  })

  it('takes its twins for success unless an answer was redirected', () => {
    expect(shown(readDocument(ohaDocument).total?.successful, 0.95)).toBe('80 [80, 80]')
    const redirected = { ...ohaDocument, statusCodeDistribution: { '200': 150, '301': 40 } }
    expect(readDocument(redirected).total?.successful).toBeUndefined()
  })

  it('has no times when nothing was answered', () => {
    const { total } = readDocument({
      ...ohaDocument,
      statusCodeDistribution: {},
      errorDistribution: { 'connection closed': 20 },
    })
    expect(total).toMatchObject({ count: 20, errors: 20, latency: { percentiles: new Map(), samples: 0 } })
  })
})
