import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextStep } from '../src/redirect.ts'
import type { HttpRequest, RedirectPolicy } from '../src/target.ts'
import { requestTo } from './made.ts'

const from = requestTo('https://app.example.com/a/b?c=1', {
  headers: [
    ['X-Api-Key', 'hunter22'],
    ['Content-Type', 'text/plain'],
  ],
})
const posting = { ...from, method: 'POST', body: 'hello' }

function step(location: string | undefined, policy: RedirectPolicy, request: HttpRequest = from, status = 302) {
  return nextStep({ status, headers: location === undefined ? {} : { location } }, request, policy)
}

function followed(...parameters: Parameters<typeof step>): HttpRequest {
  const result = step(...parameters)
  if (result.kind !== 'follow') throw new Error(`Not followed: ${JSON.stringify(result)}`)
  return result.request
}

describe('a response', () => {
  it.each([200, 204, 300, 304, 305, 306, 309, 404, 500])(
    'with status %d is no redirect, whatever its Location',
    (status) => {
      expect(step('/elsewhere', 'all', from, status)).toEqual({ kind: 'response' })
    },
  )

  it('without a Location is no redirect', () => {
    expect(step(undefined, 'all')).toEqual({ kind: 'response' })
  })
})

describe('where a redirect may lead', () => {
  it.each([
    ['/x', 'same-origin', 'https://app.example.com/x'],
    ['x', 'same-origin', 'https://app.example.com/a/x'],
    ['?d=2', 'same-origin', 'https://app.example.com/a/b?d=2'],
    ['//app.example.com/x', 'same-origin', 'https://app.example.com/x'],
    ['https://APP.example.com:443/x', 'same-origin', 'https://app.example.com/x'],
    ['https://app.example.com/x#part', 'same-origin', 'https://app.example.com/x'],
    ['https://user:hunter22@app.example.com/x', 'same-origin', 'https://app.example.com/x'],
    ['', 'same-origin', 'https://app.example.com/a/b?c=1'],
    ['https://other.example.com/', 'all', 'https://other.example.com/'],
    ['http://app.example.com/', 'all', 'http://app.example.com/'],
    ['https://app.example.com:8443/', 'all', 'https://app.example.com:8443/'],
  ] as const)('%j is followed with %s to %s', (location, policy, url) => {
    expect(followed(location, policy).url.href).toBe(url)
  })

  it.each([
    ['https://other.example.com/', 'another origin'],
    ['//other.example.com/', 'another origin'],
    ['http://app.example.com/', 'another origin'],
    ['https://app.example.com:8443/', 'another origin'],
    ['https://app.example.com.evil.example/', 'another origin'],
    ['https://app.example.com@evil.example/', 'another origin'],
    ['\\\\evil.example\\x', 'another origin'],
    ['/\\evil.example', 'another origin'],
    ['\t//evil.example', 'another origin'],
  ])('%j is another origin, and refused for good with same-origin', (location, why) => {
    const result = step(location, 'same-origin')
    expect(result).toMatchObject({ kind: 'refuse', crossOrigin: true })
    expect(result).toMatchObject({ detail: expect.stringContaining(why) })
  })

  it('nothing is followed with none; across origins for good', () => {
    expect(step('/x', 'none')).toMatchObject({ kind: 'refuse', crossOrigin: false })
    expect(step('https://other.example.com/', 'none')).toMatchObject({ kind: 'refuse', crossOrigin: true })
  })

  it.each([
    'http://',
    'https://:80',
    'http://[::1',
    'ftp://app.example.com/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:,x',
  ])('%s is no HTTP address, with any policy', (location) => {
    for (const policy of ['none', 'same-origin', 'all'] as const) {
      expect(step(location, policy)).toMatchObject({
        kind: 'refuse',
        detail: expect.stringContaining('no HTTP address'),
      })
    }
  })

  it('a refusal tells from where to where, without what may be secret', () => {
    const result = step('https://u:hunter22@other.example.com/x?token=hunter22#hunter22', 'same-origin')
    expect(result).toMatchObject({
      detail:
        'https://app.example.com/a/b?c=… answers 302 to https://other.example.com/x?token=…: another origin, and follow-redirects is same-origin',
    })
  })
})

describe('method and body', () => {
  it.each([
    [301, 'GET', 'GET', false],
    [301, 'POST', 'GET', false],
    [302, 'POST', 'GET', false],
    [303, 'POST', 'GET', false],
    [303, 'PUT', 'GET', false],
    [303, 'DELETE', 'GET', false],
    [303, 'HEAD', 'HEAD', false],
    [301, 'HEAD', 'HEAD', false],
    [301, 'PUT', 'PUT', true],
    [302, 'DELETE', 'DELETE', true],
    [307, 'POST', 'POST', true],
    [308, 'POST', 'POST', true],
    [307, 'PUT', 'PUT', true],
    [308, 'HEAD', 'HEAD', false],
  ])('after %d a %s is repeated as %s; with its body: %s', (status, method, then, withBody) => {
    const body = ['GET', 'HEAD'].includes(method) ? undefined : 'hello'
    const request = followed('/x', 'same-origin', { ...from, method, body }, status)
    expect(request).toMatchObject({ method: then, body: withBody ? 'hello' : undefined })
  })

  it('a request that loses its body loses the headers that describe it, and no others', () => {
    expect(followed('/x', 'same-origin', posting, 303).headers).toEqual([['X-Api-Key', 'hunter22']])
    expect(followed('/x', 'same-origin', posting, 307).headers).toEqual(from.headers)
  })
})

describe('across origins', () => {
  it('no header of the user goes along, and none comes back on a later hop', () => {
    const away = followed('https://other.example.com/', 'all')
    expect(away.headers).toEqual([])
    const back = followed('https://app.example.com/', 'all', away)
    expect(back.url.origin).toBe(from.url.origin)
    expect(back.headers).toEqual([])
  })

  it.each([307, 308])('no body goes along: a %d that would need it is refused for good', (status) => {
    const result = step('https://other.example.com/', 'all', posting, status)
    expect(result).toMatchObject({ kind: 'refuse', crossOrigin: true, detail: expect.stringContaining('body') })
  })

  it('a redirect that turns into a GET is followed without the body', () => {
    expect(followed('https://other.example.com/', 'all', posting, 303)).toMatchObject({
      method: 'GET',
      body: undefined,
      headers: [],
    })
  })
})

it('whatever the Location is, nothing is sent to another origin that the policy does not allow, and no secret at all', () => {
  const location = fc.oneof(
    fc.string(),
    fc
      .array(
        fc.constantFrom(
          'https:',
          'http:',
          '//',
          '/',
          '\\',
          '@',
          ':',
          'app.example.com',
          'evil.example',
          '\t',
          '.',
          '#',
        ),
      )
      .map((pieces) => pieces.join('')),
  )
  const policy = fc.constantFrom<RedirectPolicy>('none', 'same-origin', 'all')
  fc.assert(
    fc.property(location, policy, fc.constantFrom(301, 302, 303, 307, 308), (to, allowed, status) => {
      const result = step(to, allowed, posting, status)
      expect(result.kind).not.toBe('response')
      if (result.kind !== 'follow') return
      expect(allowed).not.toBe('none')
      expect(result.request.url.protocol).toMatch(/^https?:$/)
      expect(`${result.request.url.username}${result.request.url.password}`).toBe('')
      if (result.request.url.origin === from.url.origin) return
      expect(allowed).toBe('all')
      expect(result.request).toMatchObject({ headers: [], body: undefined })
    }),
    { numRuns: 500 },
  )
})
