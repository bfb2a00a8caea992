import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extremesOf } from '../../src/metrics/extremes.ts'

const { NaN: nan, POSITIVE_INFINITY: inf } = Number

const seriesOf = (values: readonly number[], labels = {}) => ({
  labels,
  samples: values.map((value, index) => ({ seconds: index, value })),
})
const of = (...all: (readonly number[])[]) =>
  extremesOf({ series: all.map((values, index) => seriesOf(values, { pod: `p${index}` })) }, all[0]?.length ?? 0)
const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

describe('the extremes', () => {
  it('are those of each series', () => {
    expect(of([3, 1, 2], [5, 5, 5])).toEqual({
      series: [
        { labels: { pod: 'p0' }, minimum: 1, maximum: 3, points: 3 },
        { labels: { pod: 'p1' }, minimum: 5, maximum: 5, points: 3 },
      ],
      doubts: [],
      notes: [],
      warnings: [],
    })
  })

  it('of many points are found without overflow', () => {
    const values = Array.from({ length: 300_000 }, (_, index) => index)
    expect(of(values).series[0]).toMatchObject({ minimum: 0, maximum: 299_999 })
  })

  it.each([
    ['before the first number', [nan, nan, ...ten.slice(2)], 'NaN at 2 of 10 points'],
    ['after the last one', [...ten.slice(0, 9), nan], 'NaN at 1 of 10 points'],
    ['on both sides', [nan, ...ten.slice(0, 8), nan], 'NaN at 2 of 10 points'],
  ])('pass over a few NaN %s, and say so', (_, values, note) => {
    const { series, doubts, notes } = of(values)
    expect(doubts).toEqual([])
    expect(notes[0]).toContain(note)
    expect(series[0]?.points).toBe(values.filter(Number.isFinite).length)
  })

  it.each([
    ['NaN between numbers', [1, nan, 3, 4, 5, 6, 7, 8, 9, 10], 'NaN at 1 of 10 points, between numbers'],
    ['NaN just before the last one', [1, 2, 3, 4, 5, 6, 7, 8, nan, 10], 'NaN at 1 of 10 points, between numbers'],
    ['more than a fifth NaN at one end', [nan, nan, nan, 4, 5, 6, 7, 8, 9, 10], 'at the ends of the window'],
    ['more than a fifth NaN at both ends', [nan, nan, 3, 4, 5, 6, 7, 8, 9, nan], 'at the ends of the window'],
    ['a trailing outage', [1, 2, 3, 4, 5, 6, nan, nan, nan, nan], 'NaN at 4 of 10 points'],
    ['+Inf', [1, inf, ...ten.slice(2)], 'is +Inf in the window'],
    ['-Inf at an end', [-inf, ...ten.slice(1)], 'is -Inf in the window'],
  ])('are in doubt with %s, and the numbers are still there', (_, values, detail) => {
    const { series, doubts } = of(values)
    expect(doubts).toEqual([{ missing: 'not-a-number', detail: expect.stringContaining(detail) }])
    expect(series).toHaveLength(1)
    expect(Number.isFinite(series[0]?.maximum)).toBe(true)
  })

  it('are in doubt when one of several series is NaN, and name it', () => {
    const { series, doubts } = of([1, 2], [nan, nan])
    expect(series.map(({ labels }) => labels)).toEqual([{ pod: 'p0' }])
    expect(doubts).toEqual([{ missing: 'not-a-number', detail: '{pod="p1"} is NaN in the whole window' }])
  })

  it('are in doubt when most of the window has no points at all', () => {
    const few = extremesOf({ series: [seriesOf([1, 2, 3, 4])] }, 10)
    expect(few.doubts).toEqual([
      { missing: 'metrics-empty', detail: 'the query returned numbers at 4 of 10 points of the window' },
    ])
    const half = extremesOf({ series: [seriesOf([1, 2, 3, 4, 5])] }, 10)
    expect(half.doubts).toEqual([])
    const warning = 'the query returned numbers at 5 of 10 points of the window; the others were not judged.'
    expect(half).toMatchObject({ notes: [], warnings: [warning] })
    const most = extremesOf({ series: [seriesOf([1, 2, 3, 4, 5, 6, 7, 8])] }, 10)
    expect(most.notes).toEqual([
      'the query returned numbers at 8 of 10 points of the window; the others were not judged.',
    ])
    expect(most.warnings).toEqual([])
    expect(extremesOf({ series: [seriesOf(ten.slice(1))] }, 10).notes).toEqual([])
  })

  it('have no gap where series follow each other', () => {
    const early = { labels: {}, samples: [0, 1, 2, 3, 4].map((seconds) => ({ seconds, value: 1 })) }
    const late = { labels: {}, samples: [5, 6, 7, 8, 9].map((seconds) => ({ seconds, value: 1 })) }
    expect(extremesOf({ series: [early, late] }, 10)).toMatchObject({ doubts: [], notes: [] })
  })

  it.each([
    [[3], ['{pod="p1"} at 3 of 10 points']],
    [[8], []],
    [[7, 0, 2], ['{pod="p2"} at 0 of 10 points, {pod="p3"} at 2 of 10 points, {pod="p1"} at 7 of 10 points']],
    [
      [7, 1, 2, 6, 5],
      [
        '{pod="p2"} at 1 of 10 points, {pod="p3"} at 2 of 10',
        'points and 2 more.',
        '5 of 6 series have numbers for only a part of the window: ',
      ],
    ],
  ])('warn of series that are not there all the time, beside one that is: %j points', (counts, parts) => {
    const series = [10, ...counts].map((count, index) => seriesOf(ten.slice(0, count), { pod: `p${index}` }))
    const { doubts, notes, warnings } = extremesOf({ series }, 10)
    expect([...doubts, ...notes]).toEqual([])
    expect(warnings).toHaveLength(parts.length === 0 ? 0 : 1)
    for (const part of parts) expect(warnings[0]).toContain(part)
  })

  it('warn of a series that has a hole, and count no moment twice', () => {
    const hole = seriesOf(ten)
    const holed = { labels: { i: 'b' }, samples: hole.samples.filter(({ seconds }) => seconds < 3 || seconds > 6) }
    const twice = { labels: { i: 'c' }, samples: Array.from({ length: 10 }, () => ({ seconds: 1, value: 1 })) }
    const { warnings } = extremesOf({ series: [hole, holed, twice] }, 10)
    expect(warnings[0]).toContain('{i="c"} at 1 of 10 points, {i="b"} at 6 of 10 points')
  })

  it('quote names of labels that are none of old', () => {
    const brief = { labels: { __name__: 'up', 'my.label\n# x': 'a' }, samples: [] }
    expect(extremesOf({ series: [seriesOf(ten), brief] }, 10).warnings[0]).toContain(
      String.raw`up{"my.label\n# x"="a"} at 0 of 10 points`,
    )
  })

  it('warn of nothing where the doubt says it already', () => {
    const none = ten.map(() => nan)
    expect(of(none)).toMatchObject({ doubts: [{}], notes: [], warnings: [] })
    expect(of(ten, none)).toMatchObject({ doubts: [{}], notes: [], warnings: [] })
  })

  it('never pass over anything without a word', () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(nan, inf, -inf))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
        const { series, doubts, notes } = of(values)
        const numbers = values.filter(Number.isFinite)
        if (numbers.length < values.length) expect(doubts.length + notes.length).toBeGreaterThan(0)
        else expect([...doubts, ...notes]).toEqual([])
        if (numbers.length === 0) expect(series).toEqual([])
        else expect(series[0]).toMatchObject({ minimum: Math.min(...numbers), maximum: Math.max(...numbers) })
      }),
    )
  })
})
