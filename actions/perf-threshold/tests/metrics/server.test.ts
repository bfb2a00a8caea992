import { Malformed } from '@deploy-safety/common/inputs'
import { describe, expect, it } from 'vitest'
import { parseServer, suspectsIn, withToken } from '../../src/metrics/server.ts'

function refusal(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof Malformed) return `${error.message} ${error.accepted}`
    throw error
  }
  throw new Error('It was accepted')
}

describe('parseServer', () => {
  it.each([
    ['http://localhost:9090', 'http://localhost:9090', undefined],
    ['https://host/prometheus/', 'https://host/prometheus', undefined],
    ['https://host/prometheus//', 'https://host/prometheus', undefined],
    ['HTTPS://host/a/b', 'https://host/a/b', undefined],
    ['http://[::1]:9093/api/v2/alerts', 'http://[::1]:9093', '/api/v2/alerts'],
    ['https://host/am/api/v2/alerts/', 'https://host/am', '/api/v2/alerts'],
    ['https://host/prometheus/api/v1/query', 'https://host/prometheus', '/api/v1/query'],
    ['https://host/api/v1', 'https://host', '/api/v1'],
  ])('reads %s', (text, base, apiPath) => {
    expect(parseServer(text)).toEqual({ base, apiPath, authorization: undefined, secrets: [] })
  })

  it('sends a user and a password as Basic, and masks what is worth it', () => {
    const server = parseServer('https://me:p%40ss-word%21@host/x')
    const basic = Buffer.from('me:p@ss-word!').toString('base64')
    expect(server).toMatchObject({ base: 'https://host/x', authorization: `Basic ${basic}` })
    expect(server.secrets).toEqual(['p@ss-word!', 'p%40ss-word%21', basic])
    expect(parseServer('https://me:pw@host').secrets).toEqual(['pw', Buffer.from('me:pw').toString('base64')])
    expect(parseServer('https://token@host').secrets).toEqual(['token', Buffer.from('token:').toString('base64')])
    expect(parseServer('https://me:100%@host').authorization).toBe(`Basic ${Buffer.from('me:100%').toString('base64')}`)
  })

  it.each(['localhost:9090', 'ftp://host', 'prometheus', '//host', 'https:host', 'https://', 'file:///etc'])(
    'refuses %s',
    (text) =>
      expect(refusal(() => parseServer(text))).toMatch(/is not an http:\/\/ or https:\/\/ URL.*Write for example/),
  )

  it('shows nothing of a URL that may be secret', () => {
    const messages = ['https://me:hunter22@host/?key=hunter22', 'ftp://hunter22@host', 'https://h/#hunter22']
    for (const text of messages) expect(refusal(() => parseServer(text))).not.toContain('hunter22')
  })

  it.each([
    ['admin:hunter22@prom.example:9090', '"…@prom.example:9090"'],
    ['https:/admin:hunter22@prom.example', '"https:/…@prom.example"'],
    ['htps//admin:hunter22@x', '"…@x"'],
    ['//admin:hunter22@x', '"…@x"'],
    ['https:admin:hunter22@x', '"…@x"'],
    ['https://admin:hunter22@host:port', '"https://…@host:port"'],
    ['https://me:a/hunter22@b/c@host', '"https://…@host"'],
    ['https://admin:12/hunter22@host', '"https://…@host"'],
    ['https://me:a?hunter22@b', '"https://…"'],
    ['https://me:12?a@hunter22@b', '"https://…"'],
    ['https://host/?key=hunter22@b', '"https://…"'],
    ['https://admin:long@pass/hunter22@host', '"https://…@host"'],
  ])('hides user and password in %s, which it refuses, and has the password masked', (text, shown) => {
    const message = refusal(() => parseServer(text))
    expect(message).toContain(shown)
    expect(message).not.toContain('hunter22')
    expect(suspectsIn(text).join()).toContain('hunter22')
  })
})

describe('suspectsIn', () => {
  it.each([
    ['https://me:p%40ss@host', ['p%40ss']],
    ['https://token@host', ['token']],
    ['admin:pass:word@host', ['pass:word', 'word']],
    ['https://host', []],
    ['host:9090', []],
    ['', []],
  ])('of %s are %j', (text, found) => expect(suspectsIn(text)).toEqual(found))
})

describe('withToken', () => {
  const server = parseServer('https://host')

  it.each(['token-1234', ' token-1234\n', 'Bearer token-1234', 'bearer  token-1234'])('sends %j once', (text) => {
    expect(withToken(server, text)).toMatchObject({ authorization: 'Bearer token-1234', secrets: ['token-1234'] })
  })

  it('keeps a token secret however short', () => {
    expect(withToken(server, 'tok').secrets).toEqual(['tok'])
  })

  it.each(['a\nb-secret', 'ümlaut-secret', 'two words-secret', ''])('refuses %j without showing it', (text) => {
    expect(refusal(() => withToken(server, text))).toMatch(
      /^has a character that is not allowed in a header(?!.*secret)/,
    )
  })

  it('refuses a token beside a user in the URL', () => {
    expect(refusal(() => withToken(parseServer('https://a:b@host'), 'token'))).toMatch(/Use one of the two/)
  })
})
