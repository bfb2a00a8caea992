import type { LookupAddress, LookupAllOptions } from 'node:dns'
import type { LookupFunction, TcpNetConnectOpts } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Attempt, probe } from '../src/probe.ts'
import type { Target } from '../src/target.ts'
import { routeOf, targetOf } from './support/made.ts'
import { type Served, serve } from './support/server.ts'

// What the system's resolver would say, so that a name can lead anywhere.
const lookup = vi.hoisted(() => vi.fn())
vi.mock('../src/on-demand.ts', async (original) => ({
  ...(await original<typeof import('../src/on-demand.ts')>()),
  dns: () => ({ lookup }),
}))

// The public internet of these tests stands on loopback: whatever is connected to, the address is looked up as ever.
vi.mock('node:net', async (original) => {
  const real = await original<typeof import('node:net')>()
  const connect = ({ host, lookup: find, ...rest }: TcpNetConnectOpts) =>
    real.connect({
      ...rest,
      ...(host === publicAddress ? { host: '127.0.0.1' } : host === undefined ? {} : { host }),
      ...(find === undefined ? {} : { lookup: onLoopback(find) }),
    })
  return { ...real, default: real, connect }
})

const publicAddress = '198.51.100.1'
const privateAddress = '127.0.0.1'

function onLoopback(find: LookupFunction): LookupFunction {
  return (host, options, callback) =>
    find(host, options, (error, found) => {
      const addresses = Array.isArray(found) ? found : []
      callback(
        error,
        addresses.map((one) => (one.address === publicAddress ? { ...one, address: '127.0.0.1' } : one)),
      )
    })
}

/** What the resolver says, one time after the other; the last for ever. */
function resolving(...records: string[]): void {
  let count = 0
  const resolve = (_: string, __: LookupAllOptions, callback: (error: null, found: LookupAddress[]) => void) => {
    const address = records[Math.min(count++, records.length - 1)] ?? ''
    setImmediate(() => callback(null, [{ address, family: 4 }]))
  }
  lookup.mockImplementation(resolve)
}

const redirecting = (location: (port: number) => string): Promise<Served> =>
  serve(({ url, socket }, response) => {
    if (url === '/end') return void response.end('up')
    response.writeHead(302, { location: location(socket.localPort ?? 0) }).end()
  })

function ask(port: number, path = '/', rest: Partial<Omit<Target, 'request'>> = {}): Promise<Attempt> {
  const target = targetOf(`http://app.test:${port}${path}`, { ...rest, route: routeOf({ denyPrivate: true }) })
  return probe(target, { timeoutMs: 20_000, signal: new AbortController().signal })
}

afterEach(() => {
  lookup.mockReset()
})

describe('a name that leads to a public address, and then to a private one', () => {
  it('is connected to where it was looked up, and refused the next time', async () => {
    const server = await serve((_, response) => void response.end('up'))
    resolving(publicAddress, privateAddress)
    expect((await ask(server.port)).failure).toBeUndefined()
    expect(lookup).toHaveBeenCalledTimes(1)
    expect((await ask(server.port)).failure).toEqual({
      reasonCode: 'address-refused',
      detail: 'app.test resolves to the private address 127.0.0.1',
      hopeless: 'at-once',
    })
    expect(server.connections).toHaveLength(1)
  })

  it.each([
    ['a path', () => '/end'],
    ['its own URL', (port: number) => `http://app.test:${port}/end`],
    ['another name', (port: number) => `http://other.test:${port}/end`],
    ['a private address', (port: number) => `http://127.0.0.1:${port}/end`],
  ])('is refused across a redirect to %s, and nobody is asked there', async (_, location) => {
    const server = await redirecting(location)
    resolving(publicAddress, privateAddress)
    const { response, failure } = await ask(server.port, '/', { followRedirects: 'all' })
    expect([response, failure?.reasonCode]).toEqual([undefined, 'address-refused'])
    expect(server.received.map(({ url }) => url)).toEqual(['/'])
    expect(server.connections).toHaveLength(1)
  })

  it('is followed while it stays public', async () => {
    const server = await redirecting((port) => `http://app.test:${port}/end`)
    resolving(publicAddress)
    expect((await ask(server.port, '/', { followRedirects: 'all' })).response).toMatchObject({ status: 200 })
    expect(lookup).toHaveBeenCalledTimes(2)
  })

  it('is looked up once where all addresses are asked: those it led to then', async () => {
    const server = await serve((_, response) => void response.end('up'))
    resolving(publicAddress, privateAddress)
    const { failure, addresses } = await ask(server.port, '/', { allAddresses: true })
    expect([failure, addresses]).toEqual([undefined, [{ address: publicAddress, failure: undefined }]])
    expect(lookup).toHaveBeenCalledTimes(1)
    expect((await ask(server.port, '/', { allAddresses: true })).failure?.reasonCode).toBe('address-refused')
    expect(server.connections).toHaveLength(1)
  })
})
