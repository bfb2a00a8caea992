import { isIP, type Socket } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import { guardedLookup, refuseAddress } from './address.ts'
import { hostOf, portOf } from './endpoint.ts'
import { failureOf } from './failure.ts'
import type { ProxyFor } from './proxy.ts'
import { ProbeError } from './reason.ts'
import { openTcp } from './socket.ts'
import type { Timeline } from './timeline.ts'
import { openTrusted } from './trusted.ts'
import { connectToProxy, openTunnel } from './tunnel.ts'

/** What is said about the way to a target. */
export interface Route {
  /** `host:port` to the address to connect to instead of those the name resolves to. */
  readonly resolve: ReadonlyMap<string, string>
  /** Refuse addresses that are none of the public internet. */
  readonly denyPrivate: boolean
  readonly proxyFor: ProxyFor
  /** Trusts more than Node's own authorities, or has a certificate to show; undefined: neither. */
  readonly secureContext: SecureContext | undefined
  /** The same with the authorities of the system, where there is a `secureContext`. */
  readonly systemContext?: (() => SecureContext) | undefined
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
  const open = async () => {
    const tcp = await (proxy === undefined
      ? direct(destination, route, { signal, timeline })
      : throughProxy(destination, proxy, { route, signal, isPlain }))
    timeline.reached('connected')
    return tcp
  }
  const socket = await (destination.secure ? secured(open, destination, { route, signal }) : open())
  if (destination.secure) timeline.reached('secured')
  return { socket, plainProxy: isPlain ? proxy : undefined, proxy: proxy?.origin }
}

/** The address to connect to, where that is not left to the name. */
function fixedAddress({ url, address }: Pick<Destination, 'url' | 'address'>, { resolve }: Route): string | undefined {
  const host = hostOf(url)
  return resolve.get(`${host}:${portOf(url)}`) ?? address ?? (isIP(host) === 0 ? undefined : host)
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
  const lookup = guardedLookup(denyPrivate)
  const onResolved = () => timeline.reached('resolved')
  return openTcp({ host: fixed ?? host, port, lookup }, { signal, onResolved })
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
    throw new ProbeError({ reasonCode: 'address-refused', detail, hopeless: 'at-once' })
  }
  try {
    return await (isPlain
      ? connectToProxy(proxy, signal)
      : openTunnel(`${inUrl(fixed ?? host)}:${portOf(url)}`, proxy, signal))
  } catch (error) {
    if (error instanceof ProbeError || signal.aborted) throw error
    throw new ProbeError(
      { reasonCode: 'proxy-failure', detail: `the proxy ${proxy.origin}: ${failureOf(error, 'proxy', proxy).detail}` },
      error,
    )
  }
}

function secured(
  open: () => Promise<Socket>,
  { url, protocols }: Destination,
  { route, signal }: { route: Route; signal: AbortSignal },
): Promise<TLSSocket> {
  const { insecure, secureContext, systemContext } = route
  return openTrusted(open, hostOf(url), {
    signal,
    rejectUnauthorized: !insecure,
    systemContext,
    ...(protocols === undefined ? {} : { ALPNProtocols: [...protocols] }),
    ...(secureContext === undefined ? {} : { secureContext }),
  })
}
