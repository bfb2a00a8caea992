import { once } from 'node:events'
import { createSecureServer, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createSecureContext } from 'node:tls'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import { Metadata, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Route } from '../src/connection.ts'
import { type Attempt, probe } from '../src/probe.ts'
import type { Header } from '../src/target.ts'
import { routeOf, targetWith } from './support/made.ts'
import { answering, serve, serveRaw } from './support/server.ts'

type Check = (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>) => void

const authority = createAuthority()
const identity = authority.issue({ names: ['127.0.0.1'] })
const secureContext = createSecureContext({ ca: authority.certificate })

const definition = {
  check: {
    path: '/grpc.health.v1.Health/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: (message: Buffer) => message,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (message: Buffer) => message,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
} as const

/** A real gRPC server on loopback, until the end of the test. */
async function serveGrpc(check: Check | undefined, credentials = ServerCredentials.createInsecure()): Promise<number> {
  const server = new Server()
  if (check !== undefined) server.addService(definition, { check })
  onTestFinished(() => server.forceShutdown())
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, port) => (error ? reject(error) : resolve(port)))
  })
}

/** A server of HTTP/2 that does with a stream what it likes. */
async function serveHttp2(onStream: (stream: ServerHttp2Stream) => void, server: Http2Server = createServer()) {
  const sessions = new Set<{ destroy: () => void }>()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('error', () => {})
    session.on('close', () => sessions.delete(session))
  })
  server.on('stream', (stream) => {
    stream.on('error', () => {})
    onStream(stream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const session of sessions) session.destroy()
  })
  return { port: (server.address() as AddressInfo).port, sessions }
}

interface Asking extends Partial<Route> {
  readonly scheme?: string
  readonly service?: string
  readonly headers?: readonly Header[]
  readonly timeoutMs?: number
}

function ask(port: number, asking: Asking = {}): Promise<Attempt> {
  const { scheme = 'grpc', service = '', headers = [], timeoutMs = 20_000, ...route } = asking
  const url = new URL(`${scheme}://127.0.0.1:${port}`)
  const target = targetWith({ kind: 'grpc', url, service, headers }, { route: routeOf(route) })
  return probe(target, { timeoutMs, signal: new AbortController().signal })
}

async function reasonOf(port: number, asking: Asking = {}): Promise<string> {
  return (await ask(port, asking)).failure?.reasonCode ?? 'good'
}

const serving = Buffer.from([0x08, 1])
const says =
  (message: Buffer): Check =>
  (_, respond) =>
    respond(null, message)

