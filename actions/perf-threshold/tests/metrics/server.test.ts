import { Malformed } from '@deploy-safety/common/inputs'
import { describe, expect, it } from 'vitest'
import { parseServer, withToken } from '../../src/metrics/server.ts'

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
    expect(parseServer('https://me:short@host').secrets).toEqual([Buffer.from('me:short').toString('base64')])
    expect(parseServer('https://me:100%@host').authorization).toBe(`Basic ${Buffer.from('me:100%').toString('base64')}`)
  })

  it.each(['localhost:9090', 'ftp://host', 'prometheus', '//host', 'https:host', 'https://', 'file:///etc'])(
    'refuses %s',
    (text) => expect(refusal(() => parseServer(text))).toMatch(/is no http:\/\/ or https:\/\/ URL.*Write for example/),
  )

  it('shows nothing of a URL that may be secret', () => {
    const messages = ['https://me:hunter22@host/?key=hunter22', 'ftp://hunter22@host', 'https://h/#hunter22']
    for (const text of messages) expect(refusal(() => parseServer(text))).not.toContain('hunter22')
  })
})

describe('withToken', () => {
  const server = parseServer('https://host')

  it.each(['token-1234', ' token-1234\n', 'Bearer token-1234', 'bearer  token-1234'])('sends %j once', (text) => {
    expect(withToken(server, text)).toMatchObject({ authorization: 'Bearer token-1234', secrets: ['token-1234'] })
  })

  it.each(['a\nb-secret', 'ümlaut-secret', 'two words-secret', ''])('refuses %j without showing it', (text) => {
    expect(refusal(() => withToken(server, text))).toMatch(/^has a character that no header can carry(?!.*secret)/)
  })

  it('refuses a token beside a user in the URL', () => {
    expect(refusal(() => withToken(parseServer('https://a:b@host'), 'token'))).toMatch(/Give one of the two/)
  })
})
