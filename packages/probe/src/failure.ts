import { messageOf } from '@deploy-safety/common/errors'
import type { Failure, ReasonCode } from './reason.ts'
import type { Wait } from './timeline.ts'

const reasonOfCode: Readonly<Record<string, ReasonCode>> = {
  ENOTFOUND: 'dns-failure',
  EAI_AGAIN: 'dns-failure',
  EAI_FAIL: 'dns-failure',
  EAI_NODATA: 'dns-failure',
  EAI_NONAME: 'dns-failure',
  ENODATA: 'dns-failure',
  ECONNREFUSED: 'connect-refused',
  EHOSTUNREACH: 'connect-refused',
  ENETUNREACH: 'connect-refused',
  EADDRNOTAVAIL: 'connect-refused',
  EACCES: 'connect-refused',
  ETIMEDOUT: 'connect-timeout',
  ERR_SOCKET_CONNECTION_TIMEOUT: 'connect-timeout',
  ECONNRESET: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  EPIPE: 'connection-reset',
  ERR_STREAM_PREMATURE_CLOSE: 'connection-reset',
  CERT_HAS_EXPIRED: 'tls-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-name-mismatch',
}

// OpenSSL's names for a chain that does not lead to a trusted authority; those above are told apart from them.
const untrusted = /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_|PATH_LENGTH_)/

// What a server says of the certificate of its client: it is the login of a connection.
const refusedClient =
  /^ERR_SSL_.*ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN|REQUIRED)|UNKNOWN_CA|ACCESS_DENIED)$/

const reasonOfWait: Readonly<Record<Wait, ReasonCode>> = {
  'name lookup': 'dns-failure',
  connection: 'connect-timeout',
  proxy: 'proxy-failure',
  'TLS handshake': 'connect-timeout',
  'response headers': 'response-timeout',
  'rest of the body': 'response-timeout',
}

/** Turns what Node says of a failed exchange into a reason. */
export function failureOf(error: unknown, wait: Wait): Failure {
  const code = codeOf(error)
  if (refusedClient.test(code)) return { reasonCode: 'blocked-by-edge', detail: refusalBy(messageOf(error)) }
  const reasonCode = reasonOfCode[code] ?? (untrusted.test(code) ? 'tls-untrusted' : 'protocol-error')
  const ifItStays = reasonCode === 'tls-expired' || reasonCode === 'tls-name-mismatch'
  return {
    reasonCode,
    detail: `${messageOf(error)} (while waiting for the ${wait})`,
    ...(ifItStays ? { hopeless: 'if-it-stays' } : {}),
  }
}

function refusalBy(message: string): string {
  const alert = /alert ([a-z ]+)/.exec(message)?.[1] ?? 'certificate required'
  return `the server wants a client certificate that it accepts (TLS alert: ${alert})`
}

/** The failure of an exchange that was cut off after `afterMs`. */
export function timeoutWhile(wait: Wait, afterMs: number): Failure {
  return {
    reasonCode: reasonOfWait[wait],
    detail: `Timed out after ${Math.round(afterMs)} ms, waiting for the ${wait}`,
  }
}

/** With several addresses every one has failed: a timeout among them weighs more, since that one might still respond. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) {
    const codes = error.errors.map(codeOf)
    return codes.find((code) => reasonOfCode[code] === 'connect-timeout') ?? codes[0] ?? ''
  }
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