describe('a gRPC server', () => {
  it.each<[string, Buffer, string]>([
    ['SERVING', serving, 'good'],
    ['NOT_SERVING', Buffer.from([0x08, 2]), 'grpc-not-serving'],
    ['SERVICE_UNKNOWN', Buffer.from([0x08, 3]), 'grpc-not-serving'],
    ['UNKNOWN, not spelled out', Buffer.alloc(0), 'grpc-not-serving'],
    ['UNKNOWN, spelled out', Buffer.from([0x08, 0]), 'grpc-not-serving'],
    ['a status of tomorrow', Buffer.from([0x08, 9]), 'protocol-error'],
    ['a status beyond a byte', Buffer.from([0x08, 0x81, 0x01]), 'protocol-error'],
    ['another field alone', Buffer.from([0x10, 1]), 'grpc-not-serving'],
    ['another field before it', Buffer.from([0x12, 2, 0x68, 0x69, 0x08, 1]), 'good'],
    ['another field behind it', Buffer.from([0x08, 1, 0x12, 2, 0x08, 2]), 'good'],
    ['another field and that it does not serve', Buffer.from([0x10, 1, 0x08, 2]), 'grpc-not-serving'],
    ['half a field', Buffer.from([0x08]), 'not good'],
    ['a text', Buffer.from('SERVING'), 'protocol-error'],
    ['a huge message', Buffer.alloc(200_000, 8), 'protocol-error'],
  ])('that says %s', async (_, message, expected) => {
    const reasonCode = await reasonOf(await serveGrpc(says(message)))
    if (expected === 'not good') expect(reasonCode).not.toBe('good')
    else expect(reasonCode).toBe(expected)
  })

  it.each([
    ['NOT_FOUND', status.NOT_FOUND, 'grpc-not-serving'],
    ['UNAVAILABLE', status.UNAVAILABLE, 'grpc-not-serving'],
    ['INTERNAL', status.INTERNAL, 'grpc-not-serving'],
    ['DEADLINE_EXCEEDED', status.DEADLINE_EXCEEDED, 'grpc-not-serving'],
    ['UNAUTHENTICATED', status.UNAUTHENTICATED, 'blocked-by-edge'],
    ['PERMISSION_DENIED', status.PERMISSION_DENIED, 'blocked-by-edge'],
    ['RESOURCE_EXHAUSTED', status.RESOURCE_EXHAUSTED, 'rate-limited'],
    ['UNIMPLEMENTED', status.UNIMPLEMENTED, 'protocol-error'],
  ])('that answers %s', async (name, code, reasonCode) => {
    const port = await serveGrpc((_, respond) => respond({ code, details: 'because ::error::x\r\n of ünicode' }))
    const { failure } = await ask(port)
    const said = `the server responds with gRPC status ${code} (${name}): because ::error::x\r\n of ünicode`
    expect(failure).toEqual({ reasonCode, detail: said })
  })

  it.each([
    ['100%25 of%20it', '100% of it'],
    ['%E2%82%AC', '€'],
    ['%e2%82%ac%zz%', '€%zz%'],
    ['%FF%00', '\ufffd\u0000'],
    ['plain', 'plain'],
    ['%'.repeat(300), `${'%'.repeat(199)}…`],
  ])('says why in %s, which is read as %s', async (message, text) => {
    const { port } = await serveHttp2((stream) => {
      stream.respond({ ':status': 200, 'grpc-status': '14', 'grpc-message': message }, { endStream: true })
    })
    expect((await ask(port)).failure?.detail).toBe(`the server responds with gRPC status 14 (UNAVAILABLE): ${text}`)
  })

  it('says nothing more where the message is empty', async () => {
    const { port } = await serveHttp2((stream) => {
      stream.respond({ ':status': 200, 'grpc-status': '5', 'grpc-message': '' }, { endStream: true })
    })
    expect((await ask(port)).failure?.detail).toBe('the server responds with gRPC status 5 (NOT_FOUND)')
  })

  it('without a health service is protocol-error', async () => {
    expect(await reasonOf(await serveGrpc(undefined))).toBe('protocol-error')
  })

  it.each([
    ['', Buffer.alloc(0)],
    ['my.Service', Buffer.from('\n\x0amy.Service')],
    ['дом 🚀', Buffer.concat([Buffer.from([0x0a, 11]), Buffer.from('дом 🚀')])],
    ['x'.repeat(127), Buffer.from(`\n\x7f${'x'.repeat(127)}`)],
    ['x'.repeat(128), Buffer.concat([Buffer.from([0x0a, 0x80, 0x01]), Buffer.from('x'.repeat(128))])],
    ['x'.repeat(20_000), Buffer.concat([Buffer.from([0x0a, 0xa0, 0x9c, 0x01]), Buffer.from('x'.repeat(20_000))])],
  ])('is asked for the service %j', async (service, bytes) => {
    const asked: Buffer[] = []
    const port = await serveGrpc(({ request }, respond) => {
      asked.push(request)
      respond(null, serving)
    })
    expect(await reasonOf(port, { service })).toBe('good')
    expect(asked.map((request) => request.toString('hex'))).toEqual([bytes.toString('hex')])
  })

  it('gets the headers as metadata, each as often as it was given', async () => {
    let metadata = new Metadata()
    const port = await serveGrpc((call, respond) => {
      metadata = call.metadata
      respond(null, serving)
    })
    const headers = [
      ['Authorization', 'Bearer token'],
      ['X-Tag', 'one'],
      ['x-tag', 'two'],
    ] as const
    expect(await reasonOf(port, { headers })).toBe('good')
    expect(metadata.get('authorization')).toEqual(['Bearer token'])
    expect(metadata.get('x-tag').join(', ')).toBe('one, two')
  })

  it('that answers takes a time, and has an address', async () => {
    const port = await serveGrpc(says(serving))
    const { response } = await ask(port)
    expect(response).toMatchObject({ status: undefined, address: `127.0.0.1:${port}`, certificate: undefined })
    expect(response?.latencyMs).toBeGreaterThan(0)
  })

  it('that never answers is response-timeout', async () => {
    const { failure, timedOut } = await ask(await serveGrpc(() => {}), { timeoutMs: 300 })
    expect([failure?.reasonCode, timedOut]).toEqual(['response-timeout', true])
  })
})

