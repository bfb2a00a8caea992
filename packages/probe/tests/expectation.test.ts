import { describe, expect, it } from 'vitest'
import { type Expectation, judge } from '../src/expectation.ts'
import { parseJsonCondition } from '../src/json-parser.ts'
import { parsePattern } from '../src/pattern.ts'
import { parseStatusSet } from '../src/status.ts'
import { parseVersionSource } from '../src/version-source.ts'
import { bodyOf, expecting, responseOf } from './support/made.ts'

const sha = '3f9c1e7ab04d5586c1e2f3a4b5c6d7e8f9a0b1c2'
const bodyLike = (source: string) => ({ body: { source, pattern: parsePattern(source) } })
const headerLike = (name: string, pattern: string) => ({
  headers: [{ name: name.toLowerCase(), source: `${name}: ${pattern}`, pattern: parsePattern(pattern) }],
})
const jsonLike = (...sources: string[]) => ({ json: sources.map(parseJsonCondition) })

it('finds nothing wrong with a response of which nothing is asked but the status', () => {
  expect(judge(responseOf(), expecting())).toBeUndefined()
})

describe('the status', () => {
  it.each([
    [500, '2xx', { reasonCode: 'http-status', detail: 'HTTP 500, expected 2xx' }],
    [404, '200,204', { reasonCode: 'http-status', detail: 'HTTP 404, expected 200,204' }],
    [410, '2xx', { reasonCode: 'http-status', detail: 'HTTP 410, expected 2xx', hopeless: 'after-start' }],
    [401, '2xx', { reasonCode: 'blocked-by-edge', detail: 'HTTP 401, expected 2xx' }],
    [403, '2xx', { reasonCode: 'blocked-by-edge', detail: 'HTTP 403, expected 2xx' }],
    [407, '2xx', { reasonCode: 'blocked-by-edge', detail: 'HTTP 407, expected 2xx' }],
    [429, '2xx', { reasonCode: 'rate-limited', detail: 'HTTP 429, expected 2xx' }],
  ])('%d, where %s is expected, is %j', (status, expected, failure) => {
    expect(judge(responseOf({ status }), expecting({ status: parseStatusSet(expected) }))).toEqual(failure)
  })

  it.each([401, 403, 407, 410, 429, 503])('%d is good where it is expected', (status) => {
    expect(judge(responseOf({ status }), expecting({ status: parseStatusSet(String(status)) }))).toBeUndefined()
  })
})

