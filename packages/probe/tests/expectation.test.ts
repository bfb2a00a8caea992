import { describe, expect, it } from 'vitest'
import { type Expectation, judge } from '../src/expectation.ts'
import { parseJsonCondition } from '../src/json-condition.ts'
import { parsePattern } from '../src/pattern.ts'
import { parseStatusSet } from '../src/status.ts'
import { parseVersionSource } from '../src/version.ts'
import { answerOf, bodyOf, expecting } from './made.ts'

const bodyLike = (source: string) => ({ body: { source, pattern: parsePattern(source) } })
const headerLike = (name: string, pattern: string) => ({
  headers: [{ name: name.toLowerCase(), source: `${name}: ${pattern}`, pattern: parsePattern(pattern) }],
})
const jsonLike = (...sources: string[]) => ({ json: sources.map(parseJsonCondition) })

it('finds nothing wrong with an answer of which nothing is asked but the status', () => {
  expect(judge(answerOf(), expecting())).toBeUndefined()
})

describe('the status', () => {
  it.each([
    [500, '2xx', { reason: 'http-status', detail: 'status 500, wanted 2xx' }],
    [404, '200,204', { reason: 'http-status', detail: 'status 404, wanted 200,204' }],
    [410, '2xx', { reason: 'http-status', detail: 'status 410, wanted 2xx', hopeless: 'at-once' }],
    [401, '2xx', { reason: 'blocked-by-edge', detail: 'status 401, wanted 2xx' }],
    [403, '2xx', { reason: 'blocked-by-edge', detail: 'status 403, wanted 2xx' }],
    [407, '2xx', { reason: 'blocked-by-edge', detail: 'status 407, wanted 2xx' }],
    [429, '2xx', { reason: 'rate-limited', detail: 'status 429, wanted 2xx' }],
  ])('%d, where %s is wanted, is %j', (status, wanted, failure) => {
    expect(judge(answerOf({ status }), expecting({ status: parseStatusSet(wanted) }))).toEqual(failure)
  })

  it.each([401, 403, 407, 410, 429, 503])('%d is good where it is wanted', (status) => {
    expect(judge(answerOf({ status }), expecting({ status: parseStatusSet(String(status)) }))).toBeUndefined()
  })
})

describe('the version', () => {
  const wants = (version: string, source = 'auto') => expecting({ version, versionFrom: parseVersionSource(source) })

  it('is right in another spelling', () => {
    const answer = answerOf({ version: { version: 'v1.2.3', place: '$.version' } })
    expect(judge(answer, wants('1.2.3'))).toBeUndefined()
  })

  it('that is another one is told with what was wanted, what was seen, and where', () => {
    const answer = answerOf({ version: { version: 'old1234', place: 'header x-version' } })
    expect(judge(answer, wants('new1234'))).toEqual({
      reason: 'wrong-version',
      detail: 'wanted version "new1234", observed "old1234" (header x-version)',
    })
  })

  it('that is not there fails closed, and says where it was looked for', () => {
    expect(judge(answerOf(), wants('1.2.3', 'header:X-Build'))).toEqual({
      reason: 'version-missing',
      detail: 'wanted version "1.2.3", found none (looked in the header x-build)',
    })
  })

  it('may stand in the part of a body that was not read', () => {
    const answer = answerOf({ body: bodyOf('x', true) })
    expect(judge(answer, wants('1.2.3', 'body'))?.reason).toBe('body-too-large')
    expect(judge(answer, wants('1.2.3', 'json:$.version'))?.reason).toBe('body-too-large')
    expect(judge(answer, wants('1.2.3', 'header:x-version'))?.reason).toBe('version-missing')
  })
})

describe('headers', () => {
  it.each([
    ['Content-Type', 'json', undefined],
    ['Content-Type', '/^application\\/json/', undefined],
    ['Content-Type', 'html', 'wanted header "Content-Type: html", found "application/json; charset=utf-8"'],
    ['X-Cache', 'HIT', 'wanted header "X-Cache: HIT", the header is absent'],
    // Names that every object has, and no answer.
    ['constructor', 'x', 'wanted header "constructor: x", the header is absent'],
    ['toString', '/x/', 'wanted header "toString: /x/", the header is absent'],
  ])('%s like %s: %s', (name, pattern, detail) => {
    const answer = answerOf({ headers: { 'content-type': 'application/json; charset=utf-8' } })
    const failure = judge(answer, expecting(headerLike(name, pattern)))
    expect(failure).toEqual(detail === undefined ? undefined : { reason: 'header-mismatch', detail })
  })
})

