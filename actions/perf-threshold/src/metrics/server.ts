import { Malformed, quote } from '@deploy-safety/common/inputs'
import { withoutCredentials } from '@deploy-safety/common/redact'

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
  /** The origin that the token of the action is for, where this server is another one and does not get it. */
  readonly tokenIsFor?: string
}

const example = 'Write for example https://prometheus.example.com.'
const encoded = 'Write @ / ? # of a user or password as %40 %2F %3F %23.'

/**
 * Reads the URL of a server; it may have a path in front of the API, and a user and a password, which are sent as Basic.
 * What may be secret in it is not in messages.
 * @throws Malformed
 */
export function parseServer(text: string): MetricsServer {
  const shown = quote(withoutCredentials(text))
  const url = URL.parse(text)
  if (url === null || !/^https?:\/\//i.test(text))
    throw new Malformed(`${shown} is not an http:// or https:// URL`, example)
  if (url.search !== '' || url.hash !== '') {
    throw new Malformed(`${shown} has a query or a fragment, which a server URL cannot have`, example)
  }
  // Of a password with a slash, host and path are parts: it would be sent to a stranger, and shown.
  if (url.pathname.includes('@')) throw new Malformed(`${shown} has an "@" after its host`, encoded)
  const [, prefix = '', apiPath] = /^(.*?)\/*(\/api\/v\d+(?:\/.*)?)?$/s.exec(url.pathname.replace(/\/+$/, '')) ?? []
  const base = `${url.origin}${prefix}`
  if (url.username === '' && url.password === '') return { base, apiPath, authorization: undefined, secrets: [] }
  const [user, password] = [decode(url.username), decode(url.password)]
  const basic = Buffer.from(`${user}:${password}`).toString('base64')
  // A user without a password is a token.
  const secrets = password === '' ? [user, url.username, basic] : [password, url.password, basic]
  return { base, apiPath, authorization: `Basic ${basic}`, secrets: [...new Set(secrets)] }
}

/**
 * What may be a password, or a token, in a text that was given as the URL of a server, whether it is one or not: to be
 * masked before anything is said of it.
 */
export function suspectsIn(text: string): string[] {
  const [, userInfo] = /^(?:(?:[a-z][a-z\d+.-]*:?)?\/+)?(.*)@/is.exec(text) ?? []
  if (userInfo === undefined) return []
  const behindColons = [userInfo.indexOf(':'), userInfo.lastIndexOf(':')].map((colon) => userInfo.slice(colon + 1))
  return [...new Set(behindColons)]
}

/** The same server with a token, which is sent as Bearer. @throws Malformed, which does not show the token */
export function withToken(server: MetricsServer, text: string): MetricsServer {
  // Copied together with its scheme it would be sent with two.
  const token = text.trim().replace(/^bearer\s+/i, '')
  if (server.authorization !== undefined) {
    throw new Malformed('is set, and so are a user and a password in the URL', 'Use one of the two.')
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Malformed('has a character that is not allowed in a header', 'Set only the token, in one line.')
  }
  return { ...server, authorization: `Bearer ${token}`, secrets: [...server.secrets, token] }
}

/** What to do when the server does not let the question in; follows a sentence. */
export function credentialsAdvice({ tokenIsFor, authorization }: MetricsServer): string {
  if (tokenIsFor === undefined || authorization !== undefined)
    return 'Use other credentials: a token, or user and password in the URL'
  return (
    `prometheus-token was not sent there: it is only for ${tokenIsFor} (prometheus-url). ` +
    'Serve the alerts from the same origin, put user and password into alerts-url, or judge the alerts in a separate ' +
    'step with their token and without prometheus-url'
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
