import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextStep } from '../src/redirect.ts'
import { parseStatusSet } from '../src/status.ts'
import type { HttpRequest, RedirectPolicy } from '../src/target.ts'
import { requestTo } from './support/made.ts'

const from = requestTo('https://app.example.com/a/b?c=1', {
  headers: [
    ['X-Api-Key', 'hunter22'],
    ['Content-Type', 'text/plain'],
  ],
})
const posting = { ...from, method: 'POST', body: 'hello' }

function step(location: string | undefined, policy: RedirectPolicy, request: HttpRequest = from, status = 302) {
  const headers = location === undefined ? {} : { location }
  return nextStep({ status, headers }, request, { policy, expected: parseStatusSet('2xx'), target: from.url })
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

  it.each(['none', 'same-origin', 'all'] as const)(
    'that redirects without a Location is a protocol-error (%s)',
    (policy) => {
      expect(step(undefined, policy)).toEqual({
        kind: 'fail',
        failure: {
          reasonCode: 'protocol-error',
          detail: 'redirects (302) without a Location',
        },
      })
    },
  )

  it('of another hop than the first is named with its URL', () => {
    const hop = requestTo('https://app.example.com/hop')
    expect(step(undefined, 'all', hop)).toMatchObject({
      failure: { detail: 'https://app.example.com/hop redirects (302) without a Location' },
    })
  })

  it.each([
    ['302', 302],
    ['301,302', 301],
    ['3xx', 303],
    ['200-399', 307],
    ['308', 308],
  ])('whose code %s names (%d) is no redirect, wherever it leads, if anywhere', (expected, status) => {
    for (const location of ['/x', 'https://other.example.com/', 'ftp://x/', 'https://a.okta.com/', undefined]) {
      for (const policy of ['none', 'same-origin', 'all'] as const) {
        const headers = location === undefined ? {} : { location }
        const rules = { policy, expected: parseStatusSet(expected), target: from.url }
        expect(nextStep({ status, headers }, from, rules)).toEqual({ kind: 'response' })
      }
    }
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
    expect(step(location, 'same-origin')).toMatchObject({
      kind: 'fail',
      failure: { reasonCode: 'redirect-refused', hopeless: 'after-start', detail: expect.stringContaining(why) },
    })
  })

  it('nothing is followed with none; across origins for good', () => {
    expect(step('/x', 'none')).toEqual({
      kind: 'fail',
      failure: {
        reasonCode: 'redirect-refused',
        detail: 'redirects (302) to https://app.example.com/x, and follow-redirects is none',
      },
    })
    expect(step('https://other.example.com/', 'none')).toMatchObject({
      failure: { reasonCode: 'redirect-refused', hopeless: 'after-start' },
    })
  })

  it.each([
    'http://',
    'https://:80',
    'http://[::1',
    'ftp://app.example.com/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:,x',
  ])('%s is not an HTTP address, with any policy', (location) => {
    for (const policy of ['none', 'same-origin', 'all'] as const) {
      const result = step(location, policy)
      expect(result).toMatchObject({
        kind: 'fail',
        failure: { reasonCode: 'protocol-error', detail: expect.stringContaining('not an HTTP address') },
      })
      expect(result).not.toHaveProperty('failure.hopeless')
    }
  })

  it('a refusal tells from where to where, without what may be secret', () => {
    const result = step('https://u:hunter22@other.example.com/x?token=hunter22#hunter22', 'same-origin')
    expect(result).toMatchObject({
      failure: {
        detail:
          'redirects (302) to https://other.example.com/x?token=…, another origin, and follow-redirects is same-origin',
      },
    })
  })
})

describe('the upgrade of a host from http to https', () => {
  const plain = (href: string) => ({ ...posting, url: new URL(href) })
  it.each([
    ['http://app.example.com/', 'https://app.example.com/'],
    ['http://app.example.com/a', 'https://APP.example.com:443/b?c=1'],
    ['http://app.example.com:8080/', 'https://app.example.com/'],
    ['http://app.example.com:8080/', 'https://app.example.com:8080/'],
    ['http://[2001:db8::1]/', 'https://[2001:db8::1]/'],
  ])('from %s to %s is its own origin: headers and body go along', (href, location) => {
    for (const policy of ['same-origin', 'all'] as const) {
      expect(followed(location, policy, plain(href), 307)).toMatchObject({
        method: 'POST',
        headers: from.headers,
        body: 'hello',
        url: new URL(location),
      })
    }
  })

  it.each([
    ['http://app.example.com/', 'https://app.example.com:8443/'],
    ['http://app.example.com/', 'https://www.example.com/'],
    ['http://app.example.com/', 'https://app.example.com.evil.example/'],
    ['http://app.example.com:8080/', 'https://app.example.com:8081/'],
    ['https://app.example.com/', 'http://app.example.com/'],
    ['http://app.example.com/', 'http://app.example.com:8080/'],
  ])('is not what leads from %s to %s', (href, location) => {
    const request = { ...from, url: new URL(href) }
    expect(step(location, 'same-origin', request)).toMatchObject({ failure: { reasonCode: 'redirect-refused' } })
    expect(followed(location, 'all', request).headers).toEqual([])
  })
})

describe('a Location in UTF-8', () => {
  it.each([
    [Buffer.from('/grüß').toString('latin1'), '/gr%C3%BC%C3%9F'],
    ['/gr\u00fc\u00df', '/gr%C3%BC%C3%9F'],
  ])('leads where a browser goes: %j', (location, path) => {
    expect(followed(location, 'same-origin').url.pathname).toBe(path)
  })
})

