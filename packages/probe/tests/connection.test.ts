import { connect } from 'node:net'
import { createSecureContext } from 'node:tls'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import { describe, expect, it } from 'vitest'
import type { Route } from '../src/connection.ts'
import { type Attempt, probe } from '../src/probe.ts'
import { proxyFromEnvironment } from '../src/proxy.ts'
import type { Request, Target } from '../src/target.ts'
import { expecting, routeOf, targetWith } from './support/made.ts'
import { startProxy, type TestProxy } from './support/proxies.ts'
import { answering, closedPort, serve, serveRaw } from './support/server.ts'

const patient = { timeoutMs: 20_000, signal: new AbortController().signal }
const hasty = { ...patient, timeoutMs: 200 }

function requestTo(href: string, headers: readonly (readonly [string, string])[] = []): Request {
  const url = new URL(href)
  if (/^(tcp|tls):$/.test(url.protocol)) return { kind: 'socket', url }
  if (/^grpcs?:$/.test(url.protocol)) return { kind: 'grpc', url, service: url.pathname.slice(1), headers }
  return { kind: 'http', url, method: 'GET', headers, body: undefined }
}

function through(proxy: string | TestProxy, env: Record<string, string> = {}): Pick<Route, 'proxyFor'> {
  const url = typeof proxy === 'string' ? proxy : proxy.url
  return { proxyFor: proxyFromEnvironment({ HTTP_PROXY: url, HTTPS_PROXY: url, ...env }) }
}

function ask(href: string, route: Partial<Route>, rest: Partial<Target> = {}, options = patient): Promise<Attempt> {
  return probe(targetWith(requestTo(href), { route: routeOf(route), ...rest }), options)
}

const authority = createAuthority()
const secureContext = createSecureContext({ ca: authority.certificate })
const identity = authority.issue({ names: ['app.test', '127.0.0.1'] })
const hosts = { 'app.test': '127.0.0.1', 'other.test': '127.0.0.1' }

