import { once } from 'node:events'
import { createServer as createHttp2Server, createSecureServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import { type Fault, startFault } from '@deploy-safety/simulators/fault-server'
import { faults } from '@deploy-safety/simulators/faults'
import { respond, sequence } from '@deploy-safety/simulators/responder'
import { startService, startTlsService } from '@deploy-safety/simulators/service'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startProxy } from '../../../packages/probe/tests/support/proxies.ts'
import { said, verdict } from '../bundle.ts'
import { check } from './check.ts'

const authority = createAuthority()
const identity = authority.issue({ names: ['app.test', '127.0.0.1'] })
const trusting = { 'ca-certificate': authority.certificate }

/** A health service of gRPC that gives one serving status, until the end of the test. */
async function serveGrpc(servingStatus: number, secure = false): Promise<number> {
  const server = secure ? createSecureServer(identity) : createHttp2Server()
  const sessions = new Set<{ destroy: () => void }>()
  server.on('session', (session) => sessions.add(session))
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => {})
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, servingStatus]))
  })
  const listening = server as unknown as Server
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => {
    listening.close()
    for (const session of sessions) session.destroy()
  })
  return (listening.address() as AddressInfo).port
}

async function closedPort(): Promise<number> {
  const server = await startFault(faults.silentAccept)
  await server.close()
  return server.port
}

// One after the other: servers live until the end of their test.
describe('schemes', () => {
  it('tcp:// is good when something accepts, and connect-refused when not', async () => {
    await using server = await startFault(faults.silentAccept)
    const run = await check({ url: `db = tcp://127.0.0.1:${server.port}` })
    expect(verdict(run)).toBe('healthy ok')
    expect(server.requests()).toEqual([])
    expect(verdict(await check({ url: `tcp://127.0.0.1:${await closedPort()}` }))).toBe('unhealthy connect-refused')
  })

  it('tcp:// is connection-reset when what accepts closes, as a port forward without a service', async () => {
    await using forward = await startFault(faults.closeAtOnce)
    const run = await check({ url: `tcp://127.0.0.1:${forward.port}` })
    expect(verdict(run)).toBe('unhealthy connection-reset')
    expect(run.log).toContain('accepted, then closed without a byte')
    // The timeout is shorter than what is waited for otherwise.
    await using server = await startFault(faults.silentAccept)
    expect(verdict(await check({ url: `tcp://127.0.0.1:${server.port}`, timeout: '200ms' }))).toBe('healthy ok')
  })

  it('tls:// wants a certificate that is right', async () => {
    await using service = await startTlsService({ version: '1', identity })
    const url = `tls://127.0.0.1:${service.port}`
    expect(verdict(await check({ url, ...trusting }))).toBe('healthy ok')
    expect(verdict(await check({ url }))).toBe('unverifiable tls-untrusted')
    await using plain = await startFault({ connect: (socket) => void socket.write('220 mail ESMTP\r\n') })
    expect(verdict(await check({ url: `tls://127.0.0.1:${plain.port}` }))).toBe('unhealthy protocol-error')
    await using mute = await startFault(faults.silentAccept)
    expect(verdict(await check({ url: `tls://127.0.0.1:${mute.port}`, timeout: '300ms' }))).toBe(
      'unhealthy connect-timeout',
    )
  })

  it('grpc:// and grpcs:// ask for the health', async () => {
    expect(verdict(await check({ url: `grpc://127.0.0.1:${await serveGrpc(1)}/my.Service` }))).toBe('healthy ok')
    expect(verdict(await check({ url: `grpc://127.0.0.1:${await serveGrpc(2)}` }))).toBe('unhealthy grpc-not-serving')
    const secure = `grpcs://127.0.0.1:${await serveGrpc(1, true)}`
    expect(verdict(await check({ url: secure, ...trusting }))).toBe('healthy ok')
    expect(verdict(await check({ url: secure }))).toBe('unverifiable tls-untrusted')
    await using service = await startService({ version: '1' })
    const http = await check({ url: `grpc://127.0.0.1:${service.port}` })
    expect(verdict(http)).toBe('unhealthy protocol-error')
    expect(http.log).toContain('does not speak HTTP/2 on this port')
    const toTls = await check({ url: secure.replace('grpcs', 'grpc') })
    expect(verdict(toTls)).toBe('unhealthy protocol-error')
    expect(toTls.log).toContain(`the server speaks TLS on this port: write ${secure}`)
    const plain = `grpc://127.0.0.1:${await serveGrpc(1)}`
    const toPlain = await check({ url: plain.replace('grpc', 'grpcs') })
    expect(toPlain.log).toContain('the server does not speak TLS on this port; use grpc:// or another port')
    expect(said(toPlain)).not.toMatch(/openssl|NGHTTP2|SSL routines/i)
  })
})