describe('grpcs://', () => {
  const secured = () => {
    const pair = { private_key: Buffer.from(identity.key), cert_chain: Buffer.from(identity.cert) }
    return serveGrpc(says(serving), ServerCredentials.createSsl(null, [pair]))
  }

  it('is good with a certificate that is trusted, and shows it', async () => {
    const { response, failure } = await ask(await secured(), { scheme: 'grpcs', secureContext })
    expect(failure).toBeUndefined()
    expect(response?.certificate?.daysLeft).toBeGreaterThan(80)
  })

  it('is tls-untrusted with another, unless told to trust anyone', async () => {
    const port = await secured()
    expect(await reasonOf(port, { scheme: 'grpcs' })).toBe('tls-untrusted')
    expect(await reasonOf(port, { scheme: 'grpcs', insecure: true })).toBe('good')
  })

  it.each([[['http/1.1']], [undefined]])('of a server that offers %j is protocol-error', async (ALPNProtocols) => {
    const { createServer: createTls } = await import('node:tls')
    const server = createTls({ ...identity, ...(ALPNProtocols ? { ALPNProtocols } : {}) }, (socket) => socket.resume())
    server.on('tlsClientError', () => {})
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    expect(await reasonOf(port, { scheme: 'grpcs', secureContext })).toBe('protocol-error')
  })

  it('to a server without TLS says so, and what to write', async () => {
    const port = await serveGrpc(says(serving))
    expect((await ask(port, { scheme: 'grpcs', timeoutMs: 5_000 })).failure).toEqual({
      reasonCode: 'protocol-error',
      detail: 'the server does not speak TLS on this port; use grpc:// or another port',
    })
    const closing = await serveRaw((socket) => void socket.once('data', () => socket.end()))
    expect((await ask(closing.port, { scheme: 'grpcs', timeoutMs: 5_000 })).failure).toEqual({
      reasonCode: 'connection-reset',
      detail: 'the server closed the connection in the TLS handshake; without TLS use grpc://',
    })
  })

  it('is named where grpc:// was asked, whether it trusts us or not', async () => {
    const demanding = authority.issue({ names: ['127.0.0.1'] })
    const { createServer: createTls } = await import('node:tls')
    const strict = createTls({ ...demanding, requestCert: true, maxVersion: 'TLSv1.2' }, (socket) => socket.resume())
    strict.on('tlsClientError', () => {})
    strict.listen(0, '127.0.0.1')
    await once(strict, 'listening')
    onTestFinished(() => void strict.close())
    for (const port of [await secured(), (strict.address() as AddressInfo).port]) {
      expect((await ask(port, { timeoutMs: 5_000 })).failure).toEqual({
        reasonCode: 'protocol-error',
        detail: `the server speaks TLS on this port: write grpcs://127.0.0.1:${port}`,
      })
    }
  })
})