describe('a proxy', () => {
  it('is asked for the whole URL of http://, and named', async () => {
    const server = await serve((_, response) => void response.end('up'))
    const proxy = await startProxy({ hosts })
    const { response, failure } = await ask(`http://app.test:${server.port}/health?a=b`, through(proxy))
    expect(failure).toBeUndefined()
    expect(response).toMatchObject({ status: 200, proxy: proxy.url, address: `127.0.0.1:${proxy.port}` })
    expect(proxy.asked.map(({ method, target }) => `${method} ${target}`)).toEqual([
      `GET http://app.test:${server.port}/health?a=b`,
    ])
    expect(server.received[0]).toMatchObject({ url: '/health?a=b', headers: { host: `app.test:${server.port}` } })
    await proxy.idle()
  })

  it.each(['https', 'tls', 'tcp'])('is asked for a tunnel for %s://', async (scheme) => {
    const server = await serve((_, response) => void response.end('up'), { identity })
    const proxy = await startProxy({ hosts })
    const { response, failure } = await ask(`${scheme}://app.test:${server.port}`, { ...through(proxy), secureContext })
    expect(failure).toBeUndefined()
    expect(response).toMatchObject({ proxy: proxy.url, address: `127.0.0.1:${proxy.port}` })
    expect(response?.phases.dnsMs).toBe(0)
    expect(proxy.asked.map(({ method, target }) => `${method} ${target}`)).toEqual([`CONNECT app.test:${server.port}`])
    await proxy.idle()
  })

  it('is asked for an IPv6 address in brackets', async () => {
    const proxy = await serveRaw(answering('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'))
    const sent: string[] = []
    const spy = await serveRaw((socket) => {
      socket.on('data', (data) => sent.push(String(data)))
      socket.once('data', () => socket.end('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'))
    })
    expect((await ask('tcp://[2001:db8::1]:5432', through(proxy.origin))).failure?.reasonCode).toBe('proxy-failure')
    await ask('tcp://[2001:db8::1]:5432', through(spy.origin))
    expect(sent.join('')).toMatch(
      /^CONNECT \[2001:db8::1\]:5432 HTTP\/1\.1\r\n(.+\r\n)*host: \[2001:db8::1\]:5432\r\n/i,
    )
  })

  it.each(['http', 'https'])('gets its credentials for %s://, and nobody else does', async (scheme) => {
    const server = await serve((_, response) => void response.end('up'), scheme === 'https' ? { identity } : {})
    const credentials = 'us er:p@ss/wörd%'
    const proxy = await startProxy({ hosts, credentials })
    const [user, password] = credentials.split(':').map(encodeURIComponent)
    const route = { ...through(`http://${user}:${password}@127.0.0.1:${proxy.port}`), secureContext }
    const result = await ask(`${scheme}://app.test:${server.port}/`, route)
    expect(result.failure).toBeUndefined()
    expect(result.response?.proxy).toBe(proxy.url)
    expect(Object.keys(server.received[0]?.headers ?? {})).not.toContain('proxy-authorization')
    expect(JSON.stringify(result)).not.toMatch(/us%20er|us er|p@ss|p%40ss/)
  })

  it.each(['http', 'https'])(
    'with a % sign in its password that encodes nothing still gets it, for %s://',
    async (scheme) => {
      const server = await serve((_, response) => void response.end('up'), scheme === 'https' ? { identity } : {})
      const proxy = await startProxy({ hosts, credentials: 'user:100%' })
      const route = { ...through(`http://user:100%@127.0.0.1:${proxy.port}`), secureContext }
      expect((await ask(`${scheme}://app.test:${server.port}/`, route)).failure).toBeUndefined()
    },
  )

  it.each(['http', 'https', 'tls', 'tcp', 'grpc'])(
    'that wants credentials for %s:// is a proxy-failure',
    async (scheme) => {
      const server = await serve((_, response) => void response.end('up'), { identity })
      const proxy = await startProxy({ hosts, credentials: 'user:password' })
      const wrong = `http://user:wrong-password@127.0.0.1:${proxy.port}`
      for (const url of [proxy.url, wrong]) {
        const { failure } = await ask(`${scheme}://app.test:${server.port}/`, through(url))
        expect(failure).toMatchObject({ reasonCode: 'proxy-failure', detail: expect.stringContaining('407') })
        expect(failure?.detail).toContain(proxy.url)
        expect(JSON.stringify(failure)).not.toContain('wrong-password')
      }
      expect(server.connections).toEqual([])
      await proxy.idle()
    },
  )

  it.each(['https', 'tls', 'tcp', 'grpc', 'grpcs'])(
    'that cannot reach the target of %s:// is a proxy-failure',
    async (scheme) => {
      const proxy = await startProxy({ hosts })
      const { failure } = await ask(`${scheme}://app.test:${await closedPort()}/`, through(proxy))
      expect(failure).toMatchObject({ reasonCode: 'proxy-failure', detail: expect.stringContaining('502') })
    },
  )

  it.each(['http', 'https', 'tls', 'tcp', 'grpc'])(
    'on which nothing listens is a proxy-failure for %s://',
    async (scheme) => {
      const url = `http://127.0.0.1:${await closedPort()}`
      const { failure } = await ask(`${scheme}://app.test:9/`, through(`http://user:secret-word@${url.slice(7)}`))
      expect(failure).toMatchObject({ reasonCode: 'proxy-failure', detail: expect.stringContaining(url) })
      expect(failure?.detail).not.toContain('secret-word')
    },
  )

  it.each([
    ['https', 'http'],
    ['tcp', 'http'],
    ['grpc', 'http'],
    ['https', 'https'],
    ['http', 'https'],
  ])('for %s:// that never answers (%s) is a proxy-failure when time is up', async (scheme, spoken) => {
    const proxy = await serveRaw(() => {})
    const { failure, timedOut } = await ask(
      `${scheme}://app.test:9/`,
      through(`${spoken}://127.0.0.1:${proxy.port}`),
      {},
      hasty,
    )
    expect(failure).toMatchObject({
      reasonCode: 'proxy-failure',
      detail: expect.stringMatching(/^timed out after 200 ms/),
    })
    expect(timedOut).toBe(true)
    await proxy.idle()
  })

  it.each([
    ['closes at once', (socket: { end: () => void }) => void socket.end()],
    ['resets at once', (socket: { resetAndDestroy: () => void }) => void socket.resetAndDestroy()],
  ])('that %s is a proxy-failure', async (_, act) => {
    const proxy = await serveRaw(act as never)
    expect((await ask('https://app.test:9/', through(proxy.origin))).failure?.reasonCode).toBe('proxy-failure')
  })

  it.each(['SSH-2.0-OpenSSH_9.9\r\n', 'HTTP/1.1 200 OK', '\0\0\0', 'HTTP/1.1 100 Continue\r\n\r\n'])(
    'that says %j and closes is a proxy-failure',
    async (bytes) => {
      const proxy = await serveRaw(answering(bytes))
      expect((await ask('https://app.test:9/', through(proxy.origin))).failure?.reasonCode).toBe('proxy-failure')
      await proxy.idle()
    },
  )

  it('is told apart from the target behind a tunnel: that is what fails then', async () => {
    const proxy = await startProxy({ hosts })
    const untrusted = await serve((_, response) => void response.end('up'), { identity })
    expect((await ask(`https://app.test:${untrusted.port}/`, through(proxy))).failure?.reasonCode).toBe('tls-untrusted')
    const mute = await serveRaw(() => {})
    const { failure } = await ask(
      `https://app.test:${mute.port}/`,
      through(proxy),
      {},
      { ...patient, timeoutMs: 1_000 },
    )
    expect(failure?.reasonCode).toBe('connect-timeout')
    const wants = await serve((_, response) => void response.writeHead(407).end(), { identity })
    const edge = await ask(`https://app.test:${wants.port}/`, { ...through(proxy), secureContext })
    expect(edge.failure?.reasonCode).toBe('blocked-by-edge')
  })

  it('hands over what the target sends together with its own response', async () => {
    // A server of HTTP/2 speaks first: its settings.
    const h2 = await import('node:http2')
    const server = h2.createServer()
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, 1]))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    try {
      const proxy = await startProxy({ hosts, joined: true })
      const { failure } = await ask(`grpc://app.test:${port}`, through(proxy), {}, { ...patient, timeoutMs: 3_000 })
      expect(failure).toBeUndefined()
      await proxy.idle()
    } finally {
      server.close()
    }
  })

  it('of NO_PROXY is not asked', async () => {
    const server = await serve((_, response) => void response.end('up'))
    const proxy = await startProxy({ hosts })
    const route = {
      ...through(proxy, { NO_PROXY: 'app.test' }),
      resolve: new Map([[`app.test:${server.port}`, '127.0.0.1']]),
    }
    const { response } = await ask(`http://app.test:${server.port}/`, route)
    expect(response).toMatchObject({ status: 200, proxy: undefined, address: `127.0.0.1:${server.port}` })
    expect(proxy.asked).toEqual([])
  })

  it.each(['127.0.0.1', 'localhost', '0.0.0.0'])('is not asked for the runner itself, %s', async (host) => {
    const server = await serve((_, response) => void response.end('up'))
    const proxy = await startProxy()
    for (const scheme of ['http', 'tcp']) {
      const { response, failure } = await ask(`${scheme}://${host}:${server.port}`, through(proxy))
      expect([failure, response?.proxy]).toEqual([undefined, undefined])
    }
    expect(proxy.asked).toEqual([])
  })

  it('is chosen anew for each hop of a redirect, and its credentials stay with it', async () => {
    const last = await serve((_, response) => void response.end('up'))
    const first = await serve(
      (_, response) => void response.writeHead(302, { location: `http://127.0.0.1:${last.port}/end` }).end(),
    )
    const proxy = await startProxy({ hosts, credentials: 'user:password' })
    const route = through(`http://user:password@127.0.0.1:${proxy.port}`, { NO_PROXY: '127.0.0.1' })
    const { response } = await ask(`http://app.test:${first.port}/`, route, { followRedirects: 'all' })
    expect(response).toMatchObject({ status: 200, proxy: undefined, address: `127.0.0.1:${last.port}` })
    expect(proxy.asked).toHaveLength(1)
    expect(last.received[0]?.headers).not.toHaveProperty('proxy-authorization')

    const back = await serve(
      (_, response) => void response.writeHead(302, { location: `http://app.test:${last.port}/end` }).end(),
    )
    const other = await ask(back.origin, route, { followRedirects: 'all' })
    expect(other.response).toMatchObject({ status: 200, proxy: proxy.url })
    expect(back.received[0]?.headers).not.toHaveProperty('proxy-authorization')
  })

  it.each(['http', 'https', 'tcp', 'grpc'])(
    'resolves the name of %s:// itself, so private addresses cannot be denied: refused',
    async (scheme) => {
      const proxy = await startProxy({ hosts })
      const { failure } = await ask(`${scheme}://app.test:80/`, { ...through(proxy), denyPrivate: true })
      expect(failure).toMatchObject({ reasonCode: 'address-refused', hopeless: 'at-once' })
      expect(proxy.asked).toEqual([])
    },
  )

  it('is asked for no private address where they are denied, and for no metadata ever', async () => {
    const proxy = await startProxy({ hosts })
    const denied = await ask('http://127.0.0.1:80/', { ...through(proxy), denyPrivate: true })
    expect(denied.failure?.reasonCode).toBe('address-refused')
    for (const url of ['http://169.254.169.254/', 'https://169.254.169.254/', 'tcp://[::ffff:a9fe:a9fe]:80'])
      expect((await ask(url, through(proxy))).failure?.reasonCode).toBe('address-refused')
    expect(proxy.asked).toEqual([])
  })

  it('that is reached through TLS must have a trusted certificate', async () => {
    const server = await serve(() => {}, { identity })
    for (const scheme of ['http', 'https']) {
      const { failure } = await ask(`${scheme}://app.test:9/`, through(`https://127.0.0.1:${server.port}`))
      expect(failure?.reasonCode).toBe('proxy-failure')
    }
    await server.idle()
  })

  it.each<[number, Record<string, string>, string]>([
    [503, { 'x-squid-error': 'ERR_CONNECT_FAIL 111' }, 'ERR_CONNECT_FAIL 111'],
    [200, { 'x-squid-error': 'ERR_DNS_FAIL 0' }, 'ERR_DNS_FAIL 0'],
    [502, { 'proxy-status': 'edge.example.com; error=connection_refused; details="x"' }, 'connection_refused'],
    [504, { 'proxy-status': 'a; received-status=200, b;error=connection_timeout' }, 'connection_timeout'],
    [407, { 'proxy-authenticate': 'Basic' }, 'it requires valid credentials'],
    [407, { 'x-squid-error': 'ERR_CACHE_ACCESS_DENIED 0' }, 'it requires valid credentials'],
    [500, { server: 'tinyproxy/1.11.1' }, 'tinyproxy/1.11.1'],
  ])('that responds itself, with %d and %j, is a proxy-failure', async (status, headers, why) => {
    const proxy = await serve((_, response) => void response.writeHead(status, headers).end('a page of the proxy'))
    expect((await ask('http://app.test/', through(proxy.origin))).failure).toEqual({
      reasonCode: 'proxy-failure',
      detail: `the proxy ${proxy.origin} responds itself, with status ${status}: ${why}`,
    })
  })

  it.each<[number, Record<string, string>]>([
    [502, { 'proxy-status': 'edge.example.com; received-status=502' }],
    [503, {}],
    [503, { server: 'nginx', via: '1.1 proxy (tinyproxy/1.11.1)' }],
  ])('that hands over %d and %j has not failed: the target has', async (status, headers) => {
    const proxy = await serve((_, response) => void response.writeHead(status, headers).end())
    expect((await ask('http://app.test/', through(proxy.origin))).failure?.reasonCode).toBe('http-status')
  })

  it.each([
    ['503 Service Unavailable', 'X-Squid-Error: ERR_CONNECT_FAIL 111', ' 503: ERR_CONNECT_FAIL 111'],
    ['403 Filtered', 'Server: tinyproxy/1.11.1', ' 403: tinyproxy/1.11.1'],
    ['407 Who', 'X-Squid-Error: ERR_CACHE_ACCESS_DENIED 0', ' 407: it requires valid credentials'],
    ['502 Bad Gateway', 'Server: other', ' 502'],
  ])('that refuses a tunnel with %s and %s says why', async (status, header, said) => {
    const proxy = await serveRaw(answering(`HTTP/1.1 ${status}\r\n${header}\r\nContent-Length: 0\r\n\r\n`))
    expect((await ask('https://app.test:9/', through(proxy.origin))).failure).toEqual({
      reasonCode: 'proxy-failure',
      detail: `the proxy ${proxy.origin}: it refuses the tunnel to app.test:9 with status${said}`,
    })
  })

  it('that is one of the target, asked directly, is part of it', async () => {
    const headers = { 'proxy-status': 'cdn; error=connection_refused', 'x-squid-error': 'ERR_CONNECT_FAIL 111' }
    const server = await serve((_, response) => void response.writeHead(502, headers).end())
    expect((await ask(server.origin, {})).failure?.reasonCode).toBe('http-status')
  })

  it('on which nothing listens is told in a sentence', async () => {
    const port = await closedPort()
    expect((await ask('https://app.test:9/', through(`http://127.0.0.1:${port}`))).failure).toEqual({
      reasonCode: 'proxy-failure',
      detail: `the proxy http://127.0.0.1:${port}: connection refused by 127.0.0.1:${port}`,
    })
  })

  it('that answers 407 for a target that is asked directly is the target itself', async () => {
    const server = await serve((_, response) => void response.writeHead(407).end())
    expect((await ask(server.origin, {})).failure?.reasonCode).toBe('blocked-by-edge')
  })
})

