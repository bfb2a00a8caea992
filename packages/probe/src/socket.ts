import { isIP, connect as netConnect, type Socket, type TcpNetConnectOpts } from 'node:net'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { tls } from './on-demand.ts'
import { ProbeError } from './reason.ts'

// By default Node gives each address but the last 250 ms, too little for a far server.
const timePerAddress = { autoSelectFamilyAttemptTimeout: 2_000 }

/** Opens a TCP connection. @throws the error of the socket, and what destroyed it when the signal comes first */
export function openTcp(
  options: TcpNetConnectOpts,
  { signal, onResolved }: { signal: AbortSignal; onResolved?: () => void },
): Promise<Socket> {
  const socket = netConnect({ ...timePerAddress, ...options })
  socket.once('lookup', (error) => {
    if (!error) onResolved?.()
  })
  return ready(socket, 'connect', signal)
}

/** Shakes hands for TLS over a connection, for a host name or an address. @throws as `openTcp` */
export function openTls(
  socket: Socket,
  host: string,
  options: ConnectionOptions & { signal: AbortSignal },
): Promise<TLSSocket> {
  const { signal, ...rest } = options
  // A server name is a name: for an address, TLS has none (RFC 6066 3).
  const serverName = isIP(host) === 0 ? { servername: host } : {}
  const secured = tls().connect({ ...rest, ...serverName, socket, host })
  secured.once('error', (error: NodeJS.ErrnoException) => {
    // TLS 1.2 has no alert for a client certificate that is missing. Who has shown its own has agreed to all the rest.
    const isRefusal = error.code?.endsWith('ALERT_HANDSHAKE_FAILURE') && secured.getPeerX509Certificate() !== undefined
    if (isRefusal) error.code = 'ERR_SSL_ALERT_CERTIFICATE_REQUIRED'
  })
  return ready(secured, 'secureConnect', signal)
}

// What accepts for a service that is not there, as a port forward does, closes once it has found out.
const holdMs = 250
// Enough for the way to the other side of the world and back.
const firstWordMs = 500

/**
 * Resolves when the other end keeps a connection, or has sent something over it. A server of TLS 1.3 looks at the certificate
 * of its client after that is done with the handshake: its first word tells, most often a session ticket, and is waited for.
 * @throws ProbeError `connection-reset` when it is closed without a byte; otherwise the error of the socket
 */
export function kept(socket: Socket, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const isTls13 = isSecured(socket) && socket.getProtocol() === 'TLSv1.3'
  let timer = setTimeout(resolve, isTls13 ? firstWordMs : holdMs)
  socket.once('session', () => {
    clearTimeout(timer)
    timer = setTimeout(resolve, holdMs)
  })
  socket.once('data', () => resolve())
  socket.once('end', () => reject(closedAtOnce(socket)))
  socket.once('error', (error: NodeJS.ErrnoException) => {
    // Whoever is out of time still has a connection that stands.
    if (signal.aborted) resolve()
    else reject(error.code === 'ECONNRESET' ? closedAtOnce(socket, error) : error)
  })
  return promise.finally(() => clearTimeout(timer))
}

function closedAtOnce(socket: Socket, cause?: Error): ProbeError {
  const detail = isSecured(socket)
    ? 'the connection was closed right after the TLS handshake: the server wants another protocol (for gRPC write grpcs://) or a client certificate, or has no service behind it'
    : 'the connection was accepted, then closed without a byte, as a port forward does with no service behind it'
  return new ProbeError({ reasonCode: 'connection-reset', detail }, cause)
}

/** Without TLS, its module is not loaded. */
function isSecured(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket
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
