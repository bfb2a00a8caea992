import { once } from 'node:events'
import { createSecureServer, createServer } from 'node:http2'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { createSecureContext, createServer as createTlsServer } from 'node:tls'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import { describe, expect, it, onTestFinished } from 'vitest'
import { probe } from '../src/probe.ts'
import type { Failure } from '../src/reason.ts'
import { parseStatusSet } from '../src/status.ts'
import type { Request } from '../src/target.ts'
import { expecting, routeOf, targetWith } from './support/made.ts'
import { answering, serve, serveRaw } from './support/server.ts'

const authority = createAuthority()
const identity = authority.issue({ names: ['127.0.0.1'] })
const route = routeOf({ secureContext: createSecureContext({ ca: authority.certificate }) })

function requestTo(href: string): Request {
  const url = new URL(href)
  if (/^(tcp|tls):$/.test(url.protocol)) return { kind: 'socket', url }
  if (/^grpcs?:$/.test(url.protocol)) return { kind: 'grpc', url, service: '', headers: [] }
  return { kind: 'http', url, method: 'GET', headers: [], body: undefined }
}

async function failureAt(href: string, status = '2xx'): Promise<Failure | undefined> {
  const expectation = expecting({ status: parseStatusSet(status) })
  const target = targetWith(requestTo(href), { route, expectation })
  const { failure } = await probe(target, { timeoutMs: 10_000, signal: new AbortController().signal })
  return failure
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const onlyTls = 'the server speaks TLS on this port; use https:// or another port'
const onlyHttp2 = (scheme: string) =>
  `the service speaks only HTTP/2 here, and healthcheck speaks HTTP/1.1: probe a port or path with HTTP/1.1, or use ${scheme} for a gRPC health check`

describe('plain HTTP to a port of TLS', () => {
  it.each([
    ['alert', Buffer.from([21, 3, 1, 0, 2, 2, 70])],
    ['handshake', Buffer.from([22, 3, 3, 0, 2, 2, 70])],
  ])('that is answered by a TLS record (%s) is named', async (_, bytes) => {
    const server = await serveRaw(answering(bytes))
    expect(await failureAt(server.origin)).toEqual({ reasonCode: 'protocol-error', detail: onlyTls })
  })

  it.each([
    ['nginx', 'The plain HTTP request was sent to HTTPS port'],
    ['Apache', "Reason: You're speaking plain HTTP to an SSL-enabled server port."],
    ['Go', 'Client sent an HTTP request to an HTTPS server.'],
    ['Tomcat', 'Bad Request\r\nThis combination of host and port requires TLS.\r\n'],
  ])('that is answered by 400 as %s does is named, unless 400 is expected', async (_, text) => {
    const server = await serve((__, response) => void response.writeHead(400).end(`<html>${text}</html>`))
    expect(await failureAt(server.origin)).toEqual({ reasonCode: 'protocol-error', detail: onlyTls })
    expect(await failureAt(server.origin, '400')).toBeUndefined()
  })

  it('is not seen in any other 400', async () => {
    const server = await serve((_, response) => void response.writeHead(400).end('requires a body'))
    expect((await failureAt(server.origin))?.reasonCode).toBe('http-status')
  })

  // As Node, HAProxy, Envoy and most load balancers do.
  it('that is closed without a word is named', async () => {
    const port = await portOf(createTlsServer(identity))
    expect(await failureAt(`http://127.0.0.1:${port}`)).toEqual({ reasonCode: 'protocol-error', detail: onlyTls })
  })

  it('is not what a server is told that closes whatever it hears, or in the middle of its response', async () => {
    const mute = await serveRaw((socket) => void socket.once('data', () => socket.end()))
    expect((await failureAt(mute.origin))?.reasonCode).toBe('connection-reset')
    const part = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'
    const broken = await serveRaw((socket) => void socket.once('data', () => socket.end(part)))
    expect((await failureAt(broken.origin))?.reasonCode).toBe('connection-reset')
    expect([mute.connections.length, broken.connections.length]).toEqual([2, 1])
  })
})

describe('a client certificate that the server misses in a 400', () => {
  const refused = {
    reasonCode: 'blocked-by-edge',
    detail: 'the server wants a client certificate that it accepts (HTTP 400)',
  }

  it.each(['400 No required SSL certificate was sent', '400 The SSL certificate error'])(
    'as nginx says it (%s) is blocked-by-edge, unless 400 is expected',
    async (text) => {
      const page = `<html><head><title>${text}</title></head></html>`
      const server = await serve((_, response) => void response.writeHead(400).end(page), { identity })
      expect(await failureAt(server.origin)).toEqual(refused)
      expect(await failureAt(server.origin, '400')).toBeUndefined()
    },
  )

  it('is not seen in any other 400, nor without TLS', async () => {
    const other = await serve((_, response) => void response.writeHead(400).end('certificate number missing'), {
      identity,
    })
    expect((await failureAt(other.origin))?.reasonCode).toBe('http-status')
    const plain = await serve(
      (_, response) => void response.writeHead(400).end('400 No required SSL certificate was sent'),
    )
    expect((await failureAt(plain.origin))?.reasonCode).toBe('http-status')
  })
})

describe('TLS to a port without it', () => {
  it.each([
    ['https', 'use http:// or another port'],
    ['tls', 'use tcp:// or another port'],
    ['grpcs', 'use grpc:// or another port'],
  ])('%s:// says: %s', async (scheme, advice) => {
    const failure = {
      reasonCode: 'protocol-error',
      detail: `the server does not speak TLS on this port; ${advice}`,
    }
    const http = await serve((_, response) => void response.end('up'))
    expect(await failureAt(`${scheme}://127.0.0.1:${http.port}`)).toEqual(failure)
    for (const bytes of [
      'SSH-2.0-OpenSSH_9.9\r\n',
      '220 mail ESMTP\r\n',
      '-ERR unknown command\r\n',
      '\0\0\0\x04\0\0\0\0\0',
    ]) {
      const server = await serveRaw(answering(bytes))
      expect(await failureAt(`${scheme}://127.0.0.1:${server.port}`)).toEqual(failure)
    }
  })
})

describe('a service that speaks only HTTP/2', () => {
  it('without TLS is named', async () => {
    const port = await portOf(createServer())
    expect(await failureAt(`http://127.0.0.1:${port}`)).toEqual({
      reasonCode: 'protocol-error',
      detail: onlyHttp2('grpc://'),
    })
  })

  it.each([
    ['its settings', [0, 0, 0, 4, 0, 0, 0, 0, 0]],
    ['settings of some length', [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100]],
    ['a goodbye', [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
  ])('and begins with %s is named', async (_, bytes) => {
    const server = await serveRaw(answering(Buffer.from(bytes)))
    expect((await failureAt(server.origin))?.detail).toBe(onlyHttp2('grpc://'))
  })

  it('with TLS is named: it takes no other protocol', async () => {
    const port = await portOf(createSecureServer(identity))
    expect(await failureAt(`https://127.0.0.1:${port}`)).toEqual({
      reasonCode: 'protocol-error',
      detail: onlyHttp2('grpcs://'),
    })
  })

  it('with TLS is named as well when it lets any protocol in, and then closes without a word', async () => {
    // As the gRPC servers of C++, Python, Ruby and PHP do; Node has no server that ignores what it does not choose.
    const ignoring = createTlsServer(identity, (socket) => void socket.end())
    const choosing = createTlsServer({ ...identity, ALPNProtocols: ['h2'] })
    const servers = [ignoring, choosing]
    const front = createTcpServer((socket) => servers.shift()?.emit('connection', socket))
    expect(await failureAt(`https://127.0.0.1:${await portOf(front)}`)).toEqual({
      reasonCode: 'protocol-error',
      detail: onlyHttp2('grpcs://'),
    })
  })

  it('is not what a server is told that closes, and knows nothing of HTTP/2', async () => {
    for (const options of [{}, { ALPNProtocols: ['http/1.1', 'h2'] }]) {
      const server = createTlsServer({ ...identity, ...options }, (socket) => void socket.end())
      expect((await failureAt(`https://127.0.0.1:${await portOf(server)}`))?.reasonCode).toBe('connection-reset')
    }
  })

  it('and HTTP/1.1 beside it is asked in HTTP/1.1', async () => {
    const server = createSecureServer({ ...identity, allowHTTP1: true }, (_, response) => response.end('up'))
    expect(await failureAt(`https://127.0.0.1:${await portOf(server)}`)).toBeUndefined()
  })

  it('is not what a grpcs:// that gets no HTTP/2 is told', async () => {
    const server = await serve((_, response) => void response.end(), {
      identity: { ...identity, ALPNProtocols: ['http/1.1'] },
    })
    expect(await failureAt(`grpcs://127.0.0.1:${server.port}`)).toEqual({
      reasonCode: 'protocol-error',
      detail: 'the server does not offer HTTP/2, which gRPC needs',
    })
  })
})

describe('another protocol', () => {
  it.each([
    ['SSH-2.0-OpenSSH_9.9\r\n', 'SSH-2.0-OpenSSH_9.9'],
    ['220 mail.example.com ESMTP\r\n', '220 mail.example.com ESMTP'],
    ['ICY 200 OK\r\n\r\n', 'ICY 200 OK'],
    ['\0\x01\x02', ''],
  ])('that begins with %j is shown by how it begins', async (bytes, begins) => {
    const server = await serveRaw(answering(bytes))
    const failure = await failureAt(server.origin)
    expect(failure?.reasonCode).toBe('protocol-error')
    expect(failure?.detail).toMatch(/^the response is not HTTP: it begins with "/)
    expect(failure?.detail).toContain(begins)
    expect(failure?.detail).not.toMatch(/Parse Error|HPE_|Expected HTTP/)
  })
})