describe('TLS', () => {
  it('tls-min-days looks at the certificate', async () => {
    const soon = authority.issue({ names: ['127.0.0.1'], notAfter: new Date(Date.now() + 10 * 86_400_000) })
    await using service = await startTlsService({ version: '1', identity: soon })
    for (const url of [`https://127.0.0.1:${service.port}/health`, `tls://127.0.0.1:${service.port}`]) {
      expect(verdict(await check({ url, ...trusting, 'tls-min-days': '9' }))).toBe('healthy ok')
      expect(verdict(await check({ url, ...trusting, 'tls-min-days': '11' }))).toBe('unverifiable certificate-expiring')
    }
  })

  it('a client certificate is shown, and its key shown nowhere else', async () => {
    await using service = await startTlsService({ version: '1', identity, clientAuthority: authority.certificate })
    const client = authority.issueClient({ name: 'checker' })
    const inputs = { url: `https://127.0.0.1:${service.port}/health`, ...trusting }
    const good = await check({ ...inputs, 'client-certificate': client.cert, 'client-key': client.key })
    expect(verdict(good)).toBe('healthy ok')
    for (const line of client.key.split('\n').filter((text) => text !== '' && !text.startsWith('---')))
      expect(said(good)).not.toContain(line)
    expect(verdict(await check(inputs))).toBe('unverifiable blocked-by-edge')
  })
})

describe('the way there', () => {
  it('resolve leads elsewhere, with the right Host and server name', async () => {
    await using service = await startTlsService({ version: '1', identity })
    const run = await check({
      url: `https://app.test:${service.port}/health`,
      resolve: `app.test:${service.port}:127.0.0.1`,
      ...trusting,
    })
    expect(verdict(run)).toBe('healthy ok')
    expect(service.requests[0]?.headers.host).toBe(`app.test:${service.port}`)
  })

  it('all-addresses asks each', async () => {
    await using service = await startService({ version: '1' })
    const run = await check({ url: `http://127.0.0.1:${service.port}/health`, 'all-addresses': 'true' })
    expect(verdict(run)).toBe('healthy ok')
    expect(JSON.stringify(run.report)).toContain('127.0.0.1')
  })

  it('deny-private-addresses refuses loopback, by address and by name', async () => {
    await using service = await startService({ version: '1' })
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0.0.0.0']) {
      const run = await check({ url: `http://${host}:${service.port}/health`, 'deny-private-addresses': 'true' })
      expect(verdict(run)).toBe('unverifiable address-refused')
    }
    expect(service.requestCount).toBe(0)
  })

  it('proxies of the environment are used and named, and their password is nowhere', async () => {
    await using service = await startTlsService({ version: '1', identity })
    const credentials = 'robot:s3cret-of-proxy'
    const proxy = await startProxy({ hosts: { 'app.test': '127.0.0.1' }, credentials })
    const env = { HTTPS_PROXY: `http://${credentials}@127.0.0.1:${proxy.port}` }
    const url = `https://app.test:${service.port}/health`
    const run = await check({ url, ...trusting }, env)
    expect(verdict(run)).toBe('healthy ok')
    expect(JSON.stringify(run.report)).toContain(proxy.url)
    expect(said(run)).not.toContain('s3cret-of-proxy')
    const refused = await check({ url, ...trusting }, { HTTPS_PROXY: proxy.url })
    expect(verdict(refused)).toBe('unverifiable proxy-failure')
    const direct = await check({ url: service.url, ...trusting }, { ...env, NO_PROXY: '127.0.0.1/garbage,127.0.0.0/8' })
    expect(verdict(direct)).toBe('healthy ok')
  })

  it.each(['socks5://127.0.0.1:1080', 'http://u:s3cret-of-proxy@'])('HTTPS_PROXY=%s is refused', async (value) => {
    const run = await check({ url: 'https://127.0.0.1:9/' }, { HTTPS_PROXY: value })
    expect(verdict(run)).toBe('unverifiable invalid-input')
    expect(said(run)).not.toContain('s3cret-of-proxy')
  })

  it('a % in the password of a proxy breaks nothing', async () => {
    const env = { HTTP_PROXY: `http://user:100%of-it@127.0.0.1:${await closedPort()}` }
    expect(verdict(await check({ url: 'http://app.test/' }, env))).toBe('unverifiable proxy-failure')
  })
})

