import { describe, expect, it } from 'vitest'
import { readDocument, refusalOf, shown } from '../support/formats/figures.ts'
import { k6Handled, k6Legacy, k6MachineReadable } from '../support/formats/samples.ts'

const withMetrics = (metrics: object) => ({ ...k6Legacy, metrics: { ...k6Legacy.metrics, ...metrics } })

describe('a summary of k6', () => {
  it.each([
    ['--summary-export', k6Legacy, 57.8],
    ['handleSummary', k6Handled, 18.2],
    ['machine-readable', k6MachineReadable, 18.2],
  ])('of %s: the percentile is read, and not what the file says of thresholds (trap 5)', (_, document, throughput) => {
    const { total } = readDocument(document)
    expect(shown(total?.latency, 0.95)).toBe('737.8 [737.8, 737.8]')
    expect(shown(total?.latency, 0.5)).toBe('28.9 [28.9, 28.9]')
    expect(total).toMatchObject({ count: 182, errors: 6, throughput })
    expect(total?.latency).toMatchObject({
      average: { value: 52.1 },
      minimum: { value: 2.1 },
      maximum: { value: 984.8 },
    })
  })

  it('has only the percentiles that are there', () => {
    expect(shown(readDocument(k6Legacy).total?.latency, 0.99)).toBe('952.9 [952.9, 952.9]')
    expect(shown(readDocument(k6MachineReadable).total?.latency, 0.99)).toBeUndefined()
  })

  it('reads sub-metrics as endpoints and expected_response as success', () => {
    const { total, endpoints } = readDocument(k6Legacy)
    expect(endpoints.map(({ name, stats }) => [name, stats.count, stats.errors])).toEqual([
      ['login', 60, undefined],
      ['status:200,name:a b', undefined, undefined],
    ])
    expect(shown(total?.successful, 0.95)).toBe('54.8 [54.8, 54.8]')
  })

  it('finds count, errors and success of an endpoint in the other sub-metrics', () => {
    const { endpoints } = readDocument(
      withMetrics({
        'http_reqs{name:login}': { count: 70, rate: 7 },
        'http_req_failed{name:login}': { passes: 3, fails: 67, value: 0.04 },
        'http_req_duration{name:login,expected_response:true}': { 'p(95)': 33 },
      }),
    )
    expect(endpoints[0]).toMatchObject({ name: 'login', stats: { count: 70, errors: 3, throughput: 7 } })
    expect(shown(endpoints[0]?.stats.successful, 0.95)).toBe('33 [33, 33]')
  })

  it('counts dropped iterations, and none when k6 leaves them out', () => {
    expect(readDocument(k6Handled).iterations).toEqual({ dropped: 4, done: 60 })
    expect(readDocument(k6Legacy).iterations).toEqual({ dropped: 0, done: 60 })
    expect(readDocument(k6MachineReadable).iterations).toBeUndefined()
  })

  it('takes the zeros of an empty metric for no request', () => {
    const none = { avg: 0, min: 0, med: 0, max: 0, 'p(95)': 0, thresholds: { 'p(95)<500': false } }
    const metrics = { http_req_duration: none, 'http_req_duration{name:misspelled}': none }
    const { total, endpoints } = readDocument({ ...k6Legacy, metrics })
    expect(total).toMatchObject({ count: 0, latency: { percentiles: new Map(), maximum: undefined } })
    expect(endpoints[0]).toMatchObject({ name: 'misspelled', stats: { count: 0, latency: { percentiles: new Map() } } })
  })

  it('does not know the errors when the script does not let k6 count them', () => {
    const { http_req_failed: _, ...metrics } = k6Legacy.metrics
    expect(readDocument({ ...k6Legacy, metrics }).total?.errors).toBeUndefined()
  })

  it.each([
    [
      'text for a time',
      { http_req_duration: { 'p(95)': '12' } },
      '$.metrics.http_req_duration["p(95)"] is "12", not a number from 0',
    ],
    ['a list for a metric', { http_req_duration: [] }, '$.metrics.http_req_duration is a list, not an object'],
    ['half a request', { http_reqs: { count: 1.5 } }, '$.metrics.http_reqs.count is 1.5, not a whole number'],
  ])('refuses %s', (_, metrics, message) => {
    expect(refusalOf(() => readDocument(withMetrics(metrics)))).toBe(
      `malformed-results: ${message}${message.endsWith('whole number') ? ' below 2^53' : ''}`,
    )
  })

  it('is not harmed by names that objects have', () => {
    const text = JSON.stringify(k6Legacy).replace(
      '"iterations"',
      '"__proto__":{"count":1},"constructor":{"count":2},"iterations"',
    )
    expect(readDocument(JSON.parse(text)).total?.count).toBe(182)
  })
})
