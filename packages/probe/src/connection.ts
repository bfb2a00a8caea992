import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, connect as netConnect, type Socket } from 'node:net'
import { type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls'
import { messageOf } from '@deploy-safety/common/errors'
import { guardedLookup, refuseAddress } from './address.ts'
import { credentialsOf, hostOf, type ProxyFor, portOf } from './proxy.ts'
import { ProbeError } from './reason.ts'
import type { Timeline } from './timeline.ts'

/** What is said about the way to a target. */
export interface Route {
  /** `host:port` to the address to connect to instead of those the name resolves to. */
  readonly resolve: ReadonlyMap<string, string>
  /** Refuse addresses that are none of the public internet. */
  readonly denyPrivate: boolean
  readonly proxyFor: ProxyFor
  /** Trusts more than the public authorities, or has a certificate to show; undefined: neither. */
  readonly secureContext: SecureContext | undefined
  /** Accept any certificate. */
  readonly insecure: boolean
}

/** Where to, beyond what the URL says. */
export interface Destination {
  /** `https:` and the like are secure; host and port are those to reach. */
  readonly url: URL
  readonly secure: boolean
  /** Connect to this address of the host; undefined: to any. */
  readonly address?: string | undefined
  /** Application protocols to offer in TLS. */
  readonly protocols?: readonly string[]
}

/** Without TLS a plain HTTP proxy is asked for the whole URL, and there is no tunnel through it. */
export interface Connection {
  readonly socket: Socket
  readonly plainProxy: URL | undefined
  /** The proxy that was used, as it is shown; undefined for a direct connection. */
  readonly proxy: string | undefined
}

// By default Node gives each address but the last 250 ms, too little for a far server.
const timePerAddress = { autoSelectFamilyAttemptTimeout: 2_000 }

/**
 * Opens a fresh connection: direct or through a proxy, with TLS where the destination wants it.
 * @throws ProbeError `address-refused`, `proxy-failure`; otherwise the error of the socket
 */
export async function connect(
  destination: Destination,
  route: Route,
  { signal, timeline }: { signal: AbortSignal; timeline: Timeline },
): Promise<Connection> {
  const proxy = route.proxyFor(destination.url)
  if (proxy !== undefined) timeline.askedProxy()
  const isPlain = proxy !== undefined && destination.url.protocol === 'http:'
  const tcp = await (proxy === undefined
    ? direct(destination, route, { signal, timeline })
    : throughProxy(destination, proxy, { route, signal, isPlain }))
  timeline.reached('connected')
  const socket = destination.secure ? await secured(tcp, destination, { route, signal }) : tcp
  if (destination.secure) timeline.reached('secured')
  return { socket, plainProxy: isPlain ? proxy : undefined, proxy: proxy?.origin }
}

/** The address to connect to, where that is not left to the name. */
function fixedAddress({ url, address }: Pick<Destination, 'url' | 'address'>, { resolve }: Route): string | undefined {
  const host = hostOf(url)
  return address ?? resolve.get(`${host}:${portOf(url)}`) ?? (isIP(host) === 0 ? undefined : host)
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function direct(
  { url, address }: Destination,
  route: Route,
  { signal, timeline }: { signal: AbortSignal; timeline: Timeline },
): Promise<Socket> {
  const [host, port] = [hostOf(url), portOf(url)]
  const { denyPrivate } = route
  const fixed = fixedAddress({ url, address }, route)
  if (fixed !== undefined) {
    refuseAddress(fixed, { host, denyPrivate })
    timeline.reached('resolved')
  }
  const socket = netConnect({ host: fixed ?? host, port, lookup: guardedLookup(denyPrivate), ...timePerAddress })
  socket.once('lookup', (error) => {
    if (!error) timeline.reached('resolved')
  })
  return ready(socket, 'connect', signal)
}

/** What is behind a proxy it looks up itself, so a name cannot be checked here: where it should be, it is refused. */
async function throughProxy(
  { url, address }: Destination,
  proxy: URL,
  { route, signal, isPlain }: { route: Route; signal: AbortSignal; isPlain: boolean },
): Promise<Socket> {
  const host = hostOf(url)
  const fixed = fixedAddress({ url, address }, route)
  if (fixed !== undefined) refuseAddress(fixed, { host, denyPrivate: route.denyPrivate })
  else if (route.denyPrivate) {
    const detail = `the proxy ${proxy.origin} resolves ${host}, so deny-private-addresses cannot be held`
    throw new ProbeError({ reason: 'address-refused', detail, hopeless: 'at-once' })
  }
  try {
    return await (isPlain ? toProxy(proxy, signal) : tunnel(`${inUrl(fixed ?? host)}:${portOf(url)}`, proxy, signal))
  } catch (error) {
    if (error instanceof ProbeError || signal.aborted) throw error
    throw new ProbeError({ reason: 'proxy-failure', detail: `the proxy ${proxy.origin}: ${messageOf(error)}` }, error)
  }
}

async function toProxy(proxy: URL, signal: AbortSignal): Promise<Socket> {
  const socket = netConnect({ host: hostOf(proxy), port: portOf(proxy), ...timePerAddress })
  const tcp = await ready(socket, 'connect', signal)
  if (proxy.protocol === 'http:') return tcp
  return ready(tlsConnect({ socket: tcp, host: hostOf(proxy), ...serverName(hostOf(proxy)) }), 'secureConnect', signal)
}

/** A tunnel to `host:port`. */
function tunnel(authority: string, proxy: URL, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      method: 'CONNECT',
      host: hostOf(proxy),
      port: portOf(proxy),
      path: authority,
      headers: { host: authority, ...proxyAuthorization(proxy) },
      agent: false,
      signal,
    })
    const refuse = (status: number | undefined) => {
      request.destroy()
      reject(new Error(`it refuses the tunnel to ${authority} with status ${status}`))
    }
    request.on('connect', ({ statusCode = 0 }, socket, head) => {
      // A server that speaks first may have done so already.
      if (head.length > 0) socket.unshift(head)
      if (statusCode >= 200 && statusCode < 300) return resolve(socket)
      socket.destroy()
      refuse(statusCode)
    })
    request.on('response', ({ statusCode }) => refuse(statusCode))
    request.on('error', reject)
    request.end()
  })
}