describe('the version', () => {
  const wants = (expectedVersion: string, source = 'auto') =>
    expecting({ expectedVersion, versionFrom: parseVersionSource(source) })

  it('is right in another spelling', () => {
    const response = responseOf({ observedVersion: { text: 'v1.2.3', place: '$.version' } })
    expect(judge(response, wants('1.2.3'))).toBeUndefined()
  })

  it('that is another one is reported with what was expected, what was observed, and where', () => {
    const response = responseOf({ observedVersion: { text: 'old1234', place: 'header x-version' } })
    expect(judge(response, wants('new1234'))).toEqual({
      reasonCode: 'wrong-version',
      detail: 'serves old1234 (header x-version), expected new1234',
    })
  })

  it.each([
    [sha, { text: '2.3.1', place: 'header x-version' }, `{"commit":"${sha}"}`, 'json:$.commit'],
    ['2.3.1', { text: sha, place: 'header x-commit' }, '{"version":"2.3.1"}', 'json:$.version'],
    ['2.3.1', { text: 'release-2.3.1', place: '$.version' }, '{"version":"release-2.3.1"}', 'body'],
    [sha, { text: `1.0.0 build ${sha} linux`, place: '$.version' }, `{"version":"1.0.0 build ${sha} linux"}`, 'body'],
  ])('%s, when something of another kind decides, comes with where it is', (expected, observedVersion, body, from) => {
    const failure = judge(responseOf({ observedVersion, body }), wants(expected))
    expect(failure?.reasonCode).toBe('wrong-version')
    expect(failure?.detail).toMatch(
      new RegExp(
        `; the response has it elsewhere: if that is the version, set "version-from: ${from.replace('$', '\\$')}"$`,
      ),
    )
  })

  it('that is older comes with nothing else, although a newer one is named', () => {
    const observedVersion = { text: '1.9.0', place: '$.version' }
    const failure = judge(responseOf({ observedVersion, body: '{"version":"1.9.0","latest":"2.0.0"}' }), wants('2.0.0'))
    expect(failure?.detail).toBe('serves 1.9.0 ($.version), expected 2.0.0')
  })

  it('that is not there fails closed, and says where it was looked for', () => {
    expect(judge(responseOf(), wants('1.2.3', 'header:X-Build'))).toEqual({
      reasonCode: 'version-missing',
      detail: 'expected version 1.2.3, got none (looked in the header x-build)',
    })
  })

  it('that is not there, but elsewhere, comes with what to write', () => {
    expect(judge(responseOf({ body: '{"app":{"rev":"1.2.3"}}' }), wants('1.2.3', 'json:$.version'))).toEqual({
      reasonCode: 'version-missing',
      detail:
        'expected version 1.2.3, got none; the response has it elsewhere: if that is the version, set ' +
        '"version-from: json:$.app.rev" (looked at $.version: nothing is at that path)',
    })
  })

  it('may stand in the part of a body that was not read', () => {
    const response = responseOf({ body: bodyOf('x', true) })
    expect(judge(response, wants('1.2.3', 'body'))?.reasonCode).toBe('body-too-large')
    expect(judge(response, wants('1.2.3', 'json:$.version'))?.reasonCode).toBe('body-too-large')
    expect(judge(response, wants('1.2.3', 'header:x-version'))?.reasonCode).toBe('version-missing')
    const other = { ...response, observedVersion: { text: '24.1.0', place: 'body' } }
    expect(judge(other, wants('1.2.3', 'body'))?.reasonCode).toBe('body-too-large')
    expect(
      judge({ ...other, observedVersion: { text: '1.2.3', place: 'body' } }, wants('1.2.3', 'body')),
    ).toBeUndefined()
    expect(judge(other, wants('1.2.3', 'auto'))?.reasonCode).toBe('wrong-version')
  })
})

describe('headers', () => {
  it.each([
    ['Content-Type', 'json', undefined],
    ['Content-Type', '/^application\\/json/', undefined],
    ['Content-Type', 'html', 'expected header "Content-Type: html", observed "application/json; charset=utf-8"'],
    ['X-Cache', 'HIT', 'expected header "X-Cache: HIT", got none'],
    // Names that every object has, and no response.
    ['constructor', 'x', 'expected header "constructor: x", got none'],
    ['toString', '/x/', 'expected header "toString: /x/", got none'],
  ])('%s like %s: %s', (name, pattern, detail) => {
    const response = responseOf({ headers: { 'content-type': 'application/json; charset=utf-8' } })
    const failure = judge(response, expecting(headerLike(name, pattern)))
    expect(failure).toEqual(detail === undefined ? undefined : { reasonCode: 'header-mismatch', detail })
  })
})

