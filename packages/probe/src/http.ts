import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { readBody } from './body.ts'
import type { Connection, Route } from './connection.ts'
import { type Exchange, type ExchangeOptions, exchange } from './exchange.ts'
import { responseLeniency } from './leniency.ts'
import { https } from './on-demand.ts'
import { saidByProxy } from './proxy.ts'
import { ProbeError } from './reason.ts'
import { explainClosed } from './speaks-tls.ts'
import type { HttpRequest } from './target.ts'
import { proxyAuthorization } from './tunnel.ts'

// Asks caches on the way not to respond. What the user sets wins.
const defaultHeaders: Readonly<Record<string, string>> = {
  'user-agent': 'deployment-safety-healthcheck',
  accept: '*/*',
  'cache-control': 'no-cache, no-store, max-age=0',
  pragma: 'no-cache',
}

/** Sends one HTTP request and reads the response. @throws ProbeError */
export function exchangeHttp(request: HttpRequest, route: Route, options: ExchangeOptions): Promise<Exchange> {
  // With TLS the protocol is said beforehand: a server of HTTP/2 alone would otherwise respond with something else.
  return exchange(request.url, route, { ...options, protocols: ['http/1.1'] }, async (connection, timeline) => {
    let broken: unknown
    // A parser that gives up in a body says so here; the response only says that it was cut off.
    const client = open(request, connection, (error) => {
      broken = error
    })
    client.end(request.body)
    const response = await responseTo(client).catch(async (error: unknown) => {
      throw connection.plainProxy === undefined
        ? await explainClosed(error, { url: request.url, socket: connection.socket, route, options })
        : error
    })
    timeline.reached('headers')
    const { statusCode: status = 0 } = response
    if (connection.plainProxy !== undefined) refuseOfProxy(response, connection.plainProxy)
    try {
      const body = await readBody(response, options.bodyLimitBytes)
      timeline.reached('end')
      // Such a body ends with its connection, and whatever ended that, Node takes the body for whole.
      const isUncertain = endsWithConnection(request, response) && !body.cut
      if (isUncertain && (broken !== undefined || options.signal.aborted)) throw broken
      const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
      return { status, headers: Object.fromEntries(headers), body }
    } catch (error) {
      throw broken ?? error
    }
  })
}

function open(
  { url, method, headers, body }: HttpRequest,
  connection: Connection,
  onError: (error: Error) => void,
): ClientRequest {
  const { socket, plainProxy } = connection
  const client = (url.protocol === 'https:' ? https().request : httpRequest)(url, {
    method,
    headers: { ...defaultHeaders, connection: 'close' },
    // Without an agent there is no keep-alive either.
    createConnection: () => socket,
    ...responseLeniency,
    ...(plainProxy === undefined ? {} : { path: url.href }),
  })
  // However many headers fit are read.
  client.maxHeadersCount = 0
  // Before anything can throw: what is then left behind loses its connection, and says so to whoever listens.
  client.on('error', onError)
  for (const [name, value] of Object.entries(plainProxy === undefined ? {} : proxyAuthorization(plainProxy))) {
    client.setHeader(name, value)
  }
  for (const [name, given] of Map.groupBy(headers, ([header]) => header.toLowerCase())) {
    client.setHeader(name, given.length === 1 ? (given[0]?.[1] ?? '') : given.map(([, value]) => value))
  }
  if (body !== undefined) client.setHeader('content-length', Buffer.byteLength(body))
  return client
}

/** Whether only the end of the connection tells the end of the body (RFC 9112 6.3). */
function endsWithConnection({ method }: HttpRequest, { headers, statusCode }: IncomingMessage): boolean {
  if (method === 'HEAD' || statusCode === 204 || statusCode === 304) return false
  const coding = headers['transfer-encoding']
  return coding === undefined ? headers['content-length'] === undefined : !/chunked\s*$/i.test(coding)
}

/** What a plain proxy says for itself comes as if from the target. @throws ProbeError `proxy-failure` */
function refuseOfProxy(response: IncomingMessage, proxy: URL): void {
  const why = saidByProxy(response)
  if (why === undefined) return
  throw new ProbeError({
    reasonCode: 'proxy-failure',
    detail: `the proxy ${proxy.origin} responds itself, with status ${response.statusCode}: ${why}`,
  })
}

function responseTo(client: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    client.on('response', resolve)
    client.on('error', reject)
    client.on('upgrade', (_response, socket) => {
      socket.destroy()
      reject(new ProbeError({ reasonCode: 'protocol-error', detail: 'the server switches to another protocol (101)' }))
    })
  })
}
