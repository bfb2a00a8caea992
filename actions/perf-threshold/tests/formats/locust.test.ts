import { describe, expect, it } from 'vitest'
import { locustHistory } from '../../src/formats/locust-history.ts'
import { findLocustJson, locustJson } from '../../src/formats/locust-json.ts'
import { locustBounds } from '../../src/formats/locust-rounding.ts'
import { locustStats } from '../../src/formats/locust-stats.ts'
import { readText, refusalOf, shown } from '../support/formats/figures.ts'
import {
  locustEntry,
  locustHistoryText,
  locustJsonText,
  locustStatsText,
  locustWindowsText,
} from '../support/formats/samples.ts'

/** With one request before the first window. */
const wellCovered = locustWindowsText.replaceAll(',0,19,0,', ',0,1,0,')

describe('the rounding of Locust', () => {
  it.each([
    [7, [6.5, 7.5]],
    [99, [98.5, 99.5]],
    [100, [99.5, 105]],
    [500, [495, 505]],
    [1000, [995, 1050]],
    [3400, [3350, 3450]],
    [10_000, [9950, 10_500]],
    [59_000, [58_500, 59_500]],
  ])('%d ms was %j', (value, bounds) => {
    expect(locustBounds(value)).toEqual(bounds)
  })
})

describe('_stats.csv', () => {
  it('says 500 for what may have been 496 (trap 1)', () => {
    const { total } = locustStats.read(locustStatsText)
    expect(shown(total?.latency, 0.95)).toBe('500 [495, 505]')
    expect(total?.latency.maximum?.value).toBe(496.4)
    expect(total?.latency.percentiles.get(0.95)?.fidelity).toEqual({ kind: 'rounded', to: '2 significant digits' })
  })

  it('has counts, rates and endpoints with any name', () => {
    const { total, endpoints } = locustStats.read(locustStatsText)
    expect([total?.count, total?.errors, total?.throughput]).toEqual([200, 2, 40.4])
    expect(endpoints.map(({ name, shortName }) => [name, shortName])).toEqual([
      ['GET /', '/'],
      ['GET /a, "b"\n🍵', '/a, "b"\n🍵'],
    ])
    expect(endpoints[1]?.stats.errors).toBe(2)
  })

  it('finds columns by their name', () => {
    const text = 'Type,Name,Request Count,Failure Count,99%,90%\n,Aggregated,9,0,40,20\n'
    const { total } = locustStats.read(text)
    expect([...(total?.latency.percentiles.keys() ?? [])]).toEqual([0.99, 0.9])
    expect(shown(total?.latency, 0.99)).toBe('40 [39.5, 40.5]')
  })

  it.each([
    [
      '0.13, without the end of the last line',
      'Type,Name,# requests,# failures,Median response time,Requests/s,95%,99.999,100%\n,Aggregated,9,1,5,2.5,40,50,60',
    ],
    [
      '0.12',
      '"Method","Name","# requests","# failures","Median response time","Requests/s","50%","95%","100%"\n"None","Total",9,1,5,2.5,5,40,60\n',
    ],
    [
      '1.1',
      'Type,Name,Request Count,Failure Count,Median Response Time,Requests/s,95%,99.999%,100%\n,Aggregated,9,1,5,2.5,40,50,60\n',
    ],
    [
      'Windows',
      'Type,Name,Request Count,Failure Count,Median Response Time,Requests/s,95%\r\r\n,Aggregated,9,1,5,2.5,40\r\r\n',
    ],
    [
      'a byte order mark',
      '\uFEFFType,Name,Request Count,Failure Count,Median Response Time,Requests/s,95%\n,Aggregated,9,1,5,2.5,40\n',
    ],
  ])('reads that of %s', (_, text) => {
    const { total } = readText(text)
    expect([total?.count, total?.errors, total?.throughput]).toEqual([9, 1, 2.5])
    expect(shown(total?.latency, 0.5)).toBe('5 [4.5, 5.5]')
    expect(shown(total?.latency, 0.95)).toBe('40 [39.5, 40.5]')
  })

  it('does not take the last number of an old file for whole', () => {
    const text = 'Type,Name,# requests,# failures,99.999,100%\n,Aggregated,9,1,50,60'
    const { total } = locustStats.read(text)
    expect([...(total?.latency.percentiles.keys() ?? [])]).toEqual([0.99999])
  })

  it('has no times where there was no request', () => {
    const text = 'Type,Name,Request Count,Failure Count,Min Response Time,95%\n,Aggregated,0,0,0,N/A\n'
    const { total } = locustStats.read(text)
    expect(total).toMatchObject({ count: 0, latency: { minimum: undefined, percentiles: new Map() } })
  })

  it.each([
    [
      'no row over all',
      locustStatsText.slice(0, locustStatsText.indexOf(',Aggregated')),
      'truncated-results: the last row',
    ],
    [
      'an endpoint that is called Aggregated',
      'Type,Name,Request Count,Failure Count\nGET,Aggregated,1,0\n',
      'truncated-results',
    ],
    [
      'text for a number',
      locustStatsText.replace('190,0', '1x0,0'),
      'malformed-results: line 2: "1x0" is not a number',
    ],
    [
      'a fraction for a count',
      locustStatsText.replace('190,0', '1.5,0'),
      'malformed-results: line 2: "1.5" is not a count',
    ],
    ['a negative number', locustStatsText.replace('190,0', '-190,0'), 'malformed-results: line 2: "-190"'],
    [
      'more errors than requests',
      locustStatsText.replace('200,2', '200,201'),
      'malformed-results: line 5: 201 errors in 200',
    ],
    [
      'a cell too few',
      locustStatsText.replace('190,0,', '190,'),
      'malformed-results: line 2: the row has 21 cells, the header has 22',
    ],
    ['a half row', locustStatsText.slice(0, -9), 'truncated-results: the file ends in the middle of a row'],
  ])('refuses %s', (_, text, message) => {
    expect(refusalOf(() => locustStats.read(text))).toContain(message)
  })

  it('leaves out a last cell that may be cut', () => {
    const { total } = locustStats.read(locustStatsText.slice(0, -4))
    expect(total?.latency.percentiles.has(1)).toBe(false)
    expect(total?.latency.percentiles).toEqual(
      new Map([...(locustStats.read(locustStatsText).total?.latency.percentiles ?? [])].filter(([share]) => share < 1)),
    )
  })
})

