import type { LookupAddress, LookupAllOptions } from 'node:dns'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Exchange } from '../src/exchange.ts'
import { exchangeHttp } from '../src/http.ts'
import { type Failure, ProbeError } from '../src/reason.ts'
import { requestTo, routeOf } from './support/made.ts'
import { serve } from './support/server.ts'

// What the system's resolver would say, so that a name can lead anywhere.
const lookup = vi.hoisted(() => vi.fn())
vi.mock('../src/on-demand.ts', async (original) => ({
  ...(await original<typeof import('../src/on-demand.ts')>()),
  dns: () => ({ lookup }),
}))

type Said = readonly string[] | Error | 'never'

function resolving(said: Said): void {
  const addresses = (list: readonly string[]): LookupAddress[] =>
    list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const resolve = (
    _: string,
    __: LookupAllOptions,
    callback: (error: Error | null, found: LookupAddress[]) => void,
  ) => {
    if (said === 'never') return
    setImmediate(() => (said instanceof Error ? callback(said, []) : callback(null, addresses(said as string[]))))
  }
  lookup.mockImplementation(resolve)
}

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))

function send(port: number, signal = AbortSignal.timeout(5_000)): Promise<Exchange> {
  return exchangeHttp(requestTo(`http://app.test:${port}/`), routeOf(), { signal, timeoutMs: 30 })
}

async function failureOf(sent: Promise<unknown>): Promise<Failure> {
  const error = await sent.catch((thrown: unknown) => thrown)
  if (error instanceof ProbeError) return error.failure
  throw new Error(`No failure: ${JSON.stringify(error)}`)
}

afterEach(() => {
  lookup.mockReset()
})

describe('a name with several addresses', () => {
  it.skipIf(!hasIpv6).each([
    ['::1', ['127.0.0.1', '::1']],
    ['::1', ['::1', '127.0.0.1']],
    ['127.0.0.1', ['::1', '127.0.0.1']],
    ['127.0.0.1', ['127.0.0.1', '::1']],
  ])('of which only %s listens (%j) is reached there', async (host, addresses) => {
    resolving(addresses)
    const server = await serve((_, response) => void response.end('up'), { host })
    const { address, body } = await send(server.port)
    expect(address).toBe(`${host.includes(':') ? `[${host}]` : host}:${server.port}`)
    expect(body.text).toBe('up')
    expect(server.received[0]?.headers.host).toBe(`app.test:${server.port}`)
  })

  it.skipIf(!hasIpv6)('none of which listens names them all', async () => {
    resolving(['127.0.0.1', '::1', '127.0.0.2'])
    const { reasonCode, detail } = await failureOf(send(9))
    expect(reasonCode).toBe('connect-refused')
    for (const address of ['127.0.0.1:9', '[::1]:9', '127.0.0.2:9']) expect(detail).toContain(address)
  })

  it('is asked for again on every attempt', async () => {
    const server = await serve((_, response) => void response.end('up'))
    resolving(Object.assign(new Error('getaddrinfo ENOTFOUND app.test'), { code: 'ENOTFOUND' }))
    expect((await failureOf(send(server.port))).reasonCode).toBe('dns-failure')
    resolving(['127.0.0.1'])
    expect((await send(server.port)).status).toBe(200)
  })
})

describe('a name that leads to a metadata address', () => {
  it.each([
    [['169.254.169.254']],
    [['127.0.0.1', '169.254.169.254']],
    [['::ffff:a9fe:a9fe', '127.0.0.1']],
    [['127.0.0.1', 'fd00:ec2::254']],
  ])('is refused for good, with all its addresses: %j', async (addresses) => {
    resolving(addresses)
    const server = await serve((_, response) => void response.end('up'))
    expect(await failureOf(send(server.port))).toMatchObject({
      reasonCode: 'address-refused',
      hopeless: 'at-once',
      detail: expect.stringContaining('app.test resolves to the cloud metadata address'),
    })
    expect(server.connections).toEqual([])
  })
})

describe('a lookup', () => {
  it.each([
    ['ENOTFOUND', 'host app.test not found'],
    ['EAI_AGAIN', 'no name server responded to the lookup of app.test'],
    ['EAI_FAIL', 'the name server could not look up app.test'],
    ['ENODATA', 'host app.test not found'],
  ])('that fails with %s is a failure of DNS: %s', async (code, detail) => {
    resolving(Object.assign(new Error(`getaddrinfo ${code} app.test`), { code }))
    expect(await failureOf(send(80))).toEqual({ reasonCode: 'dns-failure', detail })
  })

  it('that never ends is ended by the signal', async () => {
    resolving('never')
    expect((await failureOf(send(80, AbortSignal.timeout(30)))).detail).toBe(
      'timed out after 30 ms, waiting for the name lookup',
    )
  })
})