describe('the body', () => {
  it('that is empty is called so', () => {
    const failure = judge(responseOf({ body: '' }), expecting(bodyLike('ok')))
    expect(failure).toEqual({ reasonCode: 'body-mismatch', detail: 'the body is empty and does not match "ok"' })
  })

  it.each([
    ['UP', '{"status":"UP"}', undefined],
    ['/"status"\\s*:\\s*"up"/i', '{"status": "UP"}', undefined],
    ['UP', '{"status":"DOWN"}', 'body-mismatch'],
    ['/^UP$/', 'DOWN', 'body-mismatch'],
    ['', '', undefined],
  ])('like %s is asked of %s: %s', (source, body, reasonCode) => {
    expect(judge(responseOf({ body }), expecting(bodyLike(source)))?.reasonCode).toBe(reasonCode)
  })

  it('that is too large fails only when the rest could change the result', () => {
    const large = responseOf({ body: bodyOf(`UP ${'x'.repeat(1_048_573)}`, true) })
    expect(judge(large, expecting())).toBeUndefined()
    expect(judge(large, expecting(bodyLike('UP')))).toBeUndefined()
    expect(judge(large, expecting(bodyLike('/^UP\\b/')))).toBeUndefined()
    expect(judge(large, expecting(bodyLike('DOWN')))?.reasonCode).toBe('body-too-large')
    expect(judge(large, expecting(bodyLike('/DOWN/')))?.reasonCode).toBe('body-too-large')
    expect(judge(large, expecting(jsonLike('$ exists')))?.reasonCode).toBe('body-too-large')
  })

  it('that an expression takes too long on is no match, and the expression is to blame', () => {
    const failure = judge(responseOf({ body: `${'a'.repeat(40)}!` }), expecting(bodyLike('/(a+)+$/')))
    expect(failure?.reasonCode).toBe('body-mismatch')
    expect(failure?.detail).toContain('ran longer than 500 ms')
  })
})

describe('JSON', () => {
  it.each([
    ['{"status":"UP","n":3}', ['$.status == "UP"', '$.n > 2'], undefined],
    ['{"status":"DOWN"}', ['$.status == "UP"'], '$.status is "DOWN", expected "UP"'],
    ['{"status":"UP"}', ['$.status == "UP"', '$.n > 2'], 'nothing is at $.n, expected $.n > 2'],
    ['<html>', ['$.a exists'], 'the body is not JSON, it begins with "<html>"'],
    ['', ['$.a exists'], 'the body is empty'],
    ['null', ['$ == null'], undefined],
  ])('%s has to meet %j: %s', (body, conditions, detail) => {
    const failure = judge(responseOf({ body }), expecting(jsonLike(...conditions)))
    expect(failure).toEqual(detail === undefined ? undefined : { reasonCode: 'json-mismatch', detail })
  })

  it('of any depth is judged, not choked on', () => {
    const body = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    for (const condition of ['$.a == 1', '$.a == []', '$..b exists', 'len($.a) == 2', '$.a contains "x"']) {
      expect(judge(responseOf({ body }), expecting(jsonLike(condition)))?.reasonCode).toBe('json-mismatch')
    }
  })
})

describe('the latency', () => {
  it.each([
    [100, 100, undefined],
    [100.1, 100, 'too-slow'],
    [1e9, undefined, undefined],
  ])('of %d ms with a limit of %s ms: %s', (latencyMs, maxLatencyMs, reasonCode) => {
    expect(judge(responseOf({ latencyMs }), expecting({ maxLatencyMs }))?.reasonCode).toBe(reasonCode)
  })
})

it('names what explains the rest: status, then version, headers, body, JSON, latency', () => {
  const response = responseOf({ status: 500, body: '{}', latencyMs: 100 })
  const wrong: readonly [string, Partial<Expectation>, Partial<ReturnType<typeof responseOf>>][] = [
    ['http-status', {}, { status: 200 }],
    ['version-missing', { expectedVersion: '1' }, { observedVersion: { text: '1', place: 'body' } }],
    ['header-mismatch', headerLike('X', 'y'), { headers: { x: 'y' } }],
    ['body-mismatch', bodyLike('UP'), { body: bodyOf('{"up":"UP"}') }],
    ['json-mismatch', jsonLike('$.ok == true'), { body: bodyOf('{"up":"UP","ok":true}') }],
    ['too-slow', { maxLatencyMs: 10 }, { latencyMs: 1 }],
  ]
  const expectation = expecting(Object.assign({}, ...wrong.map(([, asked]) => asked)))
  const reasonCodes: (string | undefined)[] = []
  let current = response
  for (const [, , repaired] of wrong) {
    reasonCodes.push(judge(current, expectation)?.reasonCode)
    current = { ...current, ...repaired }
  }
  expect(reasonCodes).toEqual(wrong.map(([reasonCode]) => reasonCode))
})