describe('a login page', () => {
  const pages = [
    ['https://acme.cloudflareaccess.com/cdn-cgi/access/login/app?kid=1', 'Cloudflare Access'],
    ['/cdn-cgi/access/login', 'Cloudflare Access'],
    ['https://vercel.com/sso-api?url=https%3A%2F%2Fapp.vercel.app&nonce=1', 'Vercel'],
    ['https://vercel.com/login?next=x', 'Vercel'],
    ['/oauth2/start?rd=%2Fhealth', 'oauth2-proxy'],
    ['/oauth2/sign_in', 'oauth2-proxy'],
    ['https://login.microsoftonline.com/common/oauth2/v2.0/authorize', 'Microsoft'],
    ['https://acme.b2clogin.com/x', 'Microsoft'],
    ['https://accounts.google.com/o/oauth2/v2/auth?client_id=iap', 'Google'],
    ['https://github.com/login/oauth/authorize', 'GitHub'],
    ['https://acme.okta.com/app/x', 'Okta'],
    ['https://acme.eu.auth0.com/authorize', 'Auth0'],
    ['https://acme.onelogin.com/trust/saml2', 'OneLogin'],
    ['https://acme.auth.eu-west-1.amazoncognito.com/login', 'Amazon Cognito'],
    [
      'https://sso.example.com/realms/x/protocol/openid-connect/auth?client_id=a&response_type=code',
      'an identity provider',
    ],
    ['https://sso.example.com/idp?SAMLRequest=abc', 'an identity provider'],
  ] as const

  it.each(pages)('at %s is one of %s, whether it may be followed to or not', (location, name) => {
    for (const policy of ['none', 'same-origin', 'all'] as const) {
      const result = step(location, policy)
      expect(result).toMatchObject({
        kind: 'fail',
        failure: { reasonCode: 'blocked-by-edge', detail: expect.stringContaining(`to the login page of ${name}, `) },
      })
      expect(result).not.toHaveProperty('failure.hopeless')
    }
  })

  it.each([
    'https://okta.com.example.com/',
    'https://notokta.com/',
    'https://vercel.com/docs',
    'https://github.com/acme/app',
    'https://app.example.com/oauth2/starting',
    'https://app.example.com/login',
    'https://app.example.com/?client_id=1',
  ])('is not at %s', (location) => {
    expect(step(location, 'all').kind).toBe('follow')
  })

  it('that is the target itself may be redirected to', () => {
    const request = requestTo('https://acme.okta.com/health')
    const rules = { policy: 'all', expected: parseStatusSet('2xx'), target: request.url } as const
    const to = (location: string) => nextStep({ status: 302, headers: { location } }, request, rules)
    expect(to('/login')).toMatchObject({ kind: 'follow' })
    expect(to('https://accounts.google.com/')).toMatchObject({ failure: { reasonCode: 'blocked-by-edge' } })
  })
})

describe('a challenge', () => {
  it.each<[Record<string, string>, string]>([
    [{ 'cf-mitigated': 'challenge' }, 'a challenge of Cloudflare'],
    [{ 'x-vercel-mitigated': 'challenge' }, 'a challenge of Vercel'],
    [{ 'x-amzn-waf-action': 'captcha' }, 'a challenge of AWS WAF'],
    [{ 'set-cookie': 'a=1,_vercel_sso_nonce=x; Path=/' }, 'the login of Vercel'],
    [{ 'x-goog-iap-generated-response': 'true' }, "the login of Google's Identity-Aware Proxy"],
  ])('%j is one with any status, also one that is expected', (headers, what) => {
    for (const status of [200, 202, 302, 403, 429, 503]) {
      const rules = { policy: 'all', expected: parseStatusSet('200-599'), target: from.url } as const
      expect(nextStep({ status, headers: { ...headers, location: '/x' } }, from, rules)).toEqual({
        kind: 'fail',
        failure: {
          reasonCode: 'blocked-by-edge',
          detail: `responds with ${what} (status ${status})`,
        },
      })
    }
  })

  it.each([{ 'set-cookie': 'not_vercel_sso_nonce=x' }, { 'cf-ray': '1' }, {}])('is not in %j', (headers) => {
    expect(
      nextStep({ status: 200, headers }, from, { policy: 'all', expected: parseStatusSet('2xx'), target: from.url }),
    ).toEqual({ kind: 'response' })
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
    expect(result).toMatchObject({
      failure: { reasonCode: 'redirect-refused', hopeless: 'after-start', detail: expect.stringContaining('body') },
    })
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
  const scheme = fc.constantFrom('http:', 'https:')
  fc.assert(
    fc.property(location, policy, scheme, fc.constantFrom(301, 302, 303, 307, 308), (to, allowed, protocol, status) => {
      const url = new URL(from.url.href.replace('https:', protocol))
      const result = step(to, allowed, { ...posting, url }, status)
      expect(result.kind).not.toBe('response')
      if (result.kind !== 'follow') return
      expect(allowed).not.toBe('none')
      expect(result.request.url.protocol).toMatch(/^https?:$/)
      expect(`${result.request.url.username}${result.request.url.password}`).toBe('')
      // Not back from https to http.
      if (result.request.url.origin === url.origin || result.request.url.origin === from.url.origin) return
      expect(allowed).toBe('all')
      expect(result.request).toMatchObject({ headers: [], body: undefined })
    }),
    { numRuns: 500 },
  )
})
