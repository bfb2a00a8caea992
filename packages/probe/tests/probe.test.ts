import { getEventListeners } from 'node:events'
import { connect } from 'node:net'
import { createSecureContext } from 'node:tls'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import { describe, expect, it, vi } from 'vitest'
import { parseJsonCondition } from '../src/json-parser.ts'
import { parsePattern } from '../src/pattern.ts'
import { type Attempt, probe } from '../src/probe.ts'
import { parseStatusSet } from '../src/status.ts'
import { parseVersionSource } from '../src/version-source.ts'
import { expecting, routeOf, targetOf } from './support/made.ts'
import { answering, closedPort, type Served, serve, serveRaw } from './support/server.ts'

const job = new AbortController().signal
const secret = [
  ['X-Api-Key', 'hunter22'],
  ['Cookie', 'session=hunter22'],
] as const

function attemptAt(url: string, rest: Parameters<typeof targetOf>[1] = {}, timeoutMs = 5_000): Promise<Attempt> {
  return probe(targetOf(url, rest), { timeoutMs, signal: job })
}

/** A server that redirects each path of the table, and answers any other with what it is. */
function redirecting(table: Readonly<Record<string, string | readonly [status: number, to: string]>>): Promise<Served> {
  return serve((request, response) => {
    const entry = table[request.url ?? '']
    if (entry === undefined) return void response.end(`at ${request.url}`)
    const [status, to] = typeof entry === 'string' ? ([302, entry] as const) : entry
    response.writeHead(status, { location: to })
    response.end('moved')
  })
}

const paths = ({ received }: Served) => received.map(({ method, url }) => `${method} ${url}`)

describe('an attempt', () => {
  it('that is answered well has a response and no failure', async () => {
    const server = await serve((_, response) => {
      response.setHeader('x-version', 'v1.2.3')
      response.end('{"status":"UP"}')
    })
    const attempt = await attemptAt(`${server.origin}/health`, {
      expectation: expecting({ expectedVersion: '1.2.3', body: { source: 'UP', pattern: parsePattern('UP') } }),
    })
    expect(attempt).toMatchObject({
      failure: undefined,
      timedOut: false,
      response: {
        status: 200,
        excerpt: '{"status":"UP"}',
        observedVersion: { text: 'v1.2.3', place: 'header x-version' },
        hops: [],
      },
    })
    expect(attempt.response?.url.href).toBe(`${server.origin}/health`)
    expect(attempt.response).not.toHaveProperty('body')
  })

  it('that is answered badly has both', async () => {
    const server = await serve((_, response) => {
      response.writeHead(500)
      response.end('broken')
    })
    expect(await attemptAt(server.origin)).toMatchObject({
      failure: { reasonCode: 'http-status', detail: 'HTTP 500, expected 2xx' },
      response: { status: 500, excerpt: 'broken' },
      timedOut: false,
    })
  })

  it('that is not answered has a failure alone', async () => {
    expect(await attemptAt(`http://127.0.0.1:${await closedPort()}`)).toMatchObject({
      response: undefined,
      failure: { reasonCode: 'connect-refused' },
      timedOut: false,
    })
  })

  it('judges the version where it is said to be', async () => {
    const server = await serve((_, response) => void response.end('{"build":{"sha":"old1234"}}'))
    const expectation = expecting({ expectedVersion: 'new1234', versionFrom: parseVersionSource('json:$.build.sha') })
    expect(await attemptAt(server.origin, { expectation })).toMatchObject({
      failure: { reasonCode: 'wrong-version' },
      response: { observedVersion: { text: 'old1234' } },
    })
  })

  it('is judged also where the body is hostile, and the expression would take years on it', async () => {
    const server = await serve((request, response) => {
      const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
      response.end(request.url === '/deep' ? deep : `${'a'.repeat(60)}!`)
    })
    const body = { source: '/(a+)+$/', pattern: parsePattern('/(a+)+$/') }
    expect((await attemptAt(server.origin, { expectation: expecting({ body }) })).failure?.reasonCode).toBe(
      'body-mismatch',
    )
    const json = [parseJsonCondition('$.a == 1')]
    expect((await attemptAt(`${server.origin}/deep`, { expectation: expecting({ json }) })).failure?.reasonCode).toBe(
      'json-mismatch',
    )
  })

  it.each(['', '\0', '{"__proto__":null}', '\u001b[2J::error::x\r##[error]y', 'null', '[]', '"'])(
    'never throws for the body %j',
    async (text) => {
      const server = await serve((_, response) => {
        response.setHeader('__proto__', 'x')
        response.end(text)
      })
      expect(
        (await attemptAt(server.origin, { expectation: expecting({ expectedVersion: '1' }) })).failure?.reasonCode,
      ).toMatch(/^(version-missing|wrong-version)$/)
    },
  )
})

