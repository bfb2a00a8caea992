import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeChart } from '../src/chart.ts'
import { Distribution } from '../src/load-test/distribution.ts'
import { ReportedTest } from '../src/load-test/reported-test.ts'
import { textHistogram } from '../src/text-histogram.ts'
import { type Request, requests, testOf } from './support/outcome.ts'

/** Lines, axis and title of a chart in Mermaid's own words. */
function read(chart: string | undefined) {
  const text = chart ?? ''
  const lines = [...text.matchAll(/^ {2}line "[^"]*" \[(.*)\]$/gm)].map(([, numbers = '']) =>
    numbers.split(', ').map(Number),
  )
  return { lines, xEnd: Number(/x-axis .* --> (\d+)/.exec(text)?.[1]), title: /title "(.*)"/.exec(text)?.[1] }
}

describe('the chart over time', () => {
  /** Twenty per second for a minute; of each second, one is three times as slow. */
  const minute = requests(1_201, (index) => ({
    latencyMs: (index % 20 === 0 ? 300 : 100) * (1 + Math.floor(index / 600)),
    timeMs: index * 50,
  }))

  it('has p50 and p95 of every second', () => {
    const [chart, ...notes] = timeChart(testOf(minute), undefined)
    const { lines, xEnd, title } = read(chart)
    expect(notes).toEqual([])
    expect(lines).toHaveLength(2)
    expect(lines.map(({ length }) => length)).toEqual([60, 60])
    expect([lines[0]?.[5], lines[1]?.[5]]).toEqual([100, 110])
    expect([lines[0]?.[45], lines[1]?.[45]]).toEqual([200, 220])
    expect(xEnd).toBe(60)
    expect(title).toBe('Latency over the run in ms: p50 (blue), p95 (red)')
  })

  it('shows what the average over the run hides, where it was', () => {
    const all = requests(6_000, (index) => ({
      latencyMs: index >= 3_000 && index < 3_300 ? 900 : 100,
      timeMs: index * 100,
    }))
    const { lines } = read(timeChart(testOf(all), 500)[0])
    const [, p95 = [], limit] = lines
    expect(p95.flatMap((value, index) => (value > 500 ? [index] : []))).toEqual([30, 31, 32])
    expect(limit).toEqual(p95.map(() => 500))
  })

  it('says that a limit is far above, and does not press the lines flat for it', () => {
    const { lines, title } = read(timeChart(testOf(minute), 5_000)[0])
    expect(lines).toHaveLength(2)
    expect(title).toContain('limit 5 s is far above: p50')
  })

  it('keeps the time where nothing was answered', () => {
    const [chart, note] = timeChart(
      testOf(minute.filter(({ timeMs = 0 }) => timeMs < 20_000 || timeMs >= 40_000)),
      undefined,
    )
    const { lines } = read(chart)
    expect(lines[1]?.slice(9, 21)).toEqual([110, ...Array(10).fill(0), 220])
    expect(note).toBe('Where the lines drop to 0 there were no requests.')
  })

  it('leaves out the rest at the end, which may be one request', () => {
    const all = [...minute.slice(0, 230), { latencyMs: 60_000, timeMs: 11_500 }]
    expect(read(timeChart(testOf(all), undefined)[0])).toMatchObject({
      xEnd: 11,
      lines: [Array(11).fill(100), Array(11).fill(110)],
    })
  })

  it('has longer windows where a second has fewer than 20 requests', () => {
    const { lines, xEnd } = read(timeChart(testOf(minute.filter((_, index) => index % 5 === 0)), undefined)[0])
    expect([lines[1]?.length, xEnd]).toEqual([12, 60])
  })

  it('is left out where windows would be too long, or have too few requests', () => {
    const ramp = requests(100, (index) => ({ latencyMs: 5, timeMs: index < 5 ? index * 5_000 : 30_000 + index * 300 }))
    expect(timeChart(testOf(minute.slice(0, 1_200).filter((_, index) => index % 20 === 0)), undefined)).toEqual([])
    expect(timeChart(testOf(ramp), undefined)).toEqual([])
  })

  it.each<[string, readonly Request[]]>([
    ['a moment', requests(100, () => ({ latencyMs: 5 }))],
    ['three seconds', requests(40, (index) => ({ latencyMs: 5, timeMs: index * 100 }))],
    ['nothing', []],
  ])('is left out for %s', (_, all) => {
    expect(timeChart(testOf(all), 500)).toEqual([])
  })

  it('is left out without times', () => {
    const options = { onlySuccessful: false, method: 'linear', includes: () => true } as const
    expect(timeChart(new ReportedTest({ total: undefined, endpoints: [], notes: [] }, options), 500)).toEqual([])
  })
})

