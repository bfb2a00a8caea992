import { Malformed, quote } from '@deploy-safety/common/inputs'

/** A Prometheus or an Alertmanager: where it is and how to be let in. */
export interface MetricsServer {
  /** What the paths of the API are put behind; no user name, no password, no slash at its end. */
  readonly base: string
  /** The path of the API that the URL was given with, as in `/api/v2/alerts`. */
  readonly apiPath: string | undefined
  /** The value of the header, if one is sent. */
  readonly authorization: string | undefined
  /** To be masked, and kept out of every message. */
  readonly secrets: readonly string[]
}

const example = 'Write for example https://prometheus.example.com.'
// What is shorter would mask everyday words.
const shortestSecret = 8

/**
 * Reads the URL of a server; it may have a path in front of the API, and a user and a password, which are sent as Basic.
 * What may be secret in it is not in messages.
 * @throws Malformed
 */
export function parseServer(text: string): MetricsServer {
  const shown = quote(text.replace(/\/\/.*@/s, '//…@').replace(/[?#].*$/s, '…'))
  const url = URL.parse(text)
  if (url === null || !/^https?:\/\//i.test(text))
    throw new Malformed(`${shown} is no http:// or https:// URL`, example)
  if (url.search !== '' || url.hash !== '') {
    throw new Malformed(`${shown} has a query or a fragment, which the URL of a server does not`, example)
  }
  const [, prefix = '', apiPath] = /^(.*?)\/*(\/api\/v\d+(?:\/.*)?)?$/s.exec(url.pathname.replace(/\/+$/, '')) ?? []
  const base = `${url.origin}${prefix}`
  if (url.username === '' && url.password === '') return { base, apiPath, authorization: undefined, secrets: [] }
  const [user, password] = [decode(url.username), decode(url.password)]
  const basic = Buffer.from(`${user}:${password}`).toString('base64')
  const secrets = worthMasking([password, url.password, basic])
  return { base, apiPath, authorization: `Basic ${basic}`, secrets }
}

/** The same server with a token, which is sent as Bearer. @throws Malformed, which does not show the token */
export function withToken(server: MetricsServer, text: string): MetricsServer {
  // Copied together with its scheme it would be sent with two.
  const token = text.trim().replace(/^bearer\s+/i, '')
  if (server.authorization !== undefined) {
    throw new Malformed('is given, and so are a user and a password in the URL', 'Give one of the two.')
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Malformed('has a character that no header can carry', 'Give the token alone, in one line.')
  }
  return { ...server, authorization: `Bearer ${token}`, secrets: [...server.secrets, ...worthMasking([token])] }
}

function worthMasking(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value.length >= shortestSecret)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