describe('the timeout', () => {
  it('covers everything, and says what was waited for', async () => {
    const server = await serveRaw(() => {})
    expect(await attemptAt(server.origin, {}, 150)).toEqual({
      response: undefined,
      failure: { reasonCode: 'response-timeout', detail: 'timed out after 150 ms, waiting for the response headers' },
      timedOut: true,
      addresses: [],
    })
    await server.idle()
  })

  it.each([0.4, 49.6])('may be a fraction of a millisecond: %d', async (timeoutMs) => {
    const server = await serveRaw(() => {})
    expect((await attemptAt(server.origin, {}, timeoutMs)).timedOut).toBe(true)
  })

  it('covers all redirects together', async () => {
    const server = await serve((request, response) => {
      setTimeout(() => {
        response.writeHead(302, { location: `/${Number(request.url?.slice(1)) + 1}` })
        response.end()
      }, 30)
    })
    const start = performance.now()
    const attempt = await attemptAt(`${server.origin}/0`, {}, 100)
    expect(attempt.timedOut).toBe(true)
    expect(performance.now() - start).toBeLessThan(3_000)
  })

  it('is not what ended an attempt that the job ended', async () => {
    const controller = new AbortController()
    const server = await serveRaw(() => controller.abort())
    const attempt = await probe(targetOf(server.origin), { timeoutMs: 60_000, signal: controller.signal })
    expect(attempt).toMatchObject({ response: undefined, timedOut: false })
    await server.idle()
  })

  it('is not waited for when the job has ended before', async () => {
    const server = await serve((_, response) => void response.end())
    const attempt = await probe(targetOf(server.origin), { timeoutMs: 60_000, signal: AbortSignal.abort() })
    expect(attempt).toMatchObject({ response: undefined, timedOut: false })
    expect(server.received).toEqual([])
  })

  it('leaves nothing behind: no timer, and nothing on the signal of the job, which sees thousands of attempts', async () => {
    const set = vi.spyOn(globalThis, 'setTimeout')
    const cleared = vi.spyOn(globalThis, 'clearTimeout')
    const server = await serve((_, response) => void response.end('up'))
    const { signal } = new AbortController()
    await probe(targetOf(server.origin), { timeoutMs: 60_000, signal })
    await probe(targetOf(`http://127.0.0.1:${await closedPort()}`), { timeoutMs: 60_000, signal })
    const timers = set.mock.results.filter((_, index) => set.mock.calls[index]?.[1] === 60_000)
    for (const { value } of timers) expect(cleared).toHaveBeenCalledWith(value)
    expect(getEventListeners(signal, 'abort')).toEqual([])
    vi.restoreAllMocks()
  })
})

