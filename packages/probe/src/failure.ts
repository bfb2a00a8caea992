import { formatDuration } from '@deploy-safety/common/duration'
import { messageOf } from '@deploy-safety/common/errors'
import { certificateFailure } from './certificate-failure.ts'
import { hostOf } from './endpoint.ts'
import { handshakeFailure } from './handshake-failure.ts'
import { malformedResponse } from './malformed-response.ts'
import type { Failure, ReasonCode } from './reason.ts'
import type { Wait } from './timeline.ts'

/** Where something failed. */
interface Place {
  readonly host: string
  /** `ip:port`, as far as they are known. */
  readonly address: string
  readonly wait: Wait
}

const reasonOfWait: Readonly<Record<Wait, ReasonCode>> = {
  'name lookup': 'dns-failure',
  connection: 'connect-timeout',
  proxy: 'proxy-failure',
  'TLS handshake': 'connect-timeout',
  'response headers': 'response-timeout',
  'rest of the body': 'response-timeout',
}

/** Codes of the system and of Node, with the sentence that stands for them. */
const network: readonly (readonly [codes: RegExp, ReasonCode, (place: Place) => string])[] = [
  [/^(ENOTFOUND|ENODATA|EAI_NONAME|EAI_NODATA)$/, 'dns-failure', ({ host }) => `host ${host} not found`],
  [/^EAI_AGAIN$/, 'dns-failure', ({ host }) => `no name server responded to the lookup of ${host}`],
  [/^EAI_/, 'dns-failure', ({ host }) => `the name server could not look up ${host}`],
  [/^ECONNREFUSED$/, 'connect-refused', ({ address }) => `connection refused by ${address}`],
  [/^(EHOSTUNREACH|EHOSTDOWN)$/, 'connect-refused', ({ address }) => `no host is reachable at ${address}`],
  [
    /^(ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|EAFNOSUPPORT)$/,
    'network-unreachable',
    ({ address }) => `the runner has no network route to ${address}`,
  ],
  [/^(EACCES|EPERM)$/, 'network-unreachable', ({ address }) => `the runner does not allow connections to ${address}`],
  [
    /^(EMFILE|ENFILE|ENOBUFS|ENOMEM)$/,
    'network-unreachable',
    ({ address }) => `the runner has no resources left for a connection to ${address}`,
  ],
  [
    /^(ECONNRESET|ECONNABORTED|EPIPE|ENOTCONN|ERR_STREAM_(PREMATURE_CLOSE|DESTROYED)|ERR_SOCKET_CLOSED(_BEFORE_CONNECTION)?)$/,
    'connection-reset',
    ({ wait }) => `the connection was closed while waiting for the ${wait}`,
  ],
]

const noResponse = /^(ETIMEDOUT|ERR_SOCKET_CONNECTION_TIMEOUT)$/

/** What Node says of a failed exchange as a reason and a sentence; the text of a library or of the system is in neither. */
export function failureOf(error: unknown, wait: Wait, url: URL): Failure {
  const several = error instanceof AggregateError && error.errors.length > 0
  const failures = several ? error.errors.map((one) => oneFailure(one, wait, url)) : [oneFailure(error, wait, url)]
  const detail = [...new Set(failures.map((failure) => failure.detail))].join('; ')
  return { ...decisive(failures), detail }
}

/**
 * Of several addresses, the last that was tried decides: one without a route from here was not. A timeout weighs more,
 * since that address might still respond.
 */
function decisive(failures: readonly Failure[]): Failure {
  const found =
    failures.find(({ reasonCode }) => reasonCode === 'connect-timeout') ??
    failures.findLast(({ reasonCode }) => reasonCode !== 'network-unreachable') ??
    failures.at(-1)
  return found ?? { reasonCode: 'protocol-error', detail: '' }
}

function oneFailure(error: unknown, wait: Wait, url: URL): Failure {
  // What has no code is ours, and says what it is.
  if (!(error instanceof Error && 'code' in error)) return { reasonCode: 'protocol-error', detail: messageOf(error) }
  const code = String(error.code)
  const place = { host: hostOf(url), address: addressOf(error, url), wait }
  const known = network.find(([codes]) => codes.test(code))
  if (known !== undefined) return { reasonCode: known[1], detail: known[2](place) }
  if (noResponse.test(code)) {
    return { reasonCode: reasonOfWait[wait], detail: `no response from ${place.address}, waiting for the ${wait}` }
  }
  return (
    certificateFailure(error, code, place.host) ??
    handshakeFailure(error, code, url) ??
    malformedResponse(error, code, url) ??
    otherFailure(code, place)
  )
}

function otherFailure(code: string, { host, wait }: Place): Failure {
  if (wait === 'name lookup') return { reasonCode: 'dns-failure', detail: `the host ${host} cannot be looked up` }
  return { reasonCode: 'protocol-error', detail: `the connection failed while waiting for the ${wait} (code ${code})` }
}

function addressOf(error: Error & { address?: unknown; port?: unknown }, url: URL): string {
  const { address, port } = error
  if (typeof address !== 'string') return url.host
  return `${address.includes(':') ? `[${address}]` : address}${port === undefined ? '' : `:${String(port)}`}`
}

/** The failure of an exchange that was cut off after `afterMs`. */
export function timeoutWhile(wait: Wait, afterMs: number): Failure {
  return {
    reasonCode: reasonOfWait[wait],
    detail: `timed out after ${formatDuration(afterMs)}, waiting for the ${wait}`,
  }
}
