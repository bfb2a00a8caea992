import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNumber, readResult } from '../../src/metrics/result.ts'

const read = (document: unknown, status = 200) =>
  readResult({ status, document, excerpt: 'http://p answers', secrets: [] })
const success = (resultType: unknown, result: unknown, rest: object = {}) =>
  read({ status: 'success', data: { resultType, result }, ...rest })

describe('readResult', () => {
  it('reads a matrix, a vector and a scalar', () => {
    const series = [{ labels: { a: 'b' }, samples: [{ seconds: 1.5, value: 2 }] }]
    const expected = { series, warnings: [], nativeHistograms: 0 }
    expect(success('matrix', [{ metric: { a: 'b' }, values: [[1.5, '2']] }])).toEqual(expected)
    expect(success('vector', [{ metric: { a: 'b' }, value: [1.5, '2'] }])).toEqual(expected)
    expect(success('scalar', [1.5, '2'])).toEqual({ ...expected, series: [{ ...series[0], labels: {} }] })
    expect(success('matrix', [])).toEqual({ series: [], warnings: [], nativeHistograms: 0 })
  })

  it('counts native histograms and takes none for a number', () => {
    const histogram = { count: '5', sum: '1', buckets: [] }
    expect(
      success('matrix', [
        { metric: {}, histograms: [[1, histogram]] },
        { metric: { a: 'b' }, values: [[1, '2']], histograms: [[2, histogram]] },
        { metric: { a: 'c' }, values: [[1, '2']] },
      ]),
    ).toMatchObject({ nativeHistograms: 2, series: [{ labels: { a: 'c' } }] })
    expect(success('vector', [{ metric: {}, histogram: [1, histogram] }])).toMatchObject({ nativeHistograms: 1 })
  })

  it('refuses a text', () => {
    expect(success('string', [1, '2'])).toMatchObject({ missing: 'metrics-ambiguous' })
  })

  it.each([
    ['no document', undefined],
    ['an array', []],
    ['null', null],
    ['another JSON', { hello: 'world' }],
    ['no data', { status: 'success' }],
    ['an unknown type', { status: 'success', data: { resultType: 'tensor', result: [] } }],
    ['no list', { status: 'success', data: { resultType: 'matrix', result: {} } }],
    ['no labels', { status: 'success', data: { resultType: 'matrix', result: [{ values: [] }] } }],
    [
      'labels that are no text',
      { status: 'success', data: { resultType: 'matrix', result: [{ metric: { a: 1 }, values: [] }] } },
    ],
    ['neither values nor histograms', { status: 'success', data: { resultType: 'matrix', result: [{ metric: {} }] } }],
    [
      'an empty value',
      { status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values: [[1, '']] }] } },
    ],
    [
      'a number for a text',
      { status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values: [[1, 2]] }] } },
    ],
    ['no time', { status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values: [['1', '2']] }] } }],
    ['half a pair', { status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values: [[1]] }] } }],
    ['a scalar that is none', { status: 'success', data: { resultType: 'scalar', result: 'x' } }],
  ])('does not take %s for an answer', (_, document) => {
    expect(read(document)).toMatchObject({ missing: 'metrics-unreachable', detail: expect.stringContaining('answers') })
  })

  it.each([
    [400, 'bad_data', 'metrics-ambiguous'],
    [422, 'execution', 'metrics-ambiguous'],
    [200, 'execution', 'metrics-ambiguous'],
    [400, 'unavailable', 'metrics-unreachable'],
    [404, 'not_found', 'metrics-unreachable'],
    [400, undefined, 'metrics-unreachable'],
  ])('has the words of an error with %d and %s', (status, errorType, missing) => {
    const found = read({ status: 'error', errorType, error: 'parse error: \u001b"x"' }, status)
    expect(found).toMatchObject({ missing, detail: expect.stringContaining('parse error') })
    expect(JSON.stringify(found)).not.toContain('\u001b')
  })

  it('keeps a few warnings, cut', () => {
    const warnings = [1, 'partial', ...Array.from({ length: 9 }, () => 'x'.repeat(5_000))]
    const found = success('matrix', [], { warnings })
    if ('missing' in found) throw new Error(found.detail)
    expect(found.warnings[0]).toBe('"partial"')
    expect(found.warnings).toHaveLength(5)
    expect(found.warnings.join('').length).toBeLessThan(2_000)
  })

  it('reads any JSON or says why not', () => {
    fc.assert(fc.property(fc.jsonValue(), (document) => void read(document)))
    fc.assert(
      fc.property(
        fc.constantFrom('matrix', 'vector', 'scalar'),
        fc.jsonValue(),
        (type, result) => void success(type, result),
      ),
    )
  })
})

describe('readNumber', () => {
  it.each([
    ['1', 1],
    ['-0.5', -0.5],
    ['1e-05', 0.00001],
    ['+3', 3],
    ['NaN', Number.NaN],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['', undefined],
    [' 1', undefined],
    ['0x10', undefined],
    ['1,5', undefined],
    ['Infinity', undefined],
    ['nan', undefined],
    ['.', undefined],
  ])('reads %j as %d', (text, value) => {
    expect(readNumber(text)).toEqual(value)
  })
})
