import { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createSecureContext, type TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bodyLimitBytes } from '../src/body.ts'
import type { Route } from '../src/connection.ts'
import type { Exchange } from '../src/exchange.ts'
import { exchangeHttp } from '../src/http.ts'
import { type Failure, ProbeError, type ReasonCode } from '../src/reason.ts'
import type { HttpRequest } from '../src/target.ts'
import type { Wait } from '../src/timeline.ts'
import { requestTo, routeOf } from './support/made.ts'
import { answering, closedPort, type Served, serve, serveRaw } from './support/server.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nup'
const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
const timeoutMs = 5_000
const timedOutIn = (wait: Wait) => `timed out after 5 s, waiting for the ${wait}`

function send(
  url: string,
  { insecure = false, secureContext, ...rest }: Partial<HttpRequest & Route> = {},
  signal: AbortSignal = AbortSignal.timeout(timeoutMs),
): Promise<Exchange> {
  return exchangeHttp(requestTo(url, rest), routeOf({ insecure, secureContext }), { signal, timeoutMs })
}

/** Why there is no response. */
async function failureOf(sent: Promise<Exchange>): Promise<Failure> {
  const error = await sent.then(
    ({ status }) => {
      throw new Error(`It was answered: ${status}`)
    },
    (thrown: unknown) => thrown,
  )
  if (error instanceof ProbeError) return error.failure
  throw error
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('an exchange', () => {
  it('with a header that cannot be sent is a defect of whoever sends it, and leaves no error without a listener', async () => {
    const escaped: unknown[] = []
    const note = (error: unknown) => void escaped.push(error)
    process.on('uncaughtException', note)
    try {
      const server = await serve((_, response) => void response.end('up'))
      const sent = send(server.origin, { headers: [['x-split', 'a\r\nx-second: b']] })
      await expect(sent).rejects.toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_CHAR' })
      await server.idle()
      expect([server.received, escaped]).toEqual([[], []])
    } finally {
      process.off('uncaughtException', note)
    }
  })

  it('brings status, headers, body, address and times', async () => {
    const server = await serve((_, response) => {
      response.writeHead(503, 'Not now', { 'X-Version': '1.2.3', 'Set-Cookie': ['a=1', 'b=2'], 'retry-after': '5' })
      response.end('{"a":1}')
    })
    const response = await send(`${server.origin}/health?deep=1`)
    expect(response).toMatchObject({
      status: 503,
      headers: { 'x-version': '1.2.3', 'retry-after': '5', 'set-cookie': 'a=1,b=2' },
      body: { text: '{"a":1}', document: { a: 1 }, cut: false },
      address: `127.0.0.1:${server.port}`,
    })
    expect(server.received[0]).toMatchObject({ method: 'GET', url: '/health?deep=1', body: '' })
  })

  it('takes a fresh connection each time, says that it will be closed, and closes it', async () => {
    const server = await serve((_, response) => void response.end('up'))
    for (let count = 0; count < 3; count += 1) await send(server.origin)
    await server.idle()
    expect(new Set(server.received.map(({ remotePort }) => remotePort)).size).toBe(3)
    expect(server.received.map(({ headers }) => headers.connection)).toEqual(['close', 'close', 'close'])
  })

  it('closes the connection itself when the server keeps it open', async () => {
    const bytes = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\nKeep-Alive: timeout=60\r\n\r\nup'
    const server = await serveRaw(answering(bytes, () => {}))
    expect((await send(server.origin)).body.text).toBe('up')
    await server.idle()
  })

  it('asks caches not to answer, unless the user asks for something else', async () => {
    const server = await serve((_, response) => void response.end())
    await send(server.origin)
    await send(server.origin, {
      headers: [
        ['Cache-Control', 'max-age=5'],
        ['User-Agent', 'mine'],
        ['Host', 'app.example.com'],
      ],
    })
    expect(server.received[0]?.headers).toMatchObject({
      host: `127.0.0.1:${server.port}`,
      'cache-control': expect.stringContaining('no-cache'),
      pragma: 'no-cache',
      accept: '*/*',
    })
    expect(server.received[1]?.headers).toMatchObject({
      host: 'app.example.com',
      'cache-control': 'max-age=5',
      'user-agent': 'mine',
    })
  })

  it('sends a header that repeats as often as it was given, and nothing twice', async () => {
    const server = await serve((_, response) => void response.end())
    await send(server.origin, {
      headers: [
        ['X-Tag', 'one'],
        ['accept', 'text/plain'],
        ['x-tag', 'two'],
      ],
    })
    const names = server.received[0]?.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
    expect(names?.filter((name) => name === 'x-tag')).toHaveLength(2)
    expect(names?.filter((name) => name === 'accept')).toHaveLength(1)
    expect(server.received[0]?.headers).toMatchObject({ 'x-tag': 'one, two', accept: 'text/plain' })
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'GET'])(
    'sends a body with %s, with its length in bytes',
    async (method) => {
      const server = await serve((_, response) => void response.end())
      const request = { method, body: 'grüß 🚀', headers: [['Content-Type', 'text/plain']] as const }
      await send(server.origin, request)
      await send(server.origin, request)
      // The same again on the next attempt: a body is no stream that is used up.
      for (const { body, headers } of server.received) {
        expect(body).toBe('grüß 🚀')
        expect(headers).toMatchObject({ 'content-length': '11', 'content-type': 'text/plain' })
        expect(headers).not.toHaveProperty('transfer-encoding')
      }
    },
  )

  it('with HEAD ends with the headers', async () => {
    const server = await serve((_, response) => {
      response.setHeader('content-length', '1000')
      response.setHeader('content-encoding', 'gzip')
      response.end()
    })
    expect(await send(server.origin, { method: 'HEAD' })).toMatchObject({ status: 200, body: { text: '', cut: false } })
  })

  it('waits for the final response behind informational ones', async () => {
    const hints = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'
    const server = await serveRaw(answering(`${hints}${ok}`))
    expect((await send(server.origin)).status).toBe(200)
  })

  it.each([
    ['HTTP/1.0 200 OK\r\n\r\nup', 'up'],
    ['HTTP/1.1 200 OK\r\nX-A: b\r\n\r\nends with the connection', 'ends with the connection'],
    ['HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nup', 'up'],
    ['HTTP/1.1 599 Odd\r\nContent-Length: 0\r\n\r\n', ''],
  ])('can read %j', async (bytes, text) => {
    const server = await serveRaw(answering(bytes))
    expect((await send(server.origin)).body.text).toBe(text)
  })

  const chunks = '2\r\nup\r\n0\r\n\r\n'
  it.each<[string, string, Record<string, string>]>([
    ['control characters', 'X-A: a\x01\x1b\x7fb\r\nContent-Length: 2\r\n\r\nup', { 'x-a': 'a\x01\x1b\x7fb' }],
    ['a NUL', 'X-A: a\0b\r\nContent-Length: 2\r\n\r\nup', { 'x-a': 'a\0b' }],
    ['bare line feeds', 'X-A: a\nContent-Length: 2\n\nup', { 'x-a': 'a' }],
    ['a folded line', 'X-A: a\r\n  b\r\nContent-Length: 2\r\n\r\nup', { 'x-a': 'a  b' }],
    ['Content-Length before chunks', `Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`, {}],
    ['Content-Length behind chunks', `Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n${chunks}`, {}],
    ['a blank behind the length of a chunk', `Transfer-Encoding: chunked\r\n\r\n${chunks.replace('2', '2 ')}`, {}],
    ['the coding identity', 'Transfer-Encoding: identity\r\n\r\nup', {}],
    ['60 KiB of headers', `X-A: ${'x'.repeat(61_440)}\r\nContent-Length: 2\r\n\r\nup`, { 'x-a': 'x'.repeat(61_440) }],
    [
      '250 KiB of headers',
      `X-A: ${'x'.repeat(256_000)}\r\nContent-Length: 2\r\n\r\nup`,
      { 'x-a': 'x'.repeat(256_000) },
    ],
    [
      '5000 headers',
      `${Array.from({ length: 5_000 }, (_, index) => `X-${index}: y\r\n`).join('')}Content-Length: 2\r\n\r\nup`,
      { 'x-4999': 'y', 'content-length': '2' },
    ],
  ])('is as lenient as curl: %s', async (_, rest, headers) => {
    const server = await serveRaw(answering(`HTTP/1.1 200 OK${rest.includes('\r\n') ? '\r\n' : '\n'}${rest}`))
    const response = await send(server.origin)
    expect([response.status, response.body.text]).toEqual([200, 'up'])
    expect(response.headers).toMatchObject(headers)
  })

  it.each([
    [
      'two lengths',
      'Content-Length: 2\r\nContent-Length: 2\r\n\r\nup',
      'the response has more than one Content-Length',
    ],
    ['a length that is none', 'Content-Length: 2x\r\n\r\nup', 'the Content-Length of the response is not a number'],
    ['a bare carriage return', 'X-A: a\rX-B: c\r\n\r\n', 'the response has a carriage return within a line'],
    [
      'a line that is no header',
      'no header\r\n\r\n',
      'a response header is not of the form "Name: value": it begins with "no header"',
    ],
    [
      'a blank before the colon',
      'X-A : a\r\n\r\n',
      'a response header is not of the form "Name: value": it begins with "X-A "',
    ],
    ['more than 256 KiB of headers', `X-A: ${'x'.repeat(262_144)}\r\n\r\n`, 'the response headers exceed 256 KiB'],
    [
      'a chunk that has no length',
      'Transfer-Encoding: chunked\r\n\r\nzz\r\nup\r\n0\r\n\r\n',
      'the response body has a chunk without a valid length',
    ],
  ])('says plainly what even then cannot be read: %s', async (_, rest, detail) => {
    const server = await serveRaw(answering(`HTTP/1.1 200 OK\r\n${rest}`))
    expect(await failureOf(send(server.origin))).toEqual({ reasonCode: 'protocol-error', detail })
  })

  it('takes a body for whole only when its end was said: with no chunks and no length, that is an orderly close', async () => {
    const server = await serveRaw(
      answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nhalf', (socket) => socket.resetAndDestroy()),
    )
    expect((await failureOf(send(server.origin))).reasonCode).toBe('connection-reset')
  })

  it('reads one response, and nothing that is smuggled behind it', async () => {
    const second = 'HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nevil'
    const bytes = `HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}${second}`
    const server = await serveRaw(answering(bytes))
    expect(await send(server.origin)).toMatchObject({ status: 200, body: { text: 'up' } })
  })

  it.each(['Content-Length: 2\r\n\r\nup', 'Transfer-Encoding: chunked\r\n\r\n2\r\nup\r\n0\r\n\r\n'])(
    'takes a response that is whole (%j), whatever happens to the connection afterwards',
    async (rest) => {
      const server = await serveRaw(answering(`HTTP/1.1 200 OK\r\n${rest}`, (socket) => socket.resetAndDestroy()))
      for (let count = 0; count < 20; count += 1) {
        const { body, address } = await send(server.origin)
        expect([body.text, address]).toEqual(['up', `127.0.0.1:${server.port}`])
      }
    },
  )

  // Whether these bytes come in the same packet is chance, and no verdict may hang on it.
  it.each([
    ['200 OK\r\nContent-Length: 2\r\n\r\nup\r\n', 'up'],
    ['200 OK\r\nContent-Length: 2\r\n\r\nup and more', 'up'],
    ['200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nup\r\n0\r\n\r\nmore', 'up'],
    ['204 No Content\r\nConnection: close\r\n\r\nup', ''],
  ])('takes a response that is whole, whatever the server sends after it: %j', async (bytes, text) => {
    const server = await serveRaw(answering(`HTTP/1.1 ${bytes}`))
    expect((await send(server.origin)).body.text).toBe(text)
  })

  it.skipIf(!hasIpv6)('reaches an IPv6 address', async () => {
    const server = await serve((_, response) => void response.end('up'), { host: '::1' })
    expect(await send(server.origin)).toMatchObject({ address: `[::1]:${server.port}`, body: { text: 'up' } })
    expect(server.received[0]?.headers.host).toBe(`[::1]:${server.port}`)
  })

  it('takes an early response to a body that nobody reads', async () => {
    const server = await serveRaw(answering('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n', () => {}))
    const response = await send(server.origin, { method: 'POST', body: 'x'.repeat(8_000_000) })
    expect(response.status).toBe(413)
    await server.idle()
  })

  it('that brings more than a mebibyte ends there, with its connection', async () => {
    const server = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync(Buffer.alloc(2 * bodyLimitBytes)))
    })
    expect((await send(server.origin)).body.cut).toBe(true)
    await server.idle()
  })

  it('is read up to another limit where the exchange sets one', async () => {
    const server = await serve((_, response) => void response.end('x'.repeat(2 * bodyLimitBytes)))
    const read = async (limit: number) => {
      const signal = AbortSignal.timeout(timeoutMs)
      const options = { signal, timeoutMs, bodyLimitBytes: limit }
      const { body } = await exchangeHttp(requestTo(server.origin), routeOf(), options)
      return [body.text.length, body.cut]
    }
    expect(await read(2 * bodyLimitBytes)).toEqual([2 * bodyLimitBytes, false])
    expect(await read(10)).toEqual([10, true])
  })
})

