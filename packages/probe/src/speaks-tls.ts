import type { Socket } from 'node:net'
import { connect, type Route } from './connection.ts'
import type { ExchangeOptions } from './exchange.ts'
import { isTls, onlyHttp2 } from './other-protocol.ts'
import { ProbeError } from './reason.ts'
import { Timeline } from './timeline.ts'

/**
 * Why a connection was closed without a response, as far as that shows: most servers of TLS close a connection without it,
 * and some of HTTP/2 alone one that has not chosen that. Otherwise the error as it was.
 */
export async function explainClosed(
  error: unknown,
  { url, socket, route, options }: { url: URL; socket: Socket; route: Route; options: ExchangeOptions },
): Promise<unknown> {
  if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) return error
  if (url.protocol === 'http:') return (await speaksTls(url, route, options)) ? new ProbeError(isTls) : error
  if (chosenProtocol(socket) !== undefined) return error
  const isHttp2 = await speaksTls(url, route, { ...options, protocols: ['h2'] })
  return isHttp2 ? new ProbeError({ reasonCode: 'protocol-error', detail: onlyHttp2(url) }) : error
}

/** What both ends agreed on in the handshake. */
function chosenProtocol(socket: Socket): string | undefined {
  return 'alpnProtocol' in socket && typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : undefined
}

// A server that wants no TLS may wait for more than what it got.
const lookMs = 1_000

/** Whether there is TLS at the other end, and one of the protocols if any, by a connection of its own without a request. */
export async function speaksTls(
  url: URL,
  route: Route,
  { signal, address, protocols }: Pick<ExchangeOptions, 'signal' | 'address' | 'protocols'>,
): Promise<boolean> {
  const ending = new AbortController()
  const end = () => ending.abort()
  const timer = setTimeout(end, lookMs)
  signal.addEventListener('abort', end)
  try {
    const anyTls = { ...route, insecure: true, secureContext: undefined }
    const timeline = new Timeline({ secure: true })
    const { socket } = await connect({ url, address, secure: true, ...(protocols && { protocols }) }, anyTls, {
      signal: ending.signal,
      timeline,
    })
    socket.destroy()
    return protocols === undefined || chosenProtocol(socket) !== undefined
  } catch (error) {
    return (
      protocols === undefined &&
      error instanceof Error &&
      'code' in error &&
      /^ERR_SSL_.*ALERT_/.test(String(error.code))
    )
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}
