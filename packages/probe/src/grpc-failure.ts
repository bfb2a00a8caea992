import { messageOf } from '@deploy-safety/common/errors'
import type { Route } from './connection.ts'
import { isSecure } from './endpoint.ts'
import type { ExchangeOptions } from './exchange.ts'
import { ProbeError } from './reason.ts'
import { speaksTls } from './speaks-tls.ts'

/** Says in words what an exchange of gRPC failed of, as far as it is HTTP/2, or TLS where there is none, or none where it is. */
export async function explained(error: unknown, url: URL, route: Route, options: ExchangeOptions): Promise<unknown> {
  if (!(error instanceof ProbeError) || options.signal.aborted) return error
  const { failure, cause } = error
  const code = codeOf(cause)
  const because = (detail: string) => new ProbeError({ ...failure, detail }, error)
  if (isSecure(url)) {
    const isClosed = code === 'ECONNRESET' && messageOf(cause).includes('before secure TLS connection was established')
    return isClosed ? because('the server closed the connection in the TLS handshake; without TLS use grpc://') : error
  }
  // Most servers of TLS close such a connection without a word.
  if ((code === 'ECONNRESET' || code === 'ERR_HTTP2_ERROR') && (await speaksTls(url, route, options))) {
    const detail = `the server speaks TLS on this port: write ${url.href.replace(/^grpc:/, 'grpcs:')}`
    return new ProbeError({ reasonCode: 'protocol-error', detail }, error)
  }
  if (code === 'ERR_HTTP2_ERROR') return because('the server does not speak HTTP/2 on this port, which gRPC needs')
  if (!code.startsWith('ERR_HTTP2_')) return error
  const name = errorName(cause)
  return because(`the server ended the call early${name === undefined ? '' : `, with the HTTP/2 error ${name}`}`)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

// https://www.rfc-editor.org/rfc/rfc9113#section-7
const errorNames = [
  ...['NO_ERROR', 'PROTOCOL_ERROR', 'INTERNAL_ERROR', 'FLOW_CONTROL_ERROR', 'SETTINGS_TIMEOUT', 'STREAM_CLOSED'],
  ...['FRAME_SIZE_ERROR', 'REFUSED_STREAM', 'CANCEL', 'COMPRESSION_ERROR', 'CONNECT_ERROR', 'ENHANCE_YOUR_CALM'],
  ...['INADEQUATE_SECURITY', 'HTTP_1_1_REQUIRED'],
]

/** Node names the error of a stream, and has a number for that of a session. */
function errorName(error: unknown): string | undefined {
  const [, name, number] = /error code (?:NGHTTP2_(\w+)|(\d+))/.exec(messageOf(error)) ?? []
  return name ?? errorNames[Number(number)]
}