describe('the times', () => {
  it('tell the phases apart, and latency is request sent to last byte', async () => {
    const server = await serve((_, response) => {
      setTimeout(() => {
        response.write('first')
        setTimeout(() => response.end('last'), 300)
      }, 100)
    })
    const start = performance.now()
    const { phases, latencyMs } = await send(server.origin)
    const passed = performance.now() - start
    expect(phases.tlsMs).toBe(0)
    expect(phases.dnsMs).toBeLessThan(80)
    expect(phases.firstByteMs).toBeGreaterThan(90)
    expect(phases.bodyMs).toBeGreaterThan(150)
    expect(latencyMs).toBeCloseTo(phases.firstByteMs + phases.bodyMs, 6)
    expect(phases.connectMs).toBeGreaterThan(0)
    expect(phases.connectMs + latencyMs).toBeLessThanOrEqual(passed)
  })

  it('have DNS and TLS where there are DNS and TLS', async () => {
    const authority = createAuthority()
    const identity = authority.issue({ names: ['localhost'] })
    const server = await serve((_, response) => void response.end('up'), { identity })
    const secureContext = createSecureContext({ ca: authority.certificate })
    const { phases } = await send(`https://localhost:${server.port}`, { secureContext })
    expect(phases.dnsMs).toBeGreaterThan(0)
    expect(phases.connectMs).toBeGreaterThan(0)
    expect(phases.tlsMs).toBeGreaterThan(0)
  })
})