describe('after the pass', () => {
  it('a p95 that is too high is unhealthy', async () => {
    await using slow = await startService({ version: '1', state: 'slow', slowMs: 20 })
    const inputs = { url: `${slow.url}/health`, samples: '20', 'max-p95': '10ms', interval: '0s' }
    const run = await check(inputs)
    expect(verdict(run)).toBe('unhealthy p95-too-high')
    expect(Number(run.outputs['latency-p95-ms'])).toBeGreaterThanOrEqual(10)
    expect(slow.requestCount).toBe(22)
  })

  it('a soak catches what turns bad after the pass', async () => {
    const turns = (): Fault => {
      let since = 0
      const [good, bad] = [respond({ status: 200 }), respond({ status: 500 })]
      return {
        request: (socket, head) => {
          since ||= performance.now()
          const fault = performance.now() - since < 300 ? good : bad
          fault.request?.(socket, head)
        },
      }
    }
    await using server = await startFault(turns())
    const run = await check({ url: server.url, soak: '20s', interval: '100ms', 'failure-threshold': '2' })
    expect(verdict(run)).toBe('unhealthy http-status')
    expect(run.log).toContain('after the pass')
  })

  it('a soak forgives a hiccup below failure-threshold', async () => {
    const [good, bad] = [respond({ status: 200 }), respond({ status: 500 })]
    await using server = await startFault(sequence([good, bad, good]))
    const run = await check({ url: server.url, soak: '300ms', interval: '50ms', 'failure-threshold': '2' })
    expect(verdict(run)).toBe('healthy ok')
  })
})

describe('every reason that no other test of the bundle has', () => {
  const json = respond({
    status: 200,
    headers: { 'x-version': '1', 'content-type': 'application/json' },
    body: '{"a":1}',
  })
  const [good, bad] = [respond({ status: 200 }), respond({ status: 500 })]

  it.each<[string, Fault, Record<string, string>]>([
    ['unverifiable blocked-by-edge', respond({ status: 401 }), {}],
    ['unverifiable blocked-by-edge', respond({ status: 403 }), {}],
    ['unverifiable blocked-by-edge', respond({ status: 407 }), {}],
    ['unhealthy json-mismatch', json, { 'expect-json': '$.a == 2' }],
    ['unhealthy header-mismatch', json, { 'expect-header': 'X-Version: 2' }],
    ['unhealthy too-slow', json, { 'max-latency': '1ms' }],
    ['unhealthy flapping', sequence([good, bad, good, bad]), { attempts: '4', 'success-threshold': '2' }],
  ])('%s', async (expected, fault, inputs) => {
    const slowly: Fault = { request: (socket, head) => void setTimeout(() => fault.request?.(socket, head), 20) }
    await using server = await startFault(slowly)
    expect(verdict(await check({ url: server.url, ...inputs }))).toBe(expected)
  })
})