describe('_stats_history.csv', () => {
  it('has percentiles since the start when it has only rows over all', () => {
    const reported = locustHistory.read(locustHistoryText)
    expect(shown(reported.total?.latency, 0.95)).toBe('140 [135, 145]')
    expect([reported.total?.count, reported.total?.errors]).toEqual([498, 11])
    expect([reported.startedAt, reported.endedAt]).toEqual([1_795_253_765_000, 1_795_253_770_000])
    expect(reported.notes).toEqual([expect.stringContaining('may not write the last 10 s')])
  })

  it.each([
    ['of Locust before 1.2', locustHistoryText.replace('99.99%,100%', '99.999%,100%')],
    ['that end below the longest time', locustHistoryText.replace('310,900,900,498', '310,310,310,498')],
  ])('takes percentiles %s for those of ten seconds', (_, text) => {
    const { total, notes } = locustHistory.read(text)
    expect(total?.latency.percentiles.get(0.95)).toMatchObject({ value: undefined, fidelity: { kind: 'bracketed' } })
    expect(total?.latency.percentiles.get(0.95)?.high).toBeGreaterThan(895)
    expect(notes.join()).toContain('cover about 10 s each')
  })

  it('only brackets percentiles when they are those of ten seconds (trap 2)', () => {
    const { total, endpoints, notes } = locustHistory.read(wellCovered)
    // The last row says 14 ms, and half of the run took over 700 ms.
    expect(shown(total?.latency, 0.95)).toBe('? [12.5, 915]')
    expect(shown(endpoints[0]?.stats.latency, 0.95)).toBe('? [12.5, 915]')
    expect(total?.latency.percentiles.get(0.95)?.fidelity.kind).toBe('bracketed')
    expect(total?.latency.maximum?.value).toBe(920.7)
    expect(endpoints[0]).toMatchObject({ name: 'GET /', stats: { count: 227, errors: 12 } })
    expect(notes.join()).toContain('--csv-full-history')
  })

  it('takes the windows as they are when every request is in one', () => {
    const text = wellCovered.replaceAll(',0,1,0,', ',0,0,0,')
    expect(shown(locustHistory.read(text).total?.latency, 0.95)).toBe('? [13.5, 905]')
  })

  it('leaves room for requests that are in no window', () => {
    // 19 of 227 came before the first one: they alone may be the slowest 5 %.
    expect(shown(locustHistory.read(locustWindowsText).total?.latency, 0.95)).toBe('? [12.5, 920.7]')
  })

  it('does not confuse an empty window with a fast one, but believes a zero that can be', () => {
    const fast = locustWindowsText.replaceAll(',4.1,', ',0.2,')
    expect(shown(locustHistory.read(fast).total?.latency, 0.95)).toBe('? [0, 905]')
  })

  it('refuses one without a row over all', () => {
    const text = locustHistoryText.slice(0, locustHistoryText.indexOf('\r\n') + 2)
    expect(refusalOf(() => locustHistory.read(text))).toContain('truncated-results')
  })
})