describe('resolve', () => {
  const resolving = (port: number) => ({ resolve: new Map([[`app.test:${port}`, '127.0.0.1']]) })

  it('leads there, with the Host of the URL', async () => {
    const server = await serve((_, response) => void response.end('up'))
    const { response } = await ask(`http://app.test:${server.port}/`, resolving(server.port))
    expect(response).toMatchObject({ status: 200, address: `127.0.0.1:${server.port}` })
    expect(server.received[0]?.headers.host).toBe(`app.test:${server.port}`)
  })

  it('leads there with the server name of the URL, whose certificate is the right one', async () => {
    const names: unknown[] = []
    const server = await serve(
      (request, response) => {
        names.push((request.socket as unknown as { servername: unknown }).servername)
        response.end('up')
      },
      { identity: authority.issue({ names: ['app.test'] }) },
    )
    const route = { ...resolving(server.port), secureContext }
    expect((await ask(`https://app.test:${server.port}/`, route)).failure).toBeUndefined()
    expect(names).toEqual(['app.test'])
    const wrong = { resolve: new Map([[`wrong.test:${server.port}`, '127.0.0.1']]), secureContext }
    expect((await ask(`https://wrong.test:${server.port}/`, wrong)).failure?.reasonCode).toBe('tls-name-mismatch')
  })

  it('counts for its port only', async () => {
    const server = await serve((_, response) => void response.end('up'))
    const route = { resolve: new Map([['app.invalid:1', '127.0.0.1']]) }
    expect((await ask(`http://app.invalid:${server.port}/`, route)).failure?.reasonCode).toBe('dns-failure')
  })

  it.each([
    ['169.254.169.254', false],
    ['::ffff:a9fe:a9fe', false],
    ['127.0.0.1', true],
    ['10.0.0.1', true],
  ])('to %s is refused (private denied: %s)', async (address, denyPrivate) => {
    const route = { resolve: new Map([['app.test:80', address]]), denyPrivate }
    expect((await ask('http://app.test/', route)).failure).toMatchObject({
      reasonCode: 'address-refused',
      hopeless: 'at-once',
    })
  })
})

