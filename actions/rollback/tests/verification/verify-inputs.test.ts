import { ActionError } from '@deploy-safety/common/errors'
import { anyText } from '@deploy-safety/simulators/any-text'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type VerifyInput, verifyInputs } from '../../src/verification/verify-inputs.ts'
import { type Given, read, verificationOf } from '../support/verification.ts'

const names = Object.keys(verifyInputs) as VerifyInput[]
const others: Given = {
  'verify-headers': 'X-Ready: 1',
  'verify-expect-status': '204',
  'verify-expect-version': '1.4.0',
  'verify-success-threshold': '1',
  'verify-interval': '5s',
  'verify-timeout': '1m',
  'verify-soak': '10s',
}

function refusal(given: Given): { message: string; hint: string } {
  const { code, message, hint = '' } = thrownBy(() => read(given), ActionError)
  expect(code).toBe('invalid-input')
  return { message, hint }
}

describe('without verify-url', () => {
  it.each([{}, { 'verify-url': ' \n' }, { 'verify-headers': ' ' }])('%j verifies nothing', (given) => {
    expect(read(given)).toBeUndefined()
  })

  it('takes a default for what is not given: a reusable workflow hands its own through', () => {
    expect(read({ 'verify-timeout': ' 2m ' })).toBeUndefined()
  })

  it.each(names.filter((name) => name !== 'verify-url'))('%s is refused', (name) => {
    expect(refusal({ [name]: others[name] })).toEqual({
      message: `Input "${name}" is given without "verify-url": nothing would be verified.`,
      hint: 'Set verify-url.',
    })
  })
})

describe('what is asked', () => {
  it.each([
    ['https://app.example.com/health?a=1#top', 'http', 'https://app.example.com/health?a=1'],
    [' http://127.0.0.1:8080\n', 'http', 'http://127.0.0.1:8080/'],
    ['tcp://db.example.com:5432', 'socket', 'tcp://db.example.com:5432'],
    ['tls://db.example.com:5432', 'socket', 'tls://db.example.com:5432'],
    ['grpc://api.example.com:50051', 'grpc', 'grpc://api.example.com:50051'],
    ['grpcs://api.example.com:443/my.Service', 'grpc', 'grpcs://api.example.com:443/my.Service'],
  ])('%j is a target of %s', (url, kind, href) => {
    const { request } = verificationOf({ 'verify-url': url }).target
    expect([request.kind, request.url.href]).toEqual([kind, href])
  })

  it.each([
    ['https://app.example.com', { method: 'GET', body: undefined }],
    ['grpc://api.example.com:1/my%20Service', { service: 'my Service' }],
    ['grpc://api.example.com:1', { service: '' }],
  ])('%s is asked with the headers that are given', (url, asked) => {
    const { request } = verificationOf({ 'verify-url': url, 'verify-headers': 'X-One: 1\n\nX-Two: a: b' }).target
    const headers = [
      ['X-One', '1'],
      ['X-Two', 'a: b'],
    ]
    expect(request).toMatchObject({ ...asked, headers })
  })

  it('goes the way that every request of healthcheck goes', () => {
    const proxy = new URL('http://proxy.example.com:3128')
    const { route, followRedirects, allAddresses } = verificationOf({}, proxy).target
    expect(route.proxyFor(new URL('https://app.example.com'))).toBe(proxy)
    expect({ followRedirects, allAddresses }).toEqual({ followRedirects: 'same-origin', allAddresses: false })
    expect(route).toMatchObject({ denyPrivate: false, insecure: false, secureContext: undefined })
  })
})

describe('what is expected', () => {
  it('is 3 successes with a status of 2xx in 2 minutes, where nothing else is said', () => {
    const { rules, target } = verificationOf()
    expect(rules).toEqual({
      deadlineMs: 120_000,
      startPeriodMs: 0,
      intervalMs: 2_000,
      attempts: 0,
      timeoutMs: 10_000,
      successThreshold: 3,
      samples: 0,
      maxP95Ms: undefined,
      soakMs: 0,
      failureThreshold: 1,
    })
    expect(target.expectation).toMatchObject({ status: { ranges: [[200, 299]] }, expectedVersion: undefined })
  })

  it('is what is given', () => {
    const { rules, target } = verificationOf(others)
    expect(rules).toMatchObject({ deadlineMs: 60_000, intervalMs: 5_000, successThreshold: 1, soakMs: 10_000 })
    expect(target.expectation).toMatchObject({
      status: { ranges: [[204, 204]] },
      expectedVersion: '1.4.0',
      versionFrom: { kind: 'auto' },
    })
  })

  it('is the default for every blank', () => {
    const blank = verificationOf(Object.fromEntries(Object.keys(others).map((name) => [name, ' '])))
    const { rules, target } = verificationOf()
    expect(blank.rules).toEqual(rules)
    expect(blank.target.expectation).toEqual(target.expectation)
  })
})

