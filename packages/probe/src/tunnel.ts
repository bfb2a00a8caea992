import { request as httpRequest } from 'node:http'
import type { Socket } from 'node:net'
import { hostOf, portOf } from './endpoint.ts'
import { https } from './on-demand.ts'
import { credentialsOf } from './proxy.ts'
import { openTcp, openTls } from './socket.ts'

/** A connection to the proxy itself, which is then asked for a whole URL. @throws the error of the socket */
export async function connectToProxy(proxy: URL, signal: AbortSignal): Promise<Socket> {
  const tcp = await openTcp({ host: hostOf(proxy), port: portOf(proxy) }, { signal })
  return proxy.protocol === 'http:' ? tcp : openTls(tcp, hostOf(proxy), { signal })
}

/** A tunnel through the proxy to `host:port`. @throws Error when it is refused, or that of the socket */
export function openTunnel(authority: string, proxy: URL, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const request = (proxy.protocol === 'https:' ? https().request : httpRequest)({
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
