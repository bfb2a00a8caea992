import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { guardedLookup, refuseMetadata } from './address.ts'
import type { Phases } from './answer.ts'
import { type Body, readBody } from './body.ts'
import { failureOf } from './failure.ts'
import type { HttpRequest } from './http-target.ts'
import { ProbeError } from './reason.ts'
import { Timeline, type Wait } from './timeline.ts'

/** One request and its response, on a connection of its own. */
export interface Exchange {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
  /** From the request sent to the last byte of the body. */
  readonly latencyMs: number
  readonly phases: Phases
  /** `ip:port` of the other end. */
  readonly address: string
}

// Asks caches on the way not to answer. What the user sets wins.
const defaultHeaders: Readonly<Record<string, string>> = {
  'user-agent': 'deployment-safety-healthcheck',
  accept: '*/*',
  'cache-control': 'no-cache, no-store, max-age=0',
  pragma: 'no-cache',
}

// Passed on to the socket. By default Node gives each address but the last 250 ms, too little for a far server.
const connection = { autoSelectFamilyAttemptTimeout: 2_000 }

/**
 * Sends one request on a fresh connection and reads the answer. A kept-alive connection would stay on the old instance
 * behind a draining balancer, so there is no agent, no keep-alive and no resumed TLS session.
 * @throws ProbeError; `onTimeout` makes the one for a signal that fired
 */
export async function exchange(
  request: HttpRequest,
  signal: AbortSignal,
  onTimeout: (wait: Wait) => ProbeError,
): Promise<Exchange> {
  const host = request.url.hostname.replace(/^\[|\]$/g, '')
  const isAddress = isIP(host) !== 0
  if (isAddress) refuseMetadata(host, host)
  let broken: unknown
  let address = ''
  const timeline = new Timeline({ secure: request.url.protocol === 'https:', resolved: isAddress })
  try {
    const client = open(request, signal)
    client.on('socket', (socket) => {
      timeline.follow(socket)
      // A socket that is gone by the end has none any more.
      socket.once('connect', () => {
        address = addressOf(socket)
      })
    })
    // A parser that gives up in a body says so here; the response only says that it was cut off.
    client.on('error', (error) => {
      broken = error
    })
    client.end(request.body)
    const response = await responseTo(client)
    timeline.headersArrived()
    const body = await readBody(response)
    timeline.bodyEnded()
    // Such a body ends with its connection, and whatever ended that, Node takes the body for whole.
    if (endsWithConnection(request, response) && !body.cut && (broken !== undefined || signal.aborted)) throw broken
    return {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
      body,
      latencyMs: timeline.latencyMs(),
      phases: timeline.phases(),
      address,
    }
  } catch (error) {
    if (error instanceof ProbeError) throw error
    if (signal.aborted) throw onTimeout(timeline.waitsFor())
    throw new ProbeError(failureOf(broken ?? error, timeline.waitsFor()), error)
  }
}

function addressOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`
}

function open(request: HttpRequest, signal: AbortSignal): ClientRequest {
  const client = (request.url.protocol === 'https:' ? httpsRequest : httpRequest)(request.url, {
    method: request.method,
    headers: { ...defaultHeaders, connection: 'close' },
    agent: false,
    signal,
    lookup: guardedLookup,
    ...connection,
    rejectUnauthorized: !request.insecure,
    ...(request.secureContext === undefined ? {} : { secureContext: request.secureContext }),
  })
  for (const [name, headers] of Map.groupBy(request.headers, ([header]) => header.toLowerCase())) {
    client.setHeader(name, headers.length === 1 ? (headers[0]?.[1] ?? '') : headers.map(([, value]) => value))
  }
  if (request.body !== undefined) client.setHeader('content-length', Buffer.byteLength(request.body))
  return client
}

/** Whether only the end of the connection tells the end of the body (RFC 9112 6.3). */
function endsWithConnection({ method }: HttpRequest, { headers, statusCode }: IncomingMessage): boolean {
  if (method === 'HEAD' || statusCode === 204 || statusCode === 304) return false
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
}

function responseTo(client: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    client.on('response', resolve)
    client.on('error', reject)
    client.on('upgrade', (_response, socket) => {
      socket.destroy()
      reject(new ProbeError({ reason: 'protocol-error', detail: 'The server switches to another protocol (101)' }))
    })
  })
}
