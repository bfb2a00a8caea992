import { describe, expect, it } from 'vitest'
import type { ReportedLoad } from '../../src/results/load.ts'
import { readText, refusalOf, shown } from '../support/formats/figures.ts'
import { abSample, abTable, wrk2Sample, wrkSample } from '../support/formats/samples.ts'
import { judged, verdict } from '../support/judging/made.ts'

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
    expect(total).toMatchObject({
      count: 406,
      errorsWithin: [56, 60],
      throughput: 99.75,
      latency: { samples: 400, late: 4 },
    })
    expect(notes.join()).toContain('4 requests took longer')
  })

  it('refuses two runs in one file', () => {
    expect(refusalOf(() => readText(wrkSample + wrkSample))).toContain(
      'malformed-results: line 16: a second run starts',
    )
    expect(refusalOf(() => readText(wrk2Sample + wrkSample))).toContain('a second run starts')
  })

  it('takes no late answer for one that was in time', () => {
    const load = (text: string): ReportedLoad => ({ kind: 'reported', format: 'wrk-text', reported: readText(text) })
    const gates = (text: string, ...limits: string[]) =>
      limits.map((limit) => verdict(judged(limit, load(text), { minSamples: 0 })))
    const late = edited(
      wrkSample,
      ['timeout 4', 'timeout 80'],
      ['connect 1, read 2, write 3', 'connect 0, read 0, write 0'],
    )
    const [open, broken] = ['undecided rounded-too-coarsely', 'failed threshold-exceeded']
    // 320 of 400 were in time: p75 of all is p93.75 of those, and p90 that of a late one.
    expect(gates(late, 'p50 < 45ms', 'p50 < 44ms', 'p75 < 211ms', 'p75 < 1.06s')).toEqual([
      'passed',
      open,
      open,
      'passed',
    ])
    expect(gates(late, 'p90 < 1.1s', 'p90 < 5s', 'max < 1.1s', 'max < 5s')).toEqual([broken, open, broken, open])
    expect(gates(late, 'avg < 60ms', 'avg < 70ms')).toEqual([broken, open])
    const none = edited(wrkSample, ['timeout 4', 'timeout 0'])
    expect(gates(none, 'p90 < 212ms', 'max < 1.3s', 'avg < 70ms')).toEqual(['passed', 'passed', 'passed'])
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

  it('says that there are only late answers', () => {
    const late = edited(wrkSample, ['400 requests', '4 requests'])
    const load: ReportedLoad = { kind: 'reported', format: 'wrk-text', reported: readText(late) }
    expect(judged('p50 < 1s', load).detail).toContain('all responses took longer than the timeout of wrk')
  })

  it('says why a short run of wrk2 has no times', () => {
    const short = edited(wrk2Sample, ['Total count    =         2000', 'Total count    =            0'])
    const judgement = judged('p50 < 1s', { kind: 'reported', format: 'wrk-text', reported: readText(short) })
    expect(verdict(judgement)).toBe('undecided not-reported')
    expect(judgement.detail).toContain('wrk2 records no latencies while it calibrates')
  })

  it.each([
    [
      'a half one',
      wrkSample.slice(0, wrkSample.indexOf('Transfer/sec')),
      'truncated-results: the last line "Transfer/sec:" is missing',
    ],
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
    ['once each', abSample, 63, 3],
    [
      'with -l',
      edited(abSample, ['Failed requests:        63', 'Failed requests:        3'], ['Length: 60', 'Length: 0']),
      23,
      1,
    ],
    ['when all are rejected', abSample.replace('responses:      20', 'responses:      400'), 400, 3],
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

  it('says that redirects are among what it counts as failed', () => {
    expect(readText(abSample).notes.join()).toContain('20 non-2xx responses count as failures, redirects included')
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
    expect(refusalOf(() => readText(text))).toBe(
      'truncated-results: the file ends before the results of ab are complete',
    )
  })

  it.each([
    ['two whole ones', abSample + abSample],
    ['one behind one that was aborted', `This is ApacheBench, Version 2.3 <$Revision$>\n${abSample}`],
  ])('refuses %s in one file, with the line', (_, text) => {
    const line = text.slice(0, text.lastIndexOf('This is ApacheBench')).split('\n').length
    expect(refusalOf(() => readText(text))).toContain(`malformed-results: line ${line}: a second run starts here`)
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
      'truncated-results: the file ends before the row of 100 %',
    ],
    ['with a row missing', abTable.replace('\n50,50.500', ''), 'malformed-results: line 52: expected the row of 50 %'],
    ['with a time missing', abTable.replace('\n50,50.500', '\n50,'), 'malformed-results: line 52'],
  ])('refuses one %s', (_, text, message) => {
    expect(refusalOf(() => readText(text))).toContain(message)
  })
})
