import {
  type ClientHttp2Session,
  connect as http2Connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { cut } from '@deploy-safety/common/escape'
import { quote } from '@deploy-safety/common/inputs'
import type { Route } from './connection.ts'
import { isSecure } from './endpoint.ts'
import { type Exchange, type ExchangeOptions, exchange } from './exchange.ts'
import { explained } from './grpc-failure.ts'
import { framedRequest, servingStatusOf } from './grpc-message.ts'
import { type Failure, ProbeError, type ReasonCode } from './reason.ts'
import type { GrpcRequest } from './target.ts'

/**
 * Asks a gRPC server for its health, over HTTP/2 and with the one message by hand: it has one field each way.
 * @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md
 * @throws ProbeError `grpc-not-serving` for every response but SERVING
 */
export async function exchangeGrpc(request: GrpcRequest, route: Route, options: ExchangeOptions): Promise<Exchange> {
  try {
    return await ask(request, route, options)
  } catch (error) {
    throw await explained(error, request.url, route, options)
  }
}

function ask(request: GrpcRequest, route: Route, options: ExchangeOptions): Promise<Exchange> {
  return exchange(request.url, route, { ...options, protocols: ['h2'] }, async ({ socket }, timeline) => {
    if (isSecure(request.url) && socket instanceof TLSSocket && socket.alpnProtocol !== 'h2') {
      throw new ProbeError({
        reasonCode: 'protocol-error',
        detail: 'the server does not offer HTTP/2 over TLS, which gRPC needs',
      })
    }
    const response = await call(request, socket)
    timeline.reached('headers')
    timeline.reached('end')
    const failure = failureOfResponse(response, request.service)
    if (failure !== undefined) throw new ProbeError(failure)
    return { status: undefined, headers: {}, body: { text: '', document: undefined, cut: false } }
  })
}

interface HealthResponse {
  /** Headers and trailers. */
  readonly fields: IncomingHttpHeaders
  readonly message: Buffer
}

// A health response is a few bytes; what is larger is something else.
const mostBytes = 16 * 1_024
const tooLarge = new ProbeError({
  reasonCode: 'protocol-error',
  detail: 'the response is too large for a health check',
})

async function call({ url, service, headers }: GrpcRequest, socket: Socket): Promise<HealthResponse> {
  const scheme = isSecure(url) ? 'https' : 'http'
  const session = http2Connect(`${scheme}://${url.host}`, { createConnection: () => socket })
  try {
    return await exchangeMessages(
      session,
      {
        ':method': 'POST',
        ':path': '/grpc.health.v1.Health/Check',
        'content-type': 'application/grpc',
        te: 'trailers',
        'user-agent': 'deployment-safety-healthcheck',
        ...Object.fromEntries(
          [...Map.groupBy(headers, ([name]) => name.toLowerCase())].map(([name, given]) => [
            name,
            given.map(([, value]) => value),
          ]),
        ),
      },
      framedRequest(service),
    )
  } finally {
    session.destroy()
  }
}

function exchangeMessages(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body: Buffer,
): Promise<HealthResponse> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers)
    const fields: IncomingHttpHeaders = {}
    const chunks: Buffer[] = []
    let bytes = 0
    session.on('error', reject)
    stream.on('error', reject)
    stream.on('response', (received) => Object.assign(fields, received))
    stream.on('trailers', (received) => Object.assign(fields, received))
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= mostBytes) chunks.push(chunk)
      else stream.destroy(tooLarge)
    })
    stream.on('end', () => {
      if (fields[':status'] !== undefined) resolve({ fields, message: Buffer.concat(chunks) })
    })
    // When nothing came at all, as from a server that closes at once.
    stream.on('close', () =>
      reject(Object.assign(new Error('the server closed the connection without a response'), { code: 'ECONNRESET' })),
    )
    stream.end(body)
  })
}

// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
const statusNames = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED'],
  ...['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
]

const reasonOfStatus: Readonly<Record<string, ReasonCode>> = {
  '7': 'blocked-by-edge',
  '8': 'rate-limited',
  '12': 'protocol-error',
  '16': 'blocked-by-edge',
}

function failureOfResponse({ fields, message: bytes }: HealthResponse, service: string): Failure | undefined {
  const status = fields['grpc-status']
  const subject = service === '' ? 'the server' : `the service ${quote(service)}`
  if (status === undefined) return failureOfHttp(Number(fields[':status']))
  if (status !== '0') {
    const message = decoded(String(fields['grpc-message'] ?? '')).trim()
    const said = message === '' ? '' : `: ${cut(message, 200)}`
    const name = statusNames[Number(status)]
    const detail = `${subject} responds with gRPC status ${status}${name === undefined ? '' : ` (${name})`}${said}`
    return { reasonCode: reasonOfStatus[String(status)] ?? 'grpc-not-serving', detail }
  }
  const serving = servingStatusOf(bytes)
  if (serving === 'SERVING') return undefined
  if (serving === undefined) return { reasonCode: 'protocol-error', detail: `${subject} sends no health response` }
  return { reasonCode: 'grpc-not-serving', detail: `${subject} is ${serving}` }
}

/** As gRPC wants a `grpc-message` read: what encodes nothing stays as it is. */
function decoded(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
}

/** Something that speaks HTTP/2, but not gRPC: a proxy, most often. */
function failureOfHttp(status: number | undefined): Failure {
  const detail = `the response is not gRPC, its HTTP status is ${status}`
  if (status === 401 || status === 403 || status === 407) return { reasonCode: 'blocked-by-edge', detail }
  if (status === 429) return { reasonCode: 'rate-limited', detail }
  // What gRPC itself takes for UNAVAILABLE: the proxy does not reach the service.
  return {
    reasonCode: status === 502 || status === 503 || status === 504 ? 'grpc-not-serving' : 'protocol-error',
    detail,
  }
}
