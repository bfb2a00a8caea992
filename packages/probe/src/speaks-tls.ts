import { connect, type Route } from './connection.ts'
import type { ExchangeOptions } from './exchange.ts'
import { Timeline } from './timeline.ts'

// A server that wants no TLS may wait for more than what it got.
const lookMs = 1_000

/** Whether there is TLS at the other end, by a connection of its own, which no request is sent over. */
export async function speaksTls(url: URL, route: Route, { signal, address }: ExchangeOptions): Promise<boolean> {
  const ending = new AbortController()
  const end = () => ending.abort()
  const timer = setTimeout(end, lookMs)
  signal.addEventListener('abort', end)
  try {
    const anyTls = { ...route, insecure: true, secureContext: undefined }
    const timeline = new Timeline({ secure: true })
    const { socket } = await connect({ url, address, secure: true }, anyTls, { signal: ending.signal, timeline })
    socket.destroy()
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && /^ERR_SSL_.*ALERT_/.test(String(error.code))
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}
