import type { Socket } from 'node:net'
import type { Body } from './body.ts'
import { type Connection, connect, type Route } from './connection.ts'
import { isSecure } from './endpoint.ts'
import { failureOf, timeoutWhile } from './failure.ts'
import { tls } from './on-demand.ts'
import { ProbeError } from './reason.ts'
import { type Phases, Timeline } from './timeline.ts'

/** One request and its response, on a connection of its own. What a protocol does not have is undefined or empty. */
export interface Exchange {
  readonly status: number | undefined
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
  /** From the request sent to the last byte of the body; for a mere connection, until it stands. */
  readonly latencyMs: number
  readonly phases: Phases
  /** `ip:port` of the other end. */
  readonly address: string
  /** The proxy on the way, without its credentials. */
  readonly proxy: string | undefined
  readonly certificate: Certificate | undefined
}

export interface Certificate {
  /** When it expires, ISO 8601. */
  readonly validTo: string
  /** Until then, from the moment of the exchange. */
  readonly daysLeft: number
}

export interface ExchangeOptions {
  readonly signal: AbortSignal
  /** What the signal fires after, for the message. */
  readonly timeoutMs: number
  /** Connect to this address of the host. */
  readonly address?: string | undefined
  /** Application protocols to offer in TLS. */
  readonly protocols?: readonly string[]
  /** Read no more of the body of an HTTP response; by default a mebibyte. */
  readonly bodyLimitBytes?: number
}

/** What a protocol says over a connection that stands. */
export type Conversation = (connection: Connection, timeline: Timeline) => Promise<Said>

type Said = Pick<Exchange, 'status' | 'headers' | 'body'>

/**
 * Opens a fresh connection and lets a protocol speak over it. A kept-alive connection would stay on the old instance
 * behind a draining balancer: there is no agent, no keep-alive and no resumed TLS session.
 * @throws ProbeError; a TypeError is a defect of ours and stays one
 */
export async function exchange(
  url: URL,
  route: Route,
  { signal, timeoutMs, ...options }: ExchangeOptions,
  converse: Conversation,
): Promise<Exchange> {
  const secure = isSecure(url)
  const timeline = new Timeline({ secure })
  let socket: Socket | undefined
  const abort = () => socket?.destroy(new Error('Aborted'))
  signal.addEventListener('abort', abort)
  try {
    const connection = await connect({ url, secure, ...options }, route, { signal, timeline })
    socket = connection.socket
    const address = addressOf(socket)
    // Without TLS of its own, what stands below may be that of a proxy.
    const certificate = secure ? certificateOf(socket) : undefined
    const said = await converse(connection, timeline)
    const latencyMs = timeline.latencyMs() || timeline.connectionMs()
    return { ...said, latencyMs, phases: timeline.phases(), address, proxy: connection.proxy, certificate }
  } catch (error) {
    if (signal.aborted) throw new ProbeError(timeoutWhile(timeline.waitsFor(), timeoutMs), error)
    // What a server does has other errors: a defect of ours is no reason to roll back.
    if (error instanceof ProbeError || error instanceof TypeError) throw error
    throw new ProbeError(failureOf(error, timeline.waitsFor(), url), error)
  } finally {
    signal.removeEventListener('abort', abort)
    socket?.destroy()
  }
}

function addressOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`
}

function certificateOf(socket: Socket): Certificate | undefined {
  if (!(socket instanceof tls().TLSSocket)) return undefined
  const validTo = socket.getPeerX509Certificate()?.validToDate
  if (validTo === undefined) return undefined
  return { validTo: validTo.toISOString(), daysLeft: (validTo.getTime() - Date.now()) / 86_400_000 }
}
