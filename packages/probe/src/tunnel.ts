import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { hostOf, portOf } from './endpoint.ts'
import { responseLeniency } from './leniency.ts'
import { credentialsOf, saidByProxy } from './proxy.ts'
import { openTcp } from './socket.ts'
import { openTrusted } from './trusted.ts'

/**
 * A connection to the proxy itself. What is given as trusted or as ours is about the target, not about the proxy: that is
 * verified by Node's own authorities, NODE_EXTRA_CA_CERTS included, and by those of the system. @throws the error of the
 * socket
 */
export function connectToProxy(proxy: URL, signal: AbortSignal): Promise<Socket> {
  const open = () => openTcp({ host: hostOf(proxy), port: portOf(proxy) }, { signal })
  return proxy.protocol === 'http:' ? open() : openTrusted(open, hostOf(proxy), { signal })
}

/** A tunnel through the proxy to `host:port`. @throws Error when it is refused, or that of the socket */
export async function openTunnel(authority: string, proxy: URL, signal: AbortSignal): Promise<Socket> {
  // Not by a request over https: Node would look for the host of the target in the certificate of the proxy.
  const connection = await connectToProxy(proxy, signal)
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...proxyAuthorization(proxy) },
      createConnection: () => connection,
      ...responseLeniency,
      signal,
    })
    const refuse = (response: IncomingMessage) => {
      request.destroy()
      const why = saidByProxy(response)
      const because = why === undefined ? '' : `: ${why}`
      reject(new Error(`it refuses the tunnel to ${authority} with status ${response.statusCode}${because}`))
    }
    request.on('connect', (response, socket, head) => {
      const { statusCode = 0 } = response
      // A server that speaks first may have done so already.
      if (head.length > 0) socket.unshift(head)
      if (statusCode >= 200 && statusCode < 300) return resolve(socket)
      socket.destroy()
      refuse(response)
    })
    request.on('response', refuse)
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
