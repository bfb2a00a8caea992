import { describe, expect, it } from 'vitest'
import { readText, refusalOf, shown } from './figures.ts'
import { abSample, abTable, wrk2Sample, wrkSample } from './samples.ts'

const edited = (text: string, ...edits: readonly (readonly [from: string, to: string])[]) =>
  edits.reduce((sum, [from, to]) => sum.replace(from, to), text)

describe('the output of wrk', () => {
  it('has no p95 (trap 10), and what it prints is rounded in its own unit', () => {
    const { total } = readText(wrkSample)
    expect(total?.latency.percentiles.get(0.95)).toBeUndefined()
    expect([0.5, 0.9, 0.99].map((share) => shown(total?.latency, share))).toEqual([
      '0.635 [0.635, 0.635]',
      '211.01 [211.005, 211.015]',
      '1050 [1045, 1055]',
    ])
    expect(total?.latency).toMatchObject({ average: { value: 68.91 }, maximum: { value: 1200 } })
  })

  it('counts socket errors, late answers and rejections', () => {
    const { total, notes } = readText(wrkSample)
    expect(total).toMatchObject({ count: 406, errors: 60, throughput: 99.75, latency: { samples: 396 } })
    expect(notes.join()).toContain('4 requests took longer')
  })

  it('has only average and maximum without --latency', () => {
    const { total } = readText(wrkSample.replace(/ {2}Latency Distribution\n(?: +\d+%.*\n)+/, ''))
    expect(total?.latency).toMatchObject({ percentiles: new Map(), maximum: { value: 1200 } })
  })

  it('has no times when nothing was answered', () => {
    const { total } = readText(
      edited(wrkSample, ['400 requests', '0 requests'], ['timeout 4', 'timeout 0'], ['responses: 50', 'responses: 0']),
    )
    expect(total).toMatchObject({ count: 6, errors: 6, latency: { percentiles: new Map(), maximum: undefined } })
  })

  it('has a p95 of wrk2 in its spectrum, the corrected one', () => {
    const { total, notes } = readText(wrk2Sample)
    expect(shown(total?.latency, 0.95)).toBe('65.944 [65.879, 65.945]')
    expect(shown(total?.latency, 0.99)).toBe('84.54 [84.535, 84.545]')
    expect(total).toMatchObject({ count: 3000, errors: 0, latency: { samples: 2000 } })
    expect(notes.join()).toContain('coordinated omission')
  })

  it.each([
    ['a half one', wrkSample.slice(0, wrkSample.indexOf('Transfer/sec')), 'truncated-results: it does not end with'],
    [
      'one without requests',
      wrkSample.replace(/.*requests in.*\n/, ''),
      'malformed-results: the line "… requests in …"',
    ],
    ['a count that is none', wrkSample.replace('400 requests', '4x0 requests'), 'malformed-results: line 11: "4x0"'],
    [
      'a spectrum without end',
      wrk2Sample.replaceAll(/#\[Max.*\n/g, ''),
      'malformed-results: line 12: the percentile spectrum',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(refusalOf(() => readText(text))).toContain(message)
  })
})

describe('the output of ab', () => {
  it('is known to the millisecond', () => {
    const { total } = readText(abSample)
    expect(shown(total?.latency, 0.95)).toBe('203 [202.5, 203.5]')
    expect(shown(total?.latency, 1)).toBe('400 [399.5, 400.5]')
    expect(total?.latency).toMatchObject({ minimum: { value: 15 }, average: { value: 44 }, maximum: { value: 400 } })
  })

  it.each([
    ['once each', abSample, 63, 2],
    [
      'with -l',
      edited(abSample, ['Failed requests:        63', 'Failed requests:        3'], ['Length: 60', 'Length: 0']),
      23,
      0,
    ],
    ['when all are rejected', abSample.replace('responses:      20', 'responses:      400'), 400, 2],
    [
      'without any',
      edited(
        abSample,
        ['requests:        63', 'requests:        0'],
        ['Non-2xx responses:      20\n', ''],
        [/ {3}\(Connect.*\n/.exec(abSample)?.[0] ?? '', ''],
      ),
      0,
      0,
    ],
  ])('has failures and rejections %s', (_, text, errors, notes) => {
    const reported = readText(text)
    expect(reported.total).toMatchObject({ count: 400, errors, throughput: 108.86 })
    expect(reported.notes).toHaveLength(notes)
  })

  it('is not taken in by connections that were closed without an answer', () => {
    const text = edited(
      abSample,
      ['Total transferred:      53320', 'Total transferred:      0'],
      ['requests:        63', 'requests:        0'],
    )
    const { total, notes } = readText(text)
    expect(total).toMatchObject({ count: 400, errors: 400, latency: { percentiles: new Map(), samples: 0 } })
    expect(notes.join()).toContain('received nothing')
  })

  it.each([
    [
      'that is aborted',
      'This is ApacheBench, Version 2.3 <$Revision$>\napr_socket_recv: Connection reset by peer (104)\n',
    ],
    ['without its last row', abSample.slice(0, abSample.indexOf(' 100%'))],
    ['without its last line end', abSample.slice(0, -1)],
  ])('refuses one %s', (_, text) => {
    expect(refusalOf(() => readText(text))).toBe('truncated-results: it ends before the results of ab do')
  })
})

describe('the -e file of ab', () => {
  it('has every percent, and no count', () => {
    const { total, notes } = readText(abTable)
    expect(shown(total?.latency, 0.95)).toBe('95.5 [95.499, 95.501]')
    expect(total?.latency.percentiles.size).toBe(101)
    expect(total).toMatchObject({ count: undefined, errors: undefined, latency: { maximum: { value: 100.5 } } })
    expect(notes).toHaveLength(1)
  })

  it.each([
    [
      'that ends early',
      abTable.slice(0, abTable.indexOf('100,')),
      'truncated-results: it ends before the row of 100 %',
    ],
    [
      'with a row missing',
      abTable.replace('\n50,50.500', ''),
      'malformed-results: line 52: this should be the row of 50 %',
    ],
    ['with a time missing', abTable.replace('\n50,50.500', '\n50,'), 'malformed-results: line 52'],
  ])('refuses one %s', (_, text, message) => {
    expect(refusalOf(() => readText(text))).toContain(message)
  })
})
