import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createSecureContext, createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import { describe, expect, it, onTestFinished } from 'vitest'
import { probe } from '../src/probe.ts'
import { routeOf, targetWith } from './support/made.ts'
import { serveRaw } from './support/server.ts'

const authority = createAuthority()
const identity = authority.issue({ names: ['127.0.0.1'] })
const secureContext = createSecureContext({ ca: authority.certificate })

function ask(scheme: 'tcp' | 'tls', port: number, timeoutMs = 20_000, allAddresses = false) {
  const request = { kind: 'socket', url: new URL(`${scheme}://127.0.0.1:${port}`) } as const
  const target = targetWith(request, { route: routeOf({ secureContext }), allAddresses })
  return probe(target, { timeoutMs, signal: new AbortController().signal })
}

async function serveTls(options: TlsOptions, act: (socket: TLSSocket) => void): Promise<number> {
  const open = new Set<Socket>()
  const server = createServer({ ...identity, ...options }, (socket) => {
    socket.on('error', () => {})
    socket.resume()
    act(socket)
  })
  server.on('connection', (socket) => open.add(socket))
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

const closedAtOnce = {
  reasonCode: 'connection-reset',
  detail: 'the connection was accepted, then closed without a byte, as a port forward does with no service behind it',
}
const later = (ms: number, act: () => void) => void setTimeout(act, ms)

describe('a connection over tcp:// is no good where the other end', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['closes it at once', (socket) => void socket.end()],
    ['resets it at once', (socket) => later(5, () => socket.resetAndDestroy())],
    ['drops it', (socket) => later(5, () => socket.destroy())],
    ['closes it once it has looked for its service', (socket) => later(60, () => socket.end())],
    ['resets it once it has looked for its service', (socket) => later(60, () => socket.resetAndDestroy())],
  ])('%s', async (_, act) => {
    const server = await serveRaw(act)
    for (const all of [false, true]) {
      const { failure, response, timedOut } = await ask('tcp', server.port, 20_000, all)
      expect(failure).toMatchObject({ reasonCode: 'connection-reset' })
      // One that resets before we are told that it has accepted is told by the system.
      expect(failure?.detail).toContain(closedAtOnce.detail)
      expect([response, timedOut]).toEqual([undefined, false])
    }
    await server.idle()
  })
})

describe('a connection over tcp:// is good where the other end', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['keeps it in silence', () => {}],
    ['greets', (socket) => void socket.write('220 mail ESMTP\r\n')],
    ['greets and closes', (socket) => void socket.end('-ERR max number of clients reached\r\n')],
    ['greets late', (socket) => later(50, () => socket.write('x'))],
  ])('%s', async (_, act) => {
    const server = await serveRaw(act)
    const { failure, response } = await ask('tcp', server.port)
    expect(failure).toBeUndefined()
    // Until the connection stood: that it was kept is no part of it.
    expect(response?.latencyMs).toBeGreaterThan(0)
    expect(response?.latencyMs).toBeLessThan(200)
    await server.idle()
  })

  it('keeps it for as long as there is time, where that is less than 250 ms', async () => {
    const server = await serveRaw(() => {})
    const { failure, response, timedOut } = await ask('tcp', server.port, 200)
    expect([failure, timedOut]).toEqual([undefined, false])
    expect(response?.address).toBe(`127.0.0.1:${server.port}`)
    await server.idle()
  })
})

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a connection over tls:// with %s', (version) => {
  const versions = { minVersion: version, maxVersion: version }

  it.each<[string, (socket: TLSSocket) => void]>([
    ['closes it at once', (socket) => void socket.end()],
    ['drops it once it has looked for its service', (socket) => later(60, () => socket.destroy())],
  ])('is no good where the other end %s', async (_, act) => {
    expect((await ask('tls', await serveTls(versions, act))).failure).toEqual({
      reasonCode: 'connection-reset',
      detail:
        'the connection was closed right after the TLS handshake: the server wants another protocol (for gRPC write grpcs://) or a client certificate, or has no service behind it',
    })
  })

  it.each<[string, (socket: TLSSocket) => void]>([
    ['keeps it in silence', () => {}],
    ['greets and closes', (socket) => void socket.end('220 mail ESMTP\r\n')],
  ])('is good where the other end %s', async (_, act) => {
    const port = await serveTls(versions, act)
    expect((await ask('tls', port)).failure).toBeUndefined()
  })
})
