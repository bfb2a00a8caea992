import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'
import type { Identity } from '@deploy-safety/simulators/certificates'
import { onTestFinished } from 'vitest'

/** A request as it arrived. */
interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Every header as it was written, in pairs. */
  readonly rawHeaders: readonly string[]
  readonly body: string
  /** Of the client: another one for each connection. */
  readonly remotePort: number
}

export interface Served {
  readonly port: number
  /** Without a slash at its end. */
  readonly origin: string
  readonly received: readonly Received[]
  /** Connections that were ever made. */
  readonly connections: readonly Socket[]
  /** Resolves when no connection is open. */
  idle(): Promise<void>
}

export interface HttpOptions {
  readonly host?: string
  readonly identity?: Identity & Pick<TlsOptions, 'ca' | 'requestCert' | 'minVersion' | 'maxVersion' | 'ALPNProtocols'>
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** An HTTP server on loopback, until the end of the test. */
export async function serve(handle: Handler, { host = '127.0.0.1', identity }: HttpOptions = {}): Promise<Served> {
  const received: Received[] = []
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers, rawHeaders, socket } = request
    const body = Buffer.concat(chunks).toString()
    received.push({ method, url, headers, rawHeaders, body, remotePort: socket.remotePort ?? 0 })
    handle(request, response)
  }
  // A request that is cut off is no error of the test.
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    void respond(request, response).catch(() => {})
  const server = identity === undefined ? createServer(listener) : createSecureServer(identity, listener)
  const listening = await listen(server, host)
  return { ...listening, origin: `${identity ? 'https' : 'http'}://${hostOf(host)}:${listening.port}`, received }
}

/** A server that does with a connection what it likes, until the end of the test. */
export async function serveRaw(onConnection: (socket: Socket) => void, host = '127.0.0.1'): Promise<Served> {
  const server = createRawServer((socket) => {
    onConnection(socket)
    // A socket that is not read does not notice that the other end has closed.
    socket.resume()
  })
  const listening = await listen(server, host)
  return { ...listening, origin: `http://${hostOf(host)}:${listening.port}`, received: [] }
}

/** Answers the first bytes of a connection with these. */
export function answering(bytes: string | Buffer, then: (socket: Socket) => void = (socket) => socket.end()) {
  return (socket: Socket) => {
    socket.once('data', () => socket.write(bytes, () => then(socket)))
  }
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createRawServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

async function listen(server: Server, host: string): Promise<Pick<Served, 'port' | 'connections' | 'idle'>> {
  const connections: Socket[] = []
  const open = new Set<Socket>()
  const waiting = new Set<() => void>()
  server.on('connection', (socket: Socket) => {
    connections.push(socket)
    open.add(socket)
    // What a client does to its connection is no error of the server.
    socket.on('error', () => {})
    socket.on('close', () => {
      open.delete(socket)
      if (open.size === 0) for (const resolve of waiting) resolve()
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  const idle = () => new Promise<void>((resolve) => (open.size === 0 ? resolve() : waiting.add(resolve)))
  return { port: (server.address() as AddressInfo).port, connections, idle }
}