describe('a connection that brings no response', () => {
  const hang = () => {}
  const reset = (socket: Socket) => void socket.resetAndDestroy()
  const packed = 'Content-Encoding: gzip'
  const noBody = (...headers: string[]) => `HTTP/1.1 200 OK\r\n${headers.join('\r\n')}\r\n\r\n`
  it.each<[string, (socket: Socket) => void, ReasonCode]>([
    ['is reset at once', (socket) => socket.resetAndDestroy(), 'connection-reset'],
    ['is closed at once', (socket) => socket.end(), 'connection-reset'],
    ['is reset after the request', answering('', (socket) => socket.resetAndDestroy()), 'connection-reset'],
    ['is closed after the request', answering(''), 'connection-reset'],
    ['is closed within the headers', answering('HTTP/1.1 200 OK\r\nX-A: '), 'connection-reset'],
    ['is reset within the body', answering(ok.slice(0, -1), (socket) => socket.resetAndDestroy()), 'connection-reset'],
    ['is closed within the body', answering(ok.slice(0, -1)), 'connection-reset'],
    ['speaks SSH', answering('SSH-2.0-OpenSSH_9.2\r\n', hang), 'protocol-error'],
    ['speaks SMTP', (socket) => socket.write('220 mail.example.com ESMTP\r\n'), 'protocol-error'],
    ['has a header that is none', answering('HTTP/1.1 200 OK\r\nno header\r\n\r\n', hang), 'protocol-error'],
    ['has headers without end', answering(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(300_000)}`, hang), 'protocol-error'],
    [
      'has two lengths',
      answering('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nup', hang),
      'protocol-error',
    ],
    [
      'has a bad chunk',
      answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', hang),
      'protocol-error',
    ],
    // Not a byte of a body that should have been there: that is no empty body, packed or not.
    ['is reset before the body', answering(noBody('Content-Length: 9'), reset), 'connection-reset'],
    ['is closed before the body', answering(noBody('Content-Length: 9')), 'connection-reset'],
    ['is reset before the packed body', answering(noBody('Content-Length: 9', packed), reset), 'connection-reset'],
    ['is closed before the packed body', answering(noBody('Content-Length: 9', packed)), 'connection-reset'],
    ['is closed before the packed chunks', answering(noBody('Transfer-Encoding: chunked', packed)), 'connection-reset'],
    ['is reset within a body without length', answering(`${noBody('X-A: b')}half`, reset), 'connection-reset'],
    ['is reset before the packed rest', answering(noBody(packed), reset), 'connection-reset'],
    [
      'switches to another protocol',
      answering('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', hang),
      'protocol-error',
    ],
  ])('since it %s has its reason, and is not left open', async (_, onConnection, reasonCode) => {
    const server = await serveRaw(onConnection)
    const failure = await failureOf(send(server.origin))
    expect(failure.reasonCode).toBe(reasonCode)
    expect(failure.detail).not.toBe('')
    expect(await Promise.race([server.idle(), later(3_000)])).not.toBe('late')
  })

  it('since nobody listens is refused', async () => {
    const port = await closedPort()
    const failure = await failureOf(send(`http://127.0.0.1:${port}`))
    expect(failure).toMatchObject({
      reasonCode: 'connect-refused',
      detail: expect.stringContaining(`127.0.0.1:${port}`),
    })
  })

  it.skipIf(process.platform !== 'linux')('since there is no route from here is unverifiable', async () => {
    // Linux has no route to broadcast for TCP.
    expect(await failureOf(send('http://255.255.255.255/'))).toEqual({
      reasonCode: 'network-unreachable',
      detail: 'the runner has no network route to 255.255.255.255:80',
    })
  })

  it('since the name does not resolve is a failure of DNS', async () => {
    expect((await failureOf(send('http://nowhere.invalid/'))).reasonCode).toBe('dns-failure')
  })

  it('since the server speaks plain HTTP to a TLS client is a protocol error', async () => {
    const server = await serve((_, response) => void response.end())
    expect((await failureOf(send(server.origin.replace('http:', 'https:')))).reasonCode).toBe('protocol-error')
  })
})

describe('a signal that fires', () => {
  const drip = answering('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n', (socket) => {
    const timer = setInterval(() => socket.write('.'), 5)
    socket.on('close', () => clearInterval(timer))
  })
  const silent = () => {}
  const half = (...headers: string[]) => answering(`HTTP/1.1 200 OK\r\n${headers.join('\r\n')}\r\n\r\nhalf`, silent)
  it.each<[Wait, string, (socket: Socket) => void]>([
    ['TLS handshake', 'of https', silent],
    ['response headers', 'all of them', silent],
    ['response headers', 'the last of them', answering('HTTP/1.1 200 OK\r\nX-A: b\r\n', silent)],
    ['response headers', 'of the final response', answering('HTTP/1.1 100 Continue\r\n\r\n', silent)],
    ['rest of the body', 'all of it', answering('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n', silent)],
    ['rest of the body', 'which has a length', half('Content-Length: 10')],
    [
      'rest of the body',
      'which comes in chunks',
      answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', silent),
    ],
    // Such a body ends with the connection: when we end that, the body is not whole for it.
    ['rest of the body', 'which has no length', half('X-A: b')],
    ...['gzip', 'br', 'deflate', 'zstd', 'identity'].map((encoding): [Wait, string, (socket: Socket) => void] => {
      const bytes = `HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\n\r\n`
      return ['rest of the body', `all of it, by ${encoding}`, answering(bytes, silent)]
    }),
    // A drip keeps any idle timeout from firing.
    ['rest of the body', 'which drips', drip],
  ])('while the exchange waits for the %s (%s) ends it, with its connection', async (wait, what, onConnection) => {
    const server = await serveRaw(onConnection)
    const url = server.origin.replace('http', what === 'of https' ? 'https' : 'http')
    expect(await failureOf(send(url, { insecure: true }, firing(server)))).toMatchObject({ detail: timedOutIn(wait) })
    await server.idle()
  })

  it('before the connection stands ends it', async () => {
    const server = await serve((_, response) => void response.end())
    const aborted = AbortSignal.abort()
    expect((await failureOf(send(server.origin, {}, aborted))).detail).toBe(timedOutIn('connection'))
    expect((await failureOf(send(`http://localhost:${server.port}`, {}, aborted))).detail).toBe(
      timedOutIn('name lookup'),
    )
    expect(server.received).toEqual([])
  })

  it('after the response changes nothing', async () => {
    const server = await serve((_, response) => void response.end('up'))
    const controller = new AbortController()
    const response = await send(server.origin, {}, controller.signal)
    controller.abort()
    await new Promise((resolve) => setImmediate(resolve))
    expect(response.body.text).toBe('up')
  })
})

describe('TLS', () => {
  const authority = createAuthority()
  const day = 86_400_000
  const trusted = { secureContext: createSecureContext({ ca: authority.certificate }) }

  async function secure(options: Partial<Parameters<typeof authority.issue>[0]> = {}): Promise<Served> {
    const identity = authority.issue({ names: ['localhost', '127.0.0.1'], ...options })
    return serve((_, response) => void response.end('up'), { identity })
  }

  it('is trusted when its authority is given, and only then', async () => {
    const server = await secure()
    expect((await send(server.origin, trusted)).status).toBe(200)
    expect((await send(`https://localhost:${server.port}`, trusted)).status).toBe(200)
    expect((await failureOf(send(server.origin))).reasonCode).toBe('tls-untrusted')
  })

  it.each<[string, Partial<Parameters<typeof authority.issue>[0]>, ReasonCode, Failure['hopeless']]>([
    ['is self-signed', { selfSigned: true }, 'tls-untrusted', undefined],
    [
      'has expired',
      { notBefore: new Date(Date.now() - 9 * day), notAfter: new Date(Date.now() - day) },
      'tls-expired',
      'if-it-stays',
    ],
    ['is not yet valid', { notBefore: new Date(Date.now() + day) }, 'tls-untrusted', undefined],
    ['is for another name', { names: ['other.example.com'] }, 'tls-name-mismatch', 'if-it-stays'],
  ])(
    'with a certificate that %s has its reason, and is accepted when insecure is asked for',
    async (_, options, reasonCode, hopeless) => {
      const server = await secure(options)
      const failure = await failureOf(send(server.origin, trusted))
      expect([failure.reasonCode, failure.hopeless]).toEqual([reasonCode, hopeless])
      expect(server.received).toEqual([])
      expect((await send(server.origin, { ...trusted, insecure: true })).status).toBe(200)
    },
  )

  it('is not resumed: every attempt proves the certificate anew', async () => {
    const resumed: boolean[] = []
    const identity = authority.issue({ names: ['127.0.0.1'] })
    const server = await serve(
      (request, response) => {
        resumed.push((request.socket as TLSSocket).isSessionReused())
        response.end('up')
      },
      { identity },
    )
    for (let count = 0; count < 3; count += 1) await send(server.origin, trusted)
    expect(resumed).toEqual([false, false, false])
  })
})

describe('a metadata address', () => {
  it.each([
    ...['169.254.169.254', '2852039166', '0xa9fea9fe', '0xA9.0xFE.0xA9.0xFE', '0251.0376.0251.0376', '169.254.43518'],
    ...['169.254.169.254.', '169.254.169.254:8080', '①⑥⑨.254.169.254', '169。254。169。254', '169.254.169%2e254'],
    ...['[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]', '[0:0:0:0:0:FFFF:A9FE:A9FE]', '[::169.254.169.254]'],
    ...['[64:ff9b::169.254.169.254]', '[2002:a9fe:a9fe::]', '[fd00:ec2::254]', '169.254.170.2', '100.100.100.200'],
  ])('written as %s is refused for good, without a connection', async (host) => {
    const connect = vi.spyOn(Socket.prototype, 'connect')
    for (const scheme of ['http', 'https']) {
      const failure = await failureOf(send(`${scheme}://${host}/latest/meta-data`))
      expect(failure).toMatchObject({ reasonCode: 'address-refused', hopeless: 'at-once' })
    }
    expect(connect).not.toHaveBeenCalled()
  })
})

/** A signal that fires when the connection stands and all that was sent on it has been read. */
function firing(server: Served): AbortSignal {
  const controller = new AbortController()
  const fire = async () => {
    while (server.connections.length === 0) await immediate()
    await new Promise((resolve) => setTimeout(resolve, 25))
    // Timers come before sockets: what has arrived meanwhile is read first.
    for (let count = 0; count < 5; count += 1) await immediate()
    controller.abort()
  }
  void fire()
  return controller.signal
}

function immediate(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function later(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, ms, 'late'))
}