describe('redirects', () => {
  it('within the origin are followed, each on a connection of its own, and told', async () => {
    const server = await redirecting({ '/a': [301, '/b?token=hunter22'], '/b?token=hunter22': 'c' })
    const attempt = await attemptAt(`${server.origin}/a`, { request: { headers: secret } })
    expect(attempt.failure).toBeUndefined()
    expect(attempt.response?.url.href).toBe(`${server.origin}/c`)
    expect(attempt.response?.hops).toEqual([
      { status: 301, to: `${server.origin}/b?token=…` },
      { status: 302, to: `${server.origin}/c` },
    ])
    expect(new Set(server.received.map(({ remotePort }) => remotePort)).size).toBe(3)
    for (const { headers } of server.received)
      expect(headers).toMatchObject({ 'x-api-key': 'hunter22', connection: 'close' })
  })

  it('to another origin are refused for good by default: nothing is sent there', async () => {
    const other = await redirecting({})
    const server = await redirecting({ '/': `${other.origin}/stolen` })
    const attempt = await attemptAt(server.origin, { request: { headers: secret } })
    expect(attempt.failure).toMatchObject({ reasonCode: 'redirect-refused', hopeless: 'after-start' })
    expect(attempt.failure?.detail).toContain(`${other.origin}/stolen`)
    expect(attempt.response).toMatchObject({ status: 302, excerpt: 'moved' })
    expect(other.connections).toEqual([])
  })

  it('to another origin, where allowed, take no header of the user along, and none comes back with them', async () => {
    const back: { to: string } = { to: '' }
    const other = await serve((_, response) => {
      response.writeHead(302, { location: back.to })
      response.end()
    })
    const server = await redirecting({ '/': `${other.origin}/away` })
    back.to = `${server.origin}/home`
    const attempt = await attemptAt(server.origin, { followRedirects: 'all', request: { headers: secret } })
    expect(attempt).toMatchObject({ failure: undefined, response: { excerpt: 'at /home' } })
    expect(server.received[0]?.headers).toMatchObject({ 'x-api-key': 'hunter22' })
    for (const { headers } of [...other.received, ...server.received.slice(1)]) {
      expect(JSON.stringify(headers)).not.toContain('hunter22')
    }
  })

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', 'hello'],
    [308, 'PUT', 'PUT', 'hello'],
    [302, 'PUT', 'PUT', 'hello'],
  ])('of status %d after %s are followed with %s and the body %j', async (status, method, then, body) => {
    const server = await redirecting({ '/a': [status, '/b'] })
    const headers = [['Content-Type', 'text/plain']] as const
    await attemptAt(`${server.origin}/a`, { request: { method, body: 'hello', headers } })
    expect(server.received[1]).toMatchObject({ method: then, body })
    expect(server.received[1]?.headers['content-type']).toBe(body === '' ? undefined : 'text/plain')
  })

  it.each([307, 308])('of status %d to another origin do not take a body there', async (status) => {
    const other = await redirecting({})
    const server = await redirecting({ '/': [status, other.origin] })
    const request = { method: 'POST', body: 'hunter22' }
    const attempt = await attemptAt(server.origin, { followRedirects: 'all', request })
    expect(attempt.failure).toMatchObject({ reasonCode: 'redirect-refused', hopeless: 'after-start' })
    expect(other.connections).toEqual([])
  })

  it('in a circle are a protocol-error, since each step was seen before', async () => {
    const server = await redirecting({ '/a': '/b', '/b': '/c', '/c': '/a' })
    const { failure } = await attemptAt(`${server.origin}/a`)
    expect(failure?.reasonCode).toBe('protocol-error')
    expect(failure?.detail).toContain('in a circle')
    expect(failure).not.toHaveProperty('hopeless')
    expect(paths(server)).toEqual(['GET /a', 'GET /b', 'GET /c'])
  })

  it.each([405, 501])('to a method that the URL does not take (%d) say what to use', async (status) => {
    const server = await serve((_, response) => {
      response.writeHead(status)
      response.end()
    })
    const detail = `HTTP ${status}, expected 2xx`
    const asked = `${detail}: this URL does not take method HEAD, try GET`
    expect((await attemptAt(server.origin, { request: { method: 'HEAD' } })).failure?.detail).toBe(asked)
    expect((await attemptAt(server.origin)).failure?.detail).toBe(detail)
  })

  it('in a circle that a cookie would end say so, since none is sent back', async () => {
    const server = await serve((request, response) => {
      if (request.headers.cookie === 'seen=1') return void response.end('ok')
      response.writeHead(302, { location: '/', 'set-cookie': 'seen=1' })
      response.end()
    })
    const advice =
      '; it sets a cookie, which healthcheck does not send back: send it in headers, or probe a URL without it'
    const detail = `redirects in a circle: ${server.origin}/${advice}`
    expect((await attemptAt(server.origin)).failure).toEqual({ reasonCode: 'protocol-error', detail })
    const request = { headers: [['Cookie', 'seen=1']] as const }
    expect((await attemptAt(server.origin, { request })).failure).toBeUndefined()
  })

  it('to itself are a circle; back to itself with another method are none', async () => {
    const server = await serve((request, response) => {
      if (request.method === 'GET' && request.url === '/form') return void response.end('thanks')
      response.writeHead(303, { location: request.url })
      response.end()
    })
    expect((await attemptAt(`${server.origin}/self`)).failure?.detail).toContain('in a circle')
    expect(
      (await attemptAt(`${server.origin}/form`, { request: { method: 'POST', body: 'x' } })).failure,
    ).toBeUndefined()
  })

  it('are followed ten times, and not eleven', async () => {
    const server = await serve((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) return void response.end('arrived')
      response.writeHead(302, { location: `/${left - 1}` })
      response.end()
    })
    expect((await attemptAt(`${server.origin}/10`)).response?.excerpt).toBe('arrived')
    expect(server.received).toHaveLength(11)
    const { failure } = await attemptAt(`${server.origin}/11`)
    expect(failure).toMatchObject({ reasonCode: 'protocol-error', detail: expect.stringContaining('more than 10') })
    expect(server.received).toHaveLength(22)
  })

  it.each(['http://', 'ftp://127.0.0.1/', 'javascript:alert(1)', 'http://[::1', 'http://exa mple/'])(
    'to %j lead nowhere, and are a protocol-error',
    async (location) => {
      const server = await redirecting({ '/': location })
      expect((await attemptAt(server.origin, { followRedirects: 'all' })).failure?.reasonCode).toBe('protocol-error')
    },
  )

  it('without a Location are a protocol-error', async () => {
    const server = await serve((_, response) => void response.writeHead(302).end('moved'))
    expect(await attemptAt(server.origin)).toMatchObject({
      failure: { reasonCode: 'protocol-error', detail: 'redirects (302) without a Location' },
      response: { status: 302, excerpt: 'moved' },
    })
  })

  it.each([
    [302, '302'],
    [301, '301'],
    [307, '307'],
    [308, '200-399'],
    [303, '2xx,3xx'],
  ])('of status %d are the response, and not followed, where %s is expected', async (status, expected) => {
    const server = await redirecting({ '/': [status, '/b'] })
    const expectation = expecting({ status: parseStatusSet(expected) })
    for (const followRedirects of ['none', 'same-origin', 'all'] as const) {
      expect(await attemptAt(server.origin, { followRedirects, expectation })).toMatchObject({
        failure: undefined,
        response: { status, hops: [] },
      })
    }
    expect(paths(server)).toEqual(['GET /', 'GET /', 'GET /'])
  })

  it('of another status than the one that is expected are followed', async () => {
    const server = await redirecting({ '/a': [301, '/b'], '/b': [302, '/c'] })
    const expectation = expecting({ status: parseStatusSet('302') })
    expect(await attemptAt(`${server.origin}/a`, { expectation })).toMatchObject({
      failure: undefined,
      response: { status: 302, hops: [{ status: 301, to: `${server.origin}/b` }] },
    })
  })

  it('say whose a wrong response is, and where a failure was', async () => {
    const server = await serve((request, response) => {
      if (request.url !== '/a') return void response.writeHead(503).end('down')
      response.writeHead(302, { location: '/b?token=hunter22' }).end()
    })
    expect((await attemptAt(`${server.origin}/a`)).failure?.detail).toBe(
      `HTTP 503, expected 2xx (from ${server.origin}/b?token=… after a redirect)`,
    )
    const gone = `http://127.0.0.1:${await closedPort()}`
    const away = await redirecting({ '/': `${gone}/x` })
    expect((await attemptAt(away.origin, { followRedirects: 'all' })).failure).toEqual({
      reasonCode: 'connect-refused',
      detail: `connection refused by ${gone.slice(7)} (after a redirect to ${gone}/x)`,
    })
  })

  it('from http to https of the same host are followed by default, with the headers and the body of the user', async () => {
    const authority = createAuthority()
    const secure = await serve((_, response) => void response.end('up'), {
      identity: authority.issue({ names: ['127.0.0.1'] }),
    })
    // One port for both: a first byte of 22 begins a handshake.
    const both = await serveRaw((socket) => {
      socket.once('data', (first) => {
        if (first[0] !== 22) {
          const location = `https://127.0.0.1:${socket.localPort}/a`
          return void socket.end(`HTTP/1.1 308 Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`)
        }
        const onward = connect(secure.port, '127.0.0.1')
        onward.write(first)
        socket.pipe(onward).pipe(socket)
        onward.on('error', () => {})
      })
    })
    const front = both.port
    const route = routeOf({ secureContext: createSecureContext({ ca: authority.certificate }) })
    const request = { headers: secret, method: 'POST', body: 'hello' }
    const attempt = await attemptAt(`http://127.0.0.1:${front}/a`, { request, route })
    expect(attempt).toMatchObject({ failure: undefined, response: { status: 200, excerpt: 'up' } })
    expect(attempt.response?.url.href).toBe(`https://127.0.0.1:${front}/a`)
    expect(attempt.response?.hops).toEqual([{ status: 308, to: `https://127.0.0.1:${front}/a` }])
    expect(secure.received[0]).toMatchObject({ method: 'POST', body: 'hello', headers: { 'x-api-key': 'hunter22' } })
  })

  it.each(['none', 'same-origin', 'all'] as const)(
    'to a login page are blocked-by-edge with %s, and nobody is asked there',
    async (followRedirects) => {
      const server = await redirecting({
        '/': 'https://acme.cloudflareaccess.com/cdn-cgi/access/login/app?kid=hunter22',
      })
      const attempt = await attemptAt(server.origin, { followRedirects })
      expect(attempt.failure).toEqual({
        reasonCode: 'blocked-by-edge',
        detail: `redirects (302) to the login page of Cloudflare Access, https://acme.cloudflareaccess.com/cdn-cgi/access/login/app?kid=…`,
      })
      expect(attempt.response?.status).toBe(302)
    },
  )

  it('to a login page behind another redirect are blocked-by-edge: its 200 is never a pass', async () => {
    const idp = await redirecting({})
    const server = await redirecting({ '/': '/next', '/next': `${idp.origin}/oauth2/start?rd=x` })
    const attempt = await attemptAt(server.origin, { followRedirects: 'all' })
    expect(attempt).toMatchObject({ failure: { reasonCode: 'blocked-by-edge' }, response: { status: 302 } })
    expect(idp.connections).toEqual([])
  })

  it.each([200, 202, 403, 429, 503])(
    'need not be there for a challenge: with cf-mitigated, %d is blocked-by-edge',
    async (status) => {
      const server = await serve(
        (_, response) => void response.writeHead(status, { 'cf-mitigated': 'challenge' }).end(),
      )
      const expectation = expecting({ status: parseStatusSet('200-599') })
      expect((await attemptAt(server.origin, { expectation })).failure?.reasonCode).toBe('blocked-by-edge')
    },
  )

  it.each([
    ...[
      'http://169.254.169.254/latest/meta-data',
      'http://2852039166/',
      'http://0xa9fea9fe/',
      'http://[::ffff:a9fe:a9fe]/',
    ],
    ...[
      'http://[64:ff9b::a9fe:a9fe]/',
      '//0251.0376.0251.0376/',
      'https://169.254.169.254/',
      'http://[fd00:ec2::254]/',
    ],
  ])('to %s are refused as an address, at once', async (location) => {
    const server = await redirecting({ '/': location })
    const start = performance.now()
    const attempt = await attemptAt(server.origin, { followRedirects: 'all' })
    expect(attempt).toMatchObject({
      response: undefined,
      failure: { reasonCode: 'address-refused', hopeless: 'at-once' },
    })
    expect(performance.now() - start).toBeLessThan(3_000)
  })

  it('that are not followed are refused with none, unless their status is the one that is expected', async () => {
    const server = await redirecting({ '/': '/b' })
    const none = { followRedirects: 'none' } as const
    expect((await attemptAt(server.origin, none)).failure).toMatchObject({ reasonCode: 'redirect-refused' })
    const expected = expecting({ status: parseStatusSet('302') })
    expect(await attemptAt(server.origin, { ...none, expectation: expected })).toMatchObject({
      failure: undefined,
      response: { status: 302 },
    })
    expect(paths(server)).toEqual(['GET /', 'GET /'])
  })

  it('add up to one latency, and the expectations are those of the end', async () => {
    const server = await serve((request, response) => {
      setTimeout(() => {
        if (request.url === '/end') return void response.end('{"version":"2.0.0"}')
        response.writeHead(302, { location: '/end', 'x-version': '1.0.0' })
        response.end()
      }, 40)
    })
    const { failure, response } = await attemptAt(server.origin, {
      expectation: expecting({ expectedVersion: '2.0.0' }),
    })
    expect(failure).toBeUndefined()
    expect(response?.latencyMs).toBeGreaterThan(75)
    expect(response?.observedVersion?.place).toBe('$.version')
    const slow = await attemptAt(server.origin, { expectation: expecting({ maxLatencyMs: 60 }) })
    expect(slow.failure?.reasonCode).toBe('too-slow')
  })

  it('from https to http are another origin', async () => {
    const authority = createAuthority()
    const identity = authority.issue({ names: ['127.0.0.1'] })
    const plain = await redirecting({})
    const server = await serve(
      (_, response) => {
        response.writeHead(302, { location: `${plain.origin}/x` })
        response.end()
      },
      { identity },
    )
    const request = { headers: secret }
    const route = routeOf({ secureContext: createSecureContext({ ca: authority.certificate }) })
    expect((await attemptAt(server.origin, { request, route })).failure?.reasonCode).toBe('redirect-refused')
    expect(plain.connections).toEqual([])
    expect((await attemptAt(server.origin, { request, route, followRedirects: 'all' })).failure).toBeUndefined()
    expect(JSON.stringify(plain.received)).not.toContain('hunter22')
  })
})

it('a balancer that drains an old instance is seen through: the next attempt is on the new one', async () => {
  // An instance answers for as long as its connections are kept.
  let version = 'old'
  const server = await serveRaw((socket) => {
    const mine = version
    socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\nX-Version: ${mine}\r\nContent-Length: 0\r\n\r\n`))
  })
  const expectation = expecting({ expectedVersion: 'new' })
  expect((await attemptAt(server.origin, { expectation })).failure?.reasonCode).toBe('wrong-version')
  version = 'new'
  expect((await attemptAt(server.origin, { expectation })).failure).toBeUndefined()
})

it('a server that pours garbage forever does not outlive the timeout', async () => {
  const server = await serveRaw(
    answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', (socket) => {
      const timer = setInterval(() => socket.write('1\r\nx\r\n'), 2)
      socket.on('close', () => clearInterval(timer))
    }),
  )
  const start = performance.now()
  expect(await attemptAt(server.origin, {}, 80)).toMatchObject({
    failure: { reasonCode: 'response-timeout' },
    timedOut: true,
  })
  expect(performance.now() - start).toBeLessThan(3_000)
  await server.idle()
})
