import { timeOf } from '@deploy-safety/simulators/thrown'
import { describe, expect, it } from 'vitest'
import { parseHeaders } from '../src/headers.ts'
import { secretsOf } from '../src/secrets.ts'
import { routeOf, targetOf, targetWith } from './support/made.ts'

const url = 'https://app.example.com/health'
const ofHeaders = (text: string) => [...new Set(secretsOf(targetOf(url, { request: { headers: parseHeaders(text) } })))]

describe('of headers', () => {
  it('are values by name, and the token behind their scheme', () => {
    const headers = 'Authorization: Bearer abcdefgh1234\nX-Api-Key: key-12345678\nX-Env: production-eu'
    expect(ofHeaders(headers)).toEqual(['Bearer abcdefgh1234', 'abcdefgh1234', 'key-12345678'])
  })

  it.each(['x-vercel-protection-bypass', 'X-Gitlab-Token', 'Api-Key', 'Cookie', 'X-JWT'])(
    '%s are values of 8 characters and more',
    (name) => {
      expect(ofHeaders(`${name}: s3cr3t-8`)).toEqual(['s3cr3t-8'])
      expect(ofHeaders(`${name}: scheme s3cr3t-8`)).toEqual(['scheme s3cr3t-8', 's3cr3t-8'])
      expect(ofHeaders(`${name}: s3cr3t7`)).toEqual([])
    },
  )

  it.each([
    ['Authorization: tok12', ['tok12']],
    ['Proxy-Authorization: Basic YTpi', ['Basic YTpi', 'YTpi', 'b']],
    ['Proxy-Authorization: Basic YTo=', ['Basic YTo=', 'YTo=']],
  ])('are short ones of %s too', (header, secrets) => {
    expect(ofHeaders(header)).toEqual(expect.arrayContaining(secrets))
    expect(ofHeaders(header)).not.toContain('')
  })

  it.each(['Authorization: Bearer ', 'Authorization: basic', 'Authorization:', 'Proxy-Authorization: Token'])(
    'are none where the secret was not set: %s',
    (header) => {
      expect(ofHeaders(header)).toEqual([])
    },
  )

  it.each([
    ['Cookie: theme=dark; sid=abcdefgh1; t="a b c d e"', ['abcdefgh1', 'a b c d e']],
    ['Authorization: AWS4-HMAC-SHA256 Credential=AKID/2026, Signature=fe5f80f77d', ['AKID/2026', 'fe5f80f77d']],
    ['Authorization: Basic dXNlcjpodW50ZXIyLWxvbmc=', ['dXNlcjpodW50ZXIyLWxvbmc=', 'hunter2-long']],
  ])('are the parts of %s', (header, parts) => {
    expect(ofHeaders(header)).toEqual(expect.arrayContaining([header.replace(/^\S+ /, ''), ...parts]))
    expect(ofHeaders(header)).not.toContain('dark')
  })

  it('are those of gRPC as well, and a mere connection has none', () => {
    const headers = parseHeaders('Authorization: Bearer abcdefgh1234')
    const grpc = { kind: 'grpc', url: new URL('grpc://api.example.com:1'), service: '', headers } as const
    expect(secretsOf(targetWith(grpc))).toContain('abcdefgh1234')
    expect(secretsOf(targetWith({ kind: 'socket', url: new URL('tcp://db.example.com:5432') }))).toEqual([])
  })
})

describe('of a query or a body', () => {
  it.each([
    [`${url}?token=abcd%2B1234&page=12345678`, undefined, ['abcd%2B1234', 'abcd+1234']],
    [`${url}?x-vercel-protection-bypass=abcdefgh`, undefined, ['abcdefgh']],
    [`${url}?token=abcd+efgh`, undefined, ['abcd+efgh', 'abcd efgh']],
    [`${url}?token=abcdefg%`, undefined, ['abcdefg%']],
    [`${url}?token=short`, undefined, []],
    [url, '{"user":"12345678","password": "p\\\\w45678"}', ['p\\\\w45678']],
    [url, 'user=12345678&client_secret=abcd%201234', ['abcd%201234', 'abcd 1234']],
    [url, 'query { health }', []],
  ])('are what the names in it say: %s %s', (given, body, secrets) => {
    const found = secretsOf(targetOf(given, { request: { method: 'POST', body } }))
    expect(new Set(found)).toEqual(new Set(secrets))
  })

  it('are found in no time in a long one', () => {
    const body = 'a'.repeat(1_000_000)
    expect(timeOf(() => secretsOf(targetOf(url, { request: { body } })))).toBeLessThan(1_000)
  })
})

it.each([
  ['http://user:pw1@proxy.example.com:3128', ['pw1']],
  ['http://user:p%40w@proxy.example.com:3128', ['p%40w', 'p@w']],
  ['http://proxy.example.com:3128', []],
])('of the proxy %s is its password, as it stands there and decoded', (proxy, secrets) => {
  const route = routeOf({ proxyFor: () => new URL(proxy) })
  expect(new Set(secretsOf(targetOf(url, { route })))).toEqual(new Set(secrets))
})