describe('the histogram', () => {
  const of = (values: readonly number[]) => Distribution.ofValues(Float64Array.from(values))
  const rows = (text: string | undefined) => (text ?? '').split('\n').filter((line) => line.includes('│'))
  const counts = (text: string | undefined) => rows(text).map((line) => Number(line.split(' ').at(-1)))

  it('counts every request once, whatever they are and wherever the limit is', () => {
    const latencies = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 200 })
    const limits = fc.option(fc.double({ min: 0.001, max: 2e6, noNaN: true }), { nil: undefined })
    fc.assert(
      fc.property(latencies, limits, (values, limit) => {
        const text = textHistogram(of(values), limit)
        expect(counts(text).reduce((sum, count) => sum + count, 0)).toBe(values.length)
        if (limit === undefined) return
        const above = Number(/ (\d+) above/.exec(text ?? '')?.[1])
        expect(above).toBe(values.filter((value) => value > limit).length)
        const below = (text ?? '').split('\n').findIndex((line) => line.includes('┼'))
        const drawn = counts(text).slice(below)
        expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(above)
      }),
    )
  })

  it('draws the most frequent as the longest bar, and something for a single one', () => {
    const text = textHistogram(of([...Array(1_000).fill(10), ...Array(500).fill(20), 300]), 100)
    const lengths = rows(text).map((line) => (line.match(/█/g) ?? []).length)
    expect([lengths[0], Math.max(...lengths.slice(1)), lengths.at(-1)]).toEqual([40, 20, 1])
    expect(text).toMatch(/^limit 100 ms ┼─+ 1 above \(0\.067 %\)$/m)
  })

  it('has steps of one factor, of which the limit is one', () => {
    const text = textHistogram(of(Array.from({ length: 1_000 }, (_, index) => index + 1)), 100)
    const bounds = [...(text ?? '').matchAll(/≤ ([\d.]+) ms/g)].map(([, bound]) => Number(bound))
    expect(bounds).toContain(100)
    const factors = bounds.slice(1, -1).map((bound, index) => bound / (bounds[index] ?? 0))
    expect(Math.max(...factors) / Math.min(...factors)).toBeLessThan(1.02)
    expect(factors.length).toBeGreaterThan(10)
  })

  it('has one row for each label', () => {
    const around = (least: number) => fc.double({ min: least, max: least * 1.01, noNaN: true })
    const values = fc
      .integer({ min: 1, max: 500 })
      .chain((least) => fc.array(around(least), { minLength: 2, maxLength: 60 }))
    const limits = fc.option(fc.double({ min: 1, max: 505, noNaN: true }), { nil: undefined })
    fc.assert(
      fc.property(values, limits, (some, limit) => {
        const labels = rows(textHistogram(of(some), limit)).map((row) => row.split('│')[0]?.trim())
        expect(labels).toEqual([...new Set(labels)])
      }),
    )
    const text = textHistogram(of([...Array(96).fill(100), 437.9, 438, 438.1, 438.2]), 438)
    expect(text).toMatch(/≤ 438 ms │█+ +2\nlimit 438 ms ┼─+ 2 above \(2 %\)\n *≤ 438\.2 ms │█ +2$/)
    expect(textHistogram(of([...Array(96).fill(100), 437.9, 438, 438.1, 438.2]), undefined)).toMatch(/ 4$/)
  })

  it('has one bar when all are the same', () => {
    expect(textHistogram(of([5, 5, 5]), undefined)).toBe(`≤ 5 ms │${'█'.repeat(40)} 3`)
  })

  it('takes values that are known by bucket', () => {
    const boundsOf = (value: number) => [value * 0.95, value * 1.05] as const
    const counted = new Map([
      [10, 5],
      [80, 2],
    ])
    const latencies = Distribution.ofCounts(counted, { fidelity: { kind: 'bucketed', percent: 5 }, boundsOf })
    expect(counts(textHistogram(latencies, 50)).reduce((sum, count) => sum + count)).toBe(7)
  })

  it.each([[undefined], [of([])], [of([1])], [of([0, 0, 0])]])('is left out for %o', (latencies) => {
    expect(textHistogram(latencies, 5)).toBeUndefined()
  })
})