describe('a mere connection', () => {
  it('to tcp:// is good when it stands, and is closed', async () => {
    const server = await serveRaw(() => {})
    const { response, failure } = await ask(`tcp://127.0.0.1:${server.port}`, {})
    expect(failure).toBeUndefined()
    expect(response).toMatchObject({ status: undefined, address: `127.0.0.1:${server.port}`, certificate: undefined })
    expect(response?.latencyMs).toBeGreaterThan(0)
    await server.idle()
  })

  it('to nobody is connect-refused', async () => {
    for (const scheme of ['tcp', 'tls', 'grpc', 'grpcs'])
      expect((await ask(`${scheme}://127.0.0.1:${await closedPort()}`, {})).failure?.reasonCode).toBe('connect-refused')
  })

  it('to tls:// shows the certificate', async () => {
    const notAfter = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 30 * 86_400_000)
    const server = await serve(() => {}, { identity: authority.issue({ names: ['127.0.0.1'], notAfter }) })
    const { response, failure } = await ask(`tls://127.0.0.1:${server.port}`, { secureContext })
    expect(failure).toBeUndefined()
    expect(response?.certificate?.validTo).toBe(notAfter.toISOString())
    expect(response?.certificate?.daysLeft).toBeCloseTo(30, 1)
    await server.idle()
  })

  it.each([
    ['untrusted', { names: ['127.0.0.1'] }, {}, 'tls-untrusted'],
    ['misnamed', { names: ['other.test'] }, { secureContext }, 'tls-name-mismatch'],
    [
      'expired',
      { names: ['127.0.0.1'], notBefore: new Date('2020-01-01'), notAfter: new Date('2020-02-01') },
      { secureContext },
      'tls-expired',
    ],
  ])('to tls:// with a certificate that is %s', async (_, options, route, reasonCode) => {
    const server = await serve(() => {}, { identity: authority.issue(options) })
    expect((await ask(`tls://127.0.0.1:${server.port}`, route)).failure?.reasonCode).toBe(reasonCode)
    await server.idle()
  })

  it('to tls:// that speaks no TLS is protocol-error, and one that says nothing times out', async () => {
    const plain = await serveRaw(answering('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect((await ask(`tls://127.0.0.1:${plain.port}`, {})).failure?.reasonCode).toBe('protocol-error')
    const mute = await serveRaw(() => {})
    const { failure, timedOut } = await ask(`tls://127.0.0.1:${mute.port}`, {}, {}, hasty)
    expect([failure?.reasonCode, timedOut]).toEqual(['connect-timeout', true])
    await mute.idle()
  })
})

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a server of %s that wants a client certificate', (version) => {
  const protocols = { minVersion: version, maxVersion: version, ALPNProtocols: ['h2', 'http/1.1'] }
  const wants = { ca: authority.certificate, requestCert: true, ...protocols }
  const strict = () => serve((_, response) => void response.end('up'), { identity: { ...identity, ...wants } })
  const showing = (given: { cert: string; key: string }) => ({
    secureContext: createSecureContext({ ca: authority.certificate, ...given }),
  })
  const stranger = createAuthority('Strangers').issueClient({ name: 'checker' })

  it.each(['https', 'tls', 'grpcs'])(
    'and gets none says so over %s://, which is no verdict on what is behind',
    async (scheme) => {
      const server = await strict()
      const { response, failure } = await ask(`${scheme}://127.0.0.1:${server.port}`, { secureContext })
      expect(failure?.reasonCode).toBe('blocked-by-edge')
      expect(failure?.detail).toMatch(
        /^the server wants a client certificate that it accepts \(TLS alert: (handshake failure|certificate required)\)$/,
      )
      expect([response, server.received]).toEqual([undefined, []])
      await server.idle()
    },
  )

  it.each(['https', 'tls', 'grpcs'])('and closes on that of a stranger is not good over %s://', async (scheme) => {
    const server = await strict()
    const { failure } = await ask(`${scheme}://127.0.0.1:${server.port}`, showing(stranger))
    expect(failure?.reasonCode).toBe('connection-reset')
    expect(server.received).toEqual([])
    await server.idle()
  })

  it.each(['https', 'tls'])('and gets it is good over %s://', async (scheme) => {
    const server = await strict()
    const route = showing(authority.issueClient({ name: 'checker' }))
    expect((await ask(`${scheme}://127.0.0.1:${server.port}`, route)).failure).toBeUndefined()
    await server.idle()
  })
})

