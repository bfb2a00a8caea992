import { isCredential, isSecretName } from './headers.ts'
import { credentialsOf } from './proxy.ts'
import type { Header, Target } from './target.ts'

// A shorter value that only sounds like a secret may be an everyday word: `X-Auth-Mode: none`.
const leastLength = 8

/** Values that are shown nowhere, whatever the service makes of them: of headers, query, body and proxy. */
export function secretsOf({ request, route }: Target): string[] {
  const headers = request.kind === 'socket' ? [] : request.headers
  const texts = [request.url.search, request.kind === 'http' ? (request.body ?? '') : '']
  const proxy = route.proxyFor(request.url)
  const passwords = proxy === undefined ? [] : [proxy.password, credentialsOf(proxy).password]
  const secrets = [
    ...headers.filter(([name]) => isSecretName(name)).flatMap(ofHeader),
    ...texts.flatMap(named),
    ...passwords,
  ]
  return secrets.filter((value) => value !== '')
}

/** The whole value, the token behind a scheme as in `Bearer …`, and what a service may take out of them. */
function ofHeader([name, value]: Header): string[] {
  // What is left where the secret is unset; masked, it would be so in the whole job.
  if (/^(basic|bearer|digest|token)$/i.test(value)) return []
  const token = value.replace(/^[\w-]+\s+/, '')
  const [, password = ''] = /^basic\s/i.test(value) ? (/:(.*)$/s.exec(atobOf(token)) ?? []) : []
  const whole = [value, token, password].filter((text) => isCredential(name) || text.length >= leastLength)
  const parts = pairs(value).map(([, part]) => part)
  return [...whole, ...parts.filter((part) => part.length >= leastLength)]
}

function atobOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString()
}

/** Of a query, a form or JSON: the values whose names say that they are secret, as they stand there and decoded. */
function named(text: string): string[] {
  return pairs(text)
    .filter(([name, value]) => isSecretName(name) && value.length >= leastLength)
    .flatMap(([, value]) => [value, decoded(value)])
}

function pairs(text: string): (readonly [name: string, value: string])[] {
  const pair = /(?<![\w.-])([\w.-]{1,100})["']?\s{0,4}[=:]\s{0,4}(?:"((?:[^"\\]|\\.)*)"|([^\s"&;,{}]+))/g
  return [...text.matchAll(pair)].map(([, name = '', quoted, bare = '']) => [name, quoted ?? bare])
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