describe('the body', () => {
  it.each([
    ['UP', '{"status":"UP"}', undefined],
    ['/"status"\\s*:\\s*"up"/i', '{"status": "UP"}', undefined],
    ['UP', '{"status":"DOWN"}', 'body-mismatch'],
    ['/^UP$/', 'DOWN', 'body-mismatch'],
    ['', '', undefined],
  ])('like %s is asked of %s: %s', (source, body, reason) => {
    expect(judge(answerOf({ body }), expecting(bodyLike(source)))?.reason).toBe(reason)
  })

  it('that is too large fails only when the rest could change the answer', () => {
    const large = answerOf({ body: bodyOf(`UP ${'x'.repeat(1_048_573)}`, true) })
    expect(judge(large, expecting())).toBeUndefined()
    expect(judge(large, expecting(bodyLike('UP')))).toBeUndefined()
    expect(judge(large, expecting(bodyLike('/^UP\\b/')))).toBeUndefined()
    expect(judge(large, expecting(bodyLike('DOWN')))?.reason).toBe('body-too-large')
    expect(judge(large, expecting(bodyLike('/DOWN/')))?.reason).toBe('body-too-large')
    expect(judge(large, expecting(jsonLike('$ exists')))?.reason).toBe('body-too-large')
  })

  it('that an expression takes too long on is no match, and the expression is to blame', () => {
    const failure = judge(answerOf({ body: `${'a'.repeat(40)}!` }), expecting(bodyLike('/(a+)+$/')))
    expect(failure?.reason).toBe('body-mismatch')
    expect(failure?.detail).toContain('ran longer than 500 ms')
  })
})

describe('JSON', () => {
  it.each([
    ['{"status":"UP","n":3}', ['$.status == "UP"', '$.n > 2'], undefined],
    ['{"status":"DOWN"}', ['$.status == "UP"'], 'wanted $.status == "UP", found "DOWN"'],
    ['{"status":"UP"}', ['$.status == "UP"', '$.n > 2'], 'wanted $.n > 2, nothing is at that path'],
    ['<html>', ['$.a exists'], 'the body is not JSON, it begins with "<html>"'],
    ['', ['$.a exists'], 'the body is not JSON, it begins with ""'],
    ['null', ['$ == null'], undefined],
  ])('%s has to meet %j: %s', (body, conditions, detail) => {
    const failure = judge(answerOf({ body }), expecting(jsonLike(...conditions)))
    expect(failure).toEqual(detail === undefined ? undefined : { reason: 'json-mismatch', detail })
  })

  it('of any depth is judged, not choked on', () => {
    const body = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    for (const condition of ['$.a == 1', '$.a == []', '$..b exists', 'len($.a) == 2', '$.a contains "x"']) {
      expect(judge(answerOf({ body }), expecting(jsonLike(condition)))?.reason).toBe('json-mismatch')
    }
  })
})

describe('the latency', () => {
  it.each([
    [100, 100, undefined],
    [100.1, 100, 'too-slow'],
    [1e9, undefined, undefined],
  ])('of %d ms with a limit of %s ms: %s', (latencyMs, maxLatencyMs, reason) => {
    expect(judge(answerOf({ latencyMs }), expecting({ maxLatencyMs }))?.reason).toBe(reason)
  })
})

it('names what explains the rest: status, then version, headers, body, JSON, latency', () => {
  const answer = answerOf({ status: 500, body: '{}', latencyMs: 100 })
  const wrong: readonly [string, Partial<Expectation>, Partial<ReturnType<typeof answerOf>>][] = [
    ['http-status', {}, { status: 200 }],
    ['version-missing', { version: '1' }, { version: { version: '1', place: 'body' } }],
    ['header-mismatch', headerLike('X', 'y'), { headers: { x: 'y' } }],
    ['body-mismatch', bodyLike('UP'), { body: bodyOf('{"up":"UP"}') }],
    ['json-mismatch', jsonLike('$.ok == true'), { body: bodyOf('{"up":"UP","ok":true}') }],
    ['too-slow', { maxLatencyMs: 10 }, { latencyMs: 1 }],
  ]
  const expectation = expecting(Object.assign({}, ...wrong.map(([, asked]) => asked)))
  const seen: (string | undefined)[] = []
  let current = answer
  for (const [, , repaired] of wrong) {
    seen.push(judge(current, expectation)?.reason)
    current = { ...current, ...repaired }
  }
  expect(seen).toEqual(wrong.map(([reason]) => reason))
})