describe('what cannot be meant is refused', () => {
  it.each<[VerifyInput, string, RegExp, RegExp]>([
    ['verify-url', 'app.example.com/health', /is not a URL/, /https:\/\//],
    ['verify-url', 'ftp://app.example.com', /unknown scheme "ftp:"/, /https:\/\//],
    ['verify-url', 'https://a.example.com\nhttps://b.example.com', /more than one URL/, /Give one URL/],
    ['verify-url', 'https://a.example.com/x y', /or a blank in it/, /Give one URL/],
    ['verify-url', 'tcp://db.example.com', /has no port/, /:5432/],
    ['verify-headers', 'Authorization Bearer x', /line 1 is not a header/, /Name: value/],
    ['verify-headers', 'Connection: close', /"Connection" is set by the action itself/, /Leave it out/],
    ['verify-expect-status', '2xx,abc', /"abc" is not a status/, /200-399/],
    ['verify-expect-version', '$GIT_SHA', /has an unexpanded variable in it/, /env\.NAME/],
    ['verify-success-threshold', '0', /"0" is not a whole number from 1 to 1000/, /Write/],
    ['verify-success-threshold', '1001', /"1001" is not a whole number from 1 to 1000/, /Write/],
    ['verify-interval', '2', /number without a unit/, /2s/],
    ['verify-timeout', '0s', /"0s" is no time/, /2m/],
    ['verify-timeout', 'soon', /"soon" is not a duration/, /5m/],
    ['verify-soak', '-1s', /"-1s" is not a duration/, /20s/],
  ])('%s: %j', (name, value, message, hint) => {
    const refused = refusal({ 'verify-url': 'https://app.example.com', [name]: value })
    expect(refused.message).toContain(`Input "${name}": `)
    expect(refused.message).toMatch(message)
    expect(refused.hint).toMatch(hint)
  })

  it('also when the successes do not fit into the time', () => {
    expect(refusal({ 'verify-url': 'https://app.example.com', 'verify-timeout': '3600ms' })).toEqual({
      message: '3 successes, 2 s apart, do not fit into verify-timeout (3.6 s).',
      hint: 'Raise verify-timeout, or lower verify-success-threshold or verify-interval.',
    })
    expect(verificationOf({ 'verify-timeout': '3601ms' }).rules.deadlineMs).toBe(3_601)
    expect(verificationOf({ 'verify-timeout': '1ms', 'verify-success-threshold': '1' }).rules.deadlineMs).toBe(1)
  })

  it('with an error that says which input it is, for any text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), anyText(), (name, text) => {
        try {
          read({ 'verify-url': 'https://app.example.com', [name]: text })
        } catch (error) {
          expect(error).toBeInstanceOf(ActionError)
          expect(String(error)).toMatch(/verify-/)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('what a scheme does not have is refused, not passed over', () => {
  it.each<[string, VerifyInput, string]>([
    ['tcp', 'verify-headers', 'X-Ready: 1'],
    ['tls', 'verify-expect-version', '1.4.0'],
    ['tcp', 'verify-expect-status', '200'],
    ['grpc', 'verify-expect-version', '1.4.0'],
    ['grpcs', 'verify-expect-status', '200'],
  ])('%s:// has no %s', (scheme, name, value) => {
    expect(refusal({ 'verify-url': `${scheme}://a.example.com:1`, [name]: value })).toEqual({
      message: `Input "${name}" cannot be used over ${scheme}://.`,
      hint: `Give a verify-url with http:// or https://, or remove ${name}.`,
    })
  })

  it('but gRPC has headers, and a default is handed through', () => {
    const given = { 'verify-url': 'grpc://a.example.com:1', 'verify-headers': 'X-Ready: 1' }
    expect(verificationOf({ ...given, 'verify-expect-status': '2xx' }).target.request.kind).toBe('grpc')
  })
})

describe('secrets', () => {
  it('are those of headers, query and proxy', () => {
    const given = {
      'verify-url': 'https://app.example.com/health?token=query-12345678&page=12345678',
      'verify-headers': 'Authorization: Bearer abcdefgh1234\nX-Env: production-eu',
    }
    const { secrets } = verificationOf(given, new URL('http://user:pr0xy@proxy.example.com:3128'))
    expect(new Set(secrets)).toEqual(new Set(['Bearer abcdefgh1234', 'abcdefgh1234', 'query-12345678', 'pr0xy']))
  })

  it('are none where there are none', () => {
    expect(verificationOf().secrets).toEqual([])
  })

  it.each<Given>([
    { 'verify-url': 'https://user:hunter2@app.example.com' },
    { 'verify-url': 'https://app.example.com?token=hunter2 x' },
    { 'verify-url': 'ftp://app.example.com?token=hunter2' },
    { 'verify-url': 'https://app.example.com', 'verify-headers': 'X-Token hunter2' },
    { 'verify-url': 'https://app.example.com', 'verify-headers': 'X-Token: hunter2\u0001' },
    { 'verify-headers': 'X-Token: hunter2' },
  ])('are in no refusal: %j', (given) => {
    expect(JSON.stringify(refusal(given))).not.toContain('hunter2')
  })
})
