import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { histogramCalls, isWhole } from '../../src/metrics/histogram-call.ts'

describe('histogramCalls', () => {
  it.each([
    ['histogram_quantile(0.95, rate(b[1m]))', 'rate(b[1m])'],
    [
      ' histogram_quantile( 0.95 ,\tsum by (le, job) (rate(b{x="a,b"}[1m])) ) ',
      'sum by (le, job) (rate(b{x="a,b"}[1m]))',
    ],
    // A comma within brackets is none of the call.
    ['histogram_quantile(max(a, b), b)', 'b'],
    ['histogram_quantile((1 - 0.05), b)', 'b'],
    ['1000 * histogram_quantile (0.5, b) > 3', 'b'],
    ['max by (job) (histogram_quantile(0.5, sum(b) by (le)))', 'sum(b) by (le)'],
    [String.raw`histogram_quantile(0.5, b{x=")\")", y=')', z=${'`\\`'}})`, String.raw`b{x=")\")", y=')', z=${'`\\`'}}`],
    ['histogram_quantile(0.5, b # ), comment\n)', 'b # ), comment'],
    ['{x="histogram_quantile(0.5, b)"}', undefined],
    ['up # histogram_quantile(0.5, b)', undefined],
    ['my_histogram_quantile(0.5, b)', undefined],
    ['job:histogram_quantile(0.5, b)', undefined],
    ['histogram_quantile(0.5, b', undefined],
    ['histogram_quantile(0.5)', undefined],
    ['histogram_quantile(0.5, b, c)', undefined],
    ['up', undefined],
  ])('takes %j apart', (promql, buckets) => {
    expect(histogramCalls(promql).map((call) => call.buckets)).toEqual(buckets === undefined ? [] : [buckets])
  })

  it('finds several, also one within the other', () => {
    const promql = 'histogram_quantile(0.9, a) / histogram_quantile(0.5, f(histogram_quantile(0.1, c)))'
    expect(histogramCalls(promql).map(({ text }) => text)).toEqual([
      'histogram_quantile(0.9, a)',
      'histogram_quantile(0.5, f(histogram_quantile(0.1, c)))',
      'histogram_quantile(0.1, c)',
    ])
  })

  it('knows a call that is the whole query', () => {
    const whole = (promql: string) => histogramCalls(promql).map((call) => isWhole(call, promql))
    expect(whole(' histogram_quantile(0.9, a)\n')).toEqual([true])
    expect(whole('histogram_quantile(0.9, a) * 1000')).toEqual([false])
  })

  it('is done with any text', () => {
    const part = fc.constantFrom('histogram_quantile(', '(', ')', ',', '"', "'", '`', '\\', '#', '\n', '0.5', 'b')
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const promql = parts.join('')
        for (const { text, buckets } of histogramCalls(promql)) {
          expect(promql).toContain(text)
          expect(text).toContain(buckets)
        }
      }),
    )
  })
})