/** The header that a proxy with user and password in its URL wants. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '' && proxy.password === '') return {}
  const { user, password } = credentialsOf(proxy)
  return { 'proxy-authorization': `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}

function secured(
  tcp: Socket,
  { url, protocols }: Destination,
  { route, signal }: { route: Route; signal: AbortSignal },
): Promise<TLSSocket> {
  const host = hostOf(url)
  const socket = tlsConnect({
    socket: tcp,
    host,
    ...serverName(host),
    rejectUnauthorized: !route.insecure,
    ...(protocols === undefined ? {} : { ALPNProtocols: [...protocols] }),
    ...(route.secureContext === undefined ? {} : { secureContext: route.secureContext }),
  })
  return ready(socket, 'secureConnect', signal)
}

/** A server name is a name: for an address, TLS has none (RFC 6066 3). */
function serverName(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {}
}

/** Resolves when a socket has come so far; destroys it when the signal comes first. */
function ready<T extends Socket>(socket: T, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = (settle: () => void) => {
      signal.removeEventListener('abort', abort)
      settle()
    }
    const abort = () => socket.destroy(new Error('Aborted'))
    signal.addEventListener('abort', abort)
    socket.once(event, () => give(() => resolve(socket)))
    socket.once('error', (error) => give(() => reject(error)))
    socket.once('close', () => give(() => reject(closedEarly)))
    if (signal.aborted) abort()
  })
}

const closedEarly = Object.assign(new Error('The connection was closed'), { code: 'ECONNRESET' })
