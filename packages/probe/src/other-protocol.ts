import { cut } from '@deploy-safety/common/escape'
import { quote } from '@deploy-safety/common/inputs'
import type { Failure } from './reason.ts'

/** What a server speaks in place of the protocol of the URL, and what to write then. */

const plainSchemes: Readonly<Record<string, string>> = { 'https:': 'http://', 'tls:': 'tcp://', 'grpcs:': 'grpc://' }

/** The scheme for the same without TLS. */
export function withPlain({ protocol }: URL): string {
  return plainSchemes[protocol] ?? 'http://'
}

export function onlyHttp2({ protocol }: URL): string {
  const scheme = protocol === 'https:' ? 'grpcs://' : 'grpc://'
  return `the service speaks only HTTP/2 here, and healthcheck speaks HTTP/1.1: probe a port or path with HTTP/1.1, or use ${scheme} for a gRPC health check`
}

const onlyTls = 'the server speaks TLS on this port; use https:// or another port'
export const isTls: Failure = { reasonCode: 'protocol-error', detail: onlyTls }

/** What a server says of the certificate of its client, in an alert of TLS or a response. */
export function refusedCertificate(said: string): Failure {
  return { reasonCode: 'blocked-by-edge', detail: `the server wants a client certificate that it accepts (${said})` }
}

/** What the first bytes of a response are that is no HTTP/1.1. */
export function spokenInstead(bytes: Buffer, url: URL): string {
  if (isHttp2Frame(bytes)) return onlyHttp2(url)
  // A record of TLS: its type, most often an alert, and 3 for the version.
  if ((bytes[0] ?? 0) >= 20 && (bytes[0] ?? 0) <= 23 && bytes[1] === 3) return onlyTls
  return `the response is not HTTP: it begins with ${quote(cut(bytes.toString('latin1'), 40))}`
}

/** A server of HTTP/2 begins with its settings, type 4; one that takes us for a broken client may say goodbye, type 7. */
function isHttp2Frame(bytes: Buffer): boolean {
  const isAboutConnection = bytes.length >= 9 && bytes.readUInt32BE(5) === 0
  return isAboutConnection && bytes[0] === 0 && (bytes[3] === 4 || bytes[3] === 7)
}

// nginx, Apache, Go, Tomcat and HAProxy, in this order.
const saidByTlsServers =
  /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled|HTTP request to an HTTPS server|requires TLS|request was sent to (an )?(HTTPS|TLS|SSL)/i

// nginx and what is built on it; other servers refuse the handshake.
const missesCertificate = /No required SSL certificate was sent|The SSL certificate error/i

/** What is wrong with the connection when a server of TLS says so in a response of HTTP. */
export function saidByTlsServer(
  url: URL,
  { status, text }: { status: number | undefined; text: string },
): Failure | undefined {
  if (status !== 400) return undefined
  if (url.protocol === 'http:' && saidByTlsServers.test(text)) return isTls
  if (url.protocol === 'https:' && missesCertificate.test(text)) return refusedCertificate('HTTP 400')
  return undefined
}
