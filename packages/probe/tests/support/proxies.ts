import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Identity } from '@deploy-safety/simulators/certificates'
import { onTestFinished } from 'vitest'

/** A request that a proxy got. */
interface Asked {
  readonly method: string
  /** The authority of CONNECT, the absolute URL of anything else. */
  readonly target: string
  readonly headers: Readonly<Record<string, unknown>>
}

export interface ProxyOptions {
  /** `user:password` that it wants, or it answers 407. */
  readonly credentials?: string
  /** Names that it knows; others it looks up nowhere. */
  readonly hosts?: Readonly<Record<string, string>>
  /** Waits for the first bytes of the target and sends them together with its own response. */
  readonly joined?: boolean
  /** Makes it a proxy that is reached through TLS. */
  readonly identity?: Identity
}

export interface TestProxy {
  readonly port: number
  readonly url: string
  readonly asked: readonly Asked[]
  /** Resolves when no client is connected. */
  idle(): Promise<void>
}

/** A real proxy on loopback, for tunnels and for plain HTTP, until the end of the test. */
export async function startProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const { credentials, hosts = {}, joined = false, identity } = options
  const asked: Asked[] = []
  const open = new Set<Duplex>()
  const waiting = new Set<() => void>()
  const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`
  const refused = (headers: Readonly<Record<string, unknown>>) =>
    expected !== undefined && headers['proxy-authorization'] !== expected
  const respond = (incoming: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = incoming
    asked.push({ method, target: url, headers })
    if (refused(headers)) return void response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('who are you?')
    const target = URL.parse(url)
    if (target === null) return void response.writeHead(400).end('no absolute URL')
    const { 'proxy-authorization': _, ...rest } = headers
    const host = hosts[target.hostname] ?? target.hostname.replace(/^\[|\]$/g, '')
    const path = `${target.pathname}${target.search}`
    const onward = request({ host, port: target.port || 80, path, method, headers: rest, agent: false }, (reply) => {
      response.writeHead(reply.statusCode ?? 0, reply.headers)
      reply.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end('bad gateway'))
    incoming.pipe(onward)
  }
  const server = identity === undefined ? createServer(respond) : createSecureServer(identity, respond)
  server.on('connect', ({ url = '', headers }, client, head) => {
    asked.push({ method: 'CONNECT', target: url, headers })
    if (refused(headers))
      return void client.end('HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n')
    const { hostname, port } = new URL(`tcp://${url}`)
    const onward: Socket = connect({ host: hosts[hostname] ?? hostname.replace(/^\[|\]$/g, ''), port: Number(port) })
    onward.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'))
    const established = Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n')
    const begin = (first = Buffer.alloc(0)) => {
      client.write(Buffer.concat([established, first]))
      onward.write(head)
      client.pipe(onward).pipe(client)
    }
    onward.once(joined ? 'data' : 'connect', begin)
    client.on('close', () => onward.destroy())
    // What is no longer read would not notice its end.
    onward.on('close', () => client.end().resume())
    client.on('error', () => {})
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      open.delete(socket)
      if (open.size === 0) for (const resolve of waiting) resolve()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `${identity === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    asked,
    idle: () => new Promise((resolve) => (open.size === 0 ? resolve() : waiting.add(resolve))),
  }
}
