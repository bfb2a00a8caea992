import { Malformed } from '@deploy-safety/common/inputs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseQueries } from '../../src/metrics/queries.ts'

function refusal(text: string): Malformed {
  try {
    parseQueries(text)
  } catch (error) {
    if (error instanceof Malformed) return error
    throw error
  }
  throw new Error(`It was accepted: ${text}`)
}

describe('parseQueries', () => {
  it('reads names and queries, which may be full of "="', () => {
    const text = [
      '',
      '  # CPU and latency',
      'cpu = avg(rate(process_cpu_seconds_total{job="api", pod=~"api-.*"}[1m])) == 1',
      '\tp95-latency=histogram_quantile(0.95, sum by (le) (rate(b[1m]))) # a comment of PromQL',
      '   ',
      '_x1 = {__name__="a=b"}',
    ].join('\r\n')
    expect(parseQueries(text)).toEqual([
      { name: 'cpu', promql: 'avg(rate(process_cpu_seconds_total{job="api", pod=~"api-.*"}[1m])) == 1' },
      {
        name: 'p95-latency',
        promql: 'histogram_quantile(0.95, sum by (le) (rate(b[1m]))) # a comment of PromQL',
      },
      { name: '_x1', promql: '{__name__="a=b"}' },
    ])
  })

  it.each(['', '\n\n', '# nothing'])('reads no query from %j', (text) => {
    expect(parseQueries(text)).toEqual([])
  })

  it.each([
    ['up', /^line 1, "up", has no name for the query$/],
    ['\nup{job="a"}', /^line 2, .* starts with "up\{job", which is not a name$/],
    ['cpu == 1', /^line 1, .* compares "cpu" instead of naming a query/],
    ['cpu =~ 1', /compares "cpu"/],
    ['1cpu = up', /starts with "1cpu"/],
    ['c pu = up', /starts with "c pu"/],
    ['prometheus.cpu = up', /starts with "prometheus.cpu"/],
    ['größe = up', /starts with "größe"/],
    ['-a = up', /starts with "-a"/],
    ['= up', /has no name before the "="/],
    ['cpu =', /has no query after the "="/],
    ['cpu = up\ncpu = down', /^line 2 defines "cpu" again$/],
    ['__proto__ = up\n__proto__ = up', /^line 2 defines "__proto__" again$/],
  ])('refuses %j', (text, message) => {
    const { message: problem, accepted } = refusal(text)
    expect(problem).toMatch(message)
    expect(accepted).not.toBe('')
  })

  it('shows foreign text only in quotes', () => {
    expect(refusal('a\u001b[31m = up').message).not.toContain('\u001b')
  })

  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,20}$/)
  const promql = fc.stringMatching(/^[^\s=~#][^\r\n]{0,40}[^\s]$/)
  it('reads back whatever was written by its rules', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, promql), { selector: ([one]) => one, maxLength: 5 }), (pairs) => {
        const expected = pairs.map(([one, query]) => ({ name: one, promql: query }))
        expect(parseQueries(pairs.map(([one, query]) => `${one} = ${query}`).join('\n'))).toEqual(expected)
      }),
    )
  })

  it('reads any text or refuses it as malformed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseQueries(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
    )
  })
})
