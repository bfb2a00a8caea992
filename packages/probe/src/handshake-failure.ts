import { hostOf } from './endpoint.ts'
import { onlyHttp2, refusedCertificate, withPlain } from './other-protocol.ts'
import type { Failure } from './reason.ts'

// What a server says of the certificate of its client: it is the login of a connection.
const refusedClient =
  /ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN|REQUIRED)|UNKNOWN_CA|ACCESS_DENIED)$/

const noTls =
  /(WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|PACKET_LENGTH_TOO_LONG|RECORD_TOO_SMALL|HTTP_REQUEST|BAD_RECORD_TYPE)$/

const noCommonVersion = /(ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|UNSUPPORTED_SSL_VERSION|VERSION_TOO_LOW)$/

// What servers answer to a name for which they have no certificate: Cloudflare, Caddy and Go, nginx.
const noCertificate = /(ALERT_(HANDSHAKE_FAILURE|INTERNAL_ERROR)|UNRECOGNIZED_NAME)$/

const tooWeak =
  /(LEGACY_RENEGOTIATION_DISABLED|TOO_SMALL|TOO_WEAK|WRONG_SIGNATURE_TYPE|LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED)$/

/** What OpenSSL says of a handshake or a record; undefined for any other error. */
export function handshakeFailure(error: Error, code: string, url: URL): Failure | undefined {
  const name = nameOf(error, code)
  if (name === undefined) return undefined
  const words = wordsOf(name)
  if (refusedClient.test(name)) return refusedCertificate(`TLS alert: ${words}`)
  return { reasonCode: 'protocol-error', detail: sentence(name, words, url) }
}

function sentence(name: string, words: string, url: URL): string {
  if (noTls.test(name)) return `the server does not speak TLS on this port; use ${withPlain(url)} or another port`
  if (noCommonVersion.test(name))
    return 'the server and this client have no TLS version in common (TLS 1.2 or 1.3 is needed)'
  if (name.endsWith('NO_APPLICATION_PROTOCOL')) {
    return url.protocol === 'grpcs:' ? 'the server does not offer HTTP/2, which gRPC needs' : onlyHttp2(url)
  }
  if (noCertificate.test(name)) {
    return `the server refuses the TLS connection, often since it has no certificate for ${hostOf(url)} yet (TLS alert: ${words})`
  }
  if (name.includes('ALERT_')) return `the server refuses the TLS connection (TLS alert: ${words})`
  if (tooWeak.test(name)) {
    return `the TLS of the server is too weak to be accepted (${words}); update it, or the proxy or firewall in front of it`
  }
  return `the TLS connection failed: ${words}`
}

/** The name of the error in OpenSSL. A write that fails has it in its message alone, between file names and numbers. */
function nameOf(error: Error, code: string): string | undefined {
  if (code.startsWith('ERR_SSL_')) return code.slice('ERR_SSL_'.length)
  if (code !== 'EPROTO') return undefined
  return (/SSL routines:[^:]*:([^:]+):/.exec(error.message)?.[1] ?? 'handshake failure')
    .toUpperCase()
    .replaceAll(' ', '_')
}

function wordsOf(name: string): string {
  return name
    .replace(/^(SSL\/TLS|SSLV3|TLSV1\d?)_/, '')
    .replace(/^ALERT_/, '')
    .toLowerCase()
    .replaceAll('_', ' ')
}