describe('--json', () => {
  const read = (document: unknown) => locustJson.read(document)

  it('gives a histogram for each endpoint and one over all', () => {
    const { total, endpoints } = read([
      locustEntry,
      { ...locustEntry, name: '/', response_times: { '12': 50, '7': 50 } },
    ])
    expect([total?.count, total?.errors, total?.throughput]).toEqual([200, 6, 20])
    expect(total?.latency.histogram?.counts).toEqual(
      new Map([
        [12, 140],
        [100, 1],
        [500, 9],
        [7, 50],
      ]),
    )
    expect(total?.latency.histogram?.boundsOf(500)).toEqual([495, 505])
    expect(total?.latency.average?.value).toBe(147)
    expect(endpoints.map(({ name }) => name)).toEqual(['GET /search, "tea"', 'GET /'])
    expect(endpoints[0]?.stats.latency.maximum?.value).toBe(503.9)
  })

  it('says of how many requests the times are when some have none', () => {
    const { total } = read([{ ...locustEntry, num_none_requests: 40, response_times: { '12': 60 } }])
    expect(total).toMatchObject({ count: 100, latency: { samples: 60 } })
  })

  it('reads an empty list as no request', () => {
    expect(read([]).total).toMatchObject({
      count: 0,
      errors: 0,
      latency: { percentiles: new Map(), average: undefined },
    })
  })

  it.each([
    ['an endpoint that is text', ['x'], '$[0] is "x", not an object'],
    [
      'a time that is none',
      [{ ...locustEntry, response_times: { fast: 1 } }],
      '$[0].response_times.fast is not a time',
    ],
    ['a count that is text', [{ ...locustEntry, num_requests: '100' }], '$[0].num_requests is "100", not a number'],
    ['no count', [{ ...locustEntry, num_requests: undefined }], '$[0].num_requests is missing'],
    ['no name', [{ ...locustEntry, name: null }], '$[0].name is missing'],
  ])('refuses %s', (_, document, message) => {
    expect(refusalOf(() => read(document))).toContain(`malformed-results: ${message}`)
  })

  it.each([
    ['log lines before it', `[2026-11-21 10:00:00,123] host/INFO/locust.main: Starting\n[x] y\n${locustJsonText}`],
    [
      'log lines around it',
      `[2026-11-21 10:00:00,123] a/INFO/b: c\r\n${locustJsonText}\n[2026-11-21 10:00:01,000] a/INFO/b: bye\n`,
    ],
    ['nothing around it', locustJsonText],
  ])('is found with %s', (_, text) => {
    expect(JSON.parse(findLocustJson(text) ?? '')).toEqual(JSON.parse(locustJsonText))
    expect(readText(text).total?.count).toBe(200)
  })

  it('is not found in a log alone, and half of one is cut', () => {
    const log = '[2026-11-21 10:00:00,123] host/INFO/locust.main: Starting\n'
    expect(findLocustJson(log)).toBeUndefined()
    expect(refusalOf(() => readText(log + locustJsonText.slice(0, 200)))).toContain('truncated-results')
  })
})