describe('what is not gRPC', () => {
  it.each<[string, (stream: ServerHttp2Stream) => void, string]>([
    ['REFUSED_STREAM', (stream) => void stream.close(7), ', with the HTTP/2 error REFUSED_STREAM'],
    ['ENHANCE_YOUR_CALM', (stream) => void stream.close(11), ', with the HTTP/2 error ENHANCE_YOUR_CALM'],
    ['INTERNAL_ERROR of all', (stream) => void stream.session?.goaway(2), ', with the HTTP/2 error INTERNAL_ERROR'],
    [
      'HTTP_1_1_REQUIRED of all',
      (stream) => void stream.session?.goaway(13),
      ', with the HTTP/2 error HTTP_1_1_REQUIRED',
    ],
    ['an error of tomorrow', (stream) => void stream.session?.goaway(99), ''],
  ])('a server that ends the call with %s', async (_, act, named) => {
    const { port } = await serveHttp2(act)
    const detail = `the server ended the call early${named}`
    expect((await ask(port, { timeoutMs: 5_000 })).failure).toEqual({ reasonCode: 'protocol-error', detail })
  })

  it.each([
    ['closes at once', (socket: import('node:net').Socket) => void socket.end(), 'connection-reset'],
    ['resets', (socket: import('node:net').Socket) => void socket.resetAndDestroy(), 'connection-reset'],
    ['speaks SSH', (socket: import('node:net').Socket) => void socket.write('SSH-2.0-OpenSSH\r\n'), 'protocol-error'],
  ])('a server that %s', async (_, act, reasonCode) => {
    const server = await serveRaw(act)
    expect(await reasonOf(server.port, { timeoutMs: 5_000 })).toBe(reasonCode)
    // One to see whether it speaks TLS.
    expect(server.connections.length).toBe(2)
    await server.idle()
  })

  it('a server that closes whatever it hears is no server of TLS', async () => {
    const server = await serveRaw((socket) => void socket.once('data', () => socket.end()))
    expect((await ask(server.port, { timeoutMs: 5_000 })).failure).toEqual({
      reasonCode: 'connection-reset',
      detail: 'the connection was closed while waiting for the response headers',
    })
  })

  it('a server that is mute when it is looked at for TLS does not hold us for long', async () => {
    let first = true
    const server = await serveRaw((socket) => {
      if (first) socket.end()
      first = false
    })
    const { failure, timedOut } = await ask(server.port, { timeoutMs: 20_000 })
    expect([failure?.reasonCode, timedOut]).toEqual(['connection-reset', false])
    await server.idle()
  })

  it('a server that accepts and says nothing is response-timeout, and the connection is closed', async () => {
    const server = await serveRaw(() => {})
    expect(await reasonOf(server.port, { timeoutMs: 300 })).toBe('response-timeout')
    await server.idle()
  })

  it('a server of HTTP/1.1 is protocol-error', async () => {
    const server = await serve((_, response) => void response.end('up'))
    expect((await ask(server.port)).failure).toEqual({
      reasonCode: 'protocol-error',
      detail: 'the server does not speak HTTP/2 on this port, which gRPC needs',
    })
    const other = await serveRaw(answering('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'))
    expect(await reasonOf(other.port)).toBe('protocol-error')
    await other.idle()
  })

  it.each([
    [200, 'protocol-error'],
    [404, 'protocol-error'],
    [502, 'grpc-not-serving'],
    [503, 'grpc-not-serving'],
    [504, 'grpc-not-serving'],
    [401, 'blocked-by-edge'],
    [403, 'blocked-by-edge'],
    [407, 'blocked-by-edge'],
    [429, 'rate-limited'],
  ])('HTTP/2 with status %i and a page', async (code, reasonCode) => {
    const { port } = await serveHttp2((stream) => {
      stream.respond({ ':status': code, 'content-type': 'text/html' })
      stream.end('<html>SERVING</html>')
    })
    const { failure } = await ask(port)
    expect(failure).toMatchObject({ reasonCode, detail: expect.stringContaining(`HTTP status is ${code}`) })
  })

  it.each<[string, Buffer, string]>([
    ['a truncated frame', Buffer.from([0, 0, 0, 0, 2, 8]), 'protocol-error'],
    ['a frame and a half', Buffer.from([0, 0, 0, 0, 2, 8, 1, 0, 0]), 'protocol-error'],
    ['a length that lies', Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 8, 1]), 'protocol-error'],
    ['a compressed message', Buffer.from([1, 0, 0, 0, 2, 8, 1]), 'protocol-error'],
    ['no message', Buffer.alloc(0), 'protocol-error'],
    ['the right one', Buffer.from([0, 0, 0, 0, 2, 8, 1]), 'good'],
  ])('%s with status 0', async (_, bytes, reasonCode) => {
    const { port } = await serveHttp2((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(bytes)
    })
    expect(await reasonOf(port)).toBe(reasonCode)
  })

  it('SERVING without a status at the end is not good', async () => {
    const { port } = await serveHttp2((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, 1]))
    })
    expect(await reasonOf(port)).toBe('protocol-error')
  })

  it('an endless reply is cut', async () => {
    const { port, sessions } = await serveHttp2((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
      const more = () => {
        if (!stream.destroyed && stream.write(Buffer.alloc(8_192))) setImmediate(more)
      }
      stream.on('drain', more)
      more()
    })
    expect(await reasonOf(port)).toBe('protocol-error')
    await expect.poll(() => sessions.size, { timeout: 10_000 }).toBe(0)
  })

  it.each<[string, (stream: ServerHttp2Stream) => void]>([
    ['GOAWAY and the end', (stream) => void stream.session?.close()],
    ['GOAWAY with an error', (stream) => void stream.session?.goaway(2)],
    ['a session that is destroyed', (stream) => void stream.session?.destroy()],
    ['REFUSED_STREAM', (stream) => void stream.close(7)],
    ['CANCEL', (stream) => void stream.close(8)],
    ['NO_ERROR without a response', (stream) => void stream.close(0)],
    [
      'CANCEL after the headers',
      (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
        setImmediate(() => stream.close(8))
      },
    ],
  ])('%s is not good, and says something sensible', async (_, act) => {
    const { port, sessions } = await serveHttp2(act)
    const { failure } = await ask(port, { timeoutMs: 1_000 })
    expect(['protocol-error', 'connection-reset', 'response-timeout']).toContain(failure?.reasonCode)
    expect(failure?.detail).not.toMatch(/NaN|undefined|NGHTTP2|error code/)
    await expect.poll(() => sessions.size, { timeout: 10_000 }).toBe(0)
  })

  it('leaves no connection open behind a good response', async () => {
    const { port, sessions } = await serveHttp2(
      (stream) => {
        stream.respond({ ':status': 200, 'grpc-status': '0' }, { endStream: true })
      },
      createSecureServer({ ...identity }) as unknown as Http2Server,
    )
    expect(await reasonOf(port, { scheme: 'grpcs', secureContext })).toBe('protocol-error')
    await expect.poll(() => sessions.size, { timeout: 10_000 }).toBe(0)
  })
})
