import { isIP } from 'node:net'
import { Malformed, parseLines, quote } from '@deploy-safety/common/inputs'
import { withoutCredentials } from '@deploy-safety/common/redact'
import { mistakeIn } from './url-mistake.ts'

const schemes = ['http:', 'https:', 'tcp:', 'tls:', 'grpc:', 'grpcs:']
const examples = 'https://app.example.com/health, tcp://db.example.com:5432, grpcs://api.example.com:443/my.Service'

/** Reads the URL of a target. What may be secret in it (user, password, query) is not in messages. @throws Malformed */
export function parseUrl(text: string): URL {
  const shown = quote(withoutCredentials(text))
  const refuse = (problem: string, accepted: string) => new Malformed(`${shown} ${problem}`, accepted)
  const mistake = mistakeIn(text)
  if (mistake !== undefined) throw refuse(...mistake)
  const url = URL.parse(text)
  if (url === null || !/^[a-z][a-z\d+.-]*:\/\//i.test(text))
    throw refuse('is not a URL', `Write it in full: ${examples}.`)
  if (!schemes.includes(url.protocol)) {
    throw refuse(
      `has the unknown scheme ${quote(url.protocol)}`,
      `Use one of: ${schemes.map((scheme) => `${scheme}//`).join(' ')}`,
    )
  }
  if (/^[^/?#]*:\/\/[^/?#]*@/.test(text)) {
    throw refuse(
      'holds a user name or password, which would end up in logs',
      'Send them in headers: Authorization: Basic <base64 of user:password>, from a secret.',
    )
  }
  url.hash = ''
  if (url.protocol.startsWith('http')) return url
  return checkEndpoint(url, refuse)
}

/** What is not HTTP needs a port, and has no default one; its host is spelled as in a URL of HTTP. */
function checkEndpoint(url: URL, refuse: (problem: string, accepted: string) => Malformed): URL {
  const host = URL.parse(`http://${url.hostname}`)?.hostname ?? ''
  if (host === '') throw refuse('has no host that can be read', `Write for example ${examples}.`)
  if (url.port === '') throw refuse('has no port', `Add the port, as in ${url.protocol}//${host}:5432.`)
  const path = url.pathname.replace(/^\/$/, '')
  if (url.search !== '' || (path !== '' && !url.protocol.startsWith('grpc'))) {
    throw refuse(
      'has a path or a query, which this scheme does not know',
      `Write ${url.protocol}//${host}:${url.port}.`,
    )
  }
  if (!isDecodable(path)) throw refuse('has a % that encodes nothing', 'Write %25 for a percent sign.')
  return new URL(`${url.protocol}//${host}:${url.port}${path}`)
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** Reads lines of `host:port:ip`, as curl spells them; an IPv6 address may stand in brackets. @throws Malformed */
export function parseResolve(text: string): ReadonlyMap<string, string> {
  return new Map(
    parseLines(text).map((line) => {
      const [, host = '', port = '', address = ''] = /^([^:\s]+):(\d{1,5}):\[?([^\]]+)\]?$/.exec(line) ?? []
      if (host === '' || Number(port) > 65_535 || isIP(address) === 0) {
        throw new Malformed(`${quote(line)} is not host:port:ip`, 'Write for example app.example.com:443:192.0.2.10.')
      }
      return [`${host.toLowerCase()}:${Number(port)}`, address]
    }),
  )
}