describe('a TLS alert', () => {
  it.each([
    ['handshake_failure', 40, 'protocol-error'],
    ['bad_certificate', 42, 'blocked-by-edge'],
    ['unsupported_certificate', 43, 'blocked-by-edge'],
    ['certificate_revoked', 44, 'blocked-by-edge'],
    ['certificate_expired', 45, 'blocked-by-edge'],
    ['certificate_unknown', 46, 'blocked-by-edge'],
    ['unknown_ca', 48, 'blocked-by-edge'],
    ['access_denied', 49, 'blocked-by-edge'],
    ['protocol_version', 70, 'protocol-error'],
    ['internal_error', 80, 'protocol-error'],
    ['certificate_required', 116, 'blocked-by-edge'],
  ])('%s (%d) in place of a handshake is %s', async (_, alert, reasonCode) => {
    const server = await serveRaw(answering(Buffer.from([21, 3, 3, 0, 2, 2, alert])))
    for (const scheme of ['https', 'tls', 'grpcs'])
      expect((await ask(`${scheme}://127.0.0.1:${server.port}`, {})).failure?.reasonCode).toBe(reasonCode)
    await server.idle()
  })
})

describe('a server of TLS 1.3 that is silent after the handshake', () => {
  /** Lets a handshake through, and of what the server says after it nothing. */
  async function muted(port: number, onSilence = () => {}): Promise<string> {
    const relay = await serveRaw((client) => {
      const server = connect(port, '127.0.0.1')
      let said = 0
      let isSilent = false
      server.on('error', () => {})
      server.on('close', () => client.destroy())
      client.on('close', () => server.destroy())
      server.on('data', (bytes) => {
        if (!isSilent) client.write(bytes)
        said += 1
      })
      client.on('data', (bytes) => {
        server.write(bytes)
        if (said === 0 || isSilent) return
        isSilent = true
        onSilence()
      })
    })
    return `tls://127.0.0.1:${relay.port}`
  }

  it('has refused nobody: good after a moment, which is no part of the latency', async () => {
    const server = await serve(() => {}, { identity })
    const url = await muted(server.port)
    const start = performance.now()
    const { response, failure } = await ask(url, { secureContext })
    expect(failure).toBeUndefined()
    expect(response?.certificate).toBeDefined()
    expect(performance.now() - start - (response?.latencyMs ?? 0)).toBeGreaterThan(400)
    await server.idle()
  })

  it('is good, too, when the time of the attempt is up before that moment', async () => {
    const server = await serve(() => {}, { identity })
    const time = new AbortController()
    const url = await muted(server.port, () => time.abort())
    const { response, failure } = await ask(url, { secureContext }, {}, { ...patient, signal: time.signal })
    expect([failure, response?.address]).toEqual([undefined, url.slice('tls://'.length)])
    await server.idle()
  })
})

describe('a certificate that must stay valid', () => {
  it('is looked for behind redirects too: one that is gone there is not good', async () => {
    const plain = await serve((_, response) => void response.end('up'))
    const notAfter = new Date(Date.now() + 2 * 86_400_000)
    const soon = authority.issue({ names: ['127.0.0.1'], notAfter })
    const secure = await serve((_, response) => void response.writeHead(302, { location: `${plain.origin}/` }).end(), {
      identity: soon,
    })
    const expectation = expecting({ tlsMinDays: 30 })
    const { failure } = await ask(secure.origin, { secureContext }, { followRedirects: 'all', expectation })
    expect(failure?.reasonCode).toBe('certificate-expiring')
  })
})

describe('resolve behind a proxy', () => {
  it('leads there, and is not passed over in silence', async () => {
    const server = await serve((_, response) => void response.end('up'), { identity })
    const proxy = await startProxy()
    const resolve = new Map([[`app.test:${server.port}`, '127.0.0.1']])
    const { failure } = await ask(`https://app.test:${server.port}/`, { ...through(proxy), resolve, secureContext })
    expect(failure).toBeUndefined()
    expect(proxy.asked.map(({ target }) => target)).toEqual([`127.0.0.1:${server.port}`])
  })
})
