import type { LookupAddress, LookupAllOptions } from 'node:dns'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Attempt, probe } from '../src/probe.ts'
import type { Target } from '../src/target.ts'
import { routeOf, targetOf } from './support/made.ts'
import { closedPort, serve, serveRaw } from './support/server.ts'

// What the system's resolver would say, so that a name can lead anywhere.
const lookup = vi.hoisted(() => vi.fn())
vi.mock('../src/on-demand.ts', async (original) => ({
  ...(await original<typeof import('../src/on-demand.ts')>()),
  dns: () => ({ lookup }),
}))

type Said = readonly string[] | Error | 'never'

/** What the resolver says, one time after the other; the last for ever. */
function resolving(...records: Said[]): void {
  let count = 0
  const resolve = (
    _: string,
    __: LookupAllOptions,
    callback: (error: Error | null, found: LookupAddress[]) => void,
  ) => {
    const said = records[Math.min(count++, records.length - 1)] ?? 'never'
    if (said === 'never') return
    const found = said instanceof Error ? [] : said
    const addresses = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    setImmediate(() => callback(said instanceof Error ? said : null, addresses))
  }
  lookup.mockImplementation(resolve)
}

const options = { timeoutMs: 20_000, signal: new AbortController().signal }
const ask = (port: number, rest: Partial<Target> = {}, timeoutMs = options.timeoutMs): Promise<Attempt> =>
  probe(targetOf(`http://app.test:${port}/`, { ...rest } as never), { ...options, timeoutMs })
const all = { allAddresses: true } as const

afterEach(() => {
  lookup.mockReset()
})

describe('all addresses', () => {
  it('are good when each is, and each is reported', async () => {
    const server = await serve((_, response) => void response.end('up'), { host: '0.0.0.0' })
    resolving(['127.0.0.1', '127.0.0.2', '127.0.0.1'])
    const { response, failure, addresses } = await ask(server.port, all)
    expect(failure).toBeUndefined()
    expect(response).toMatchObject({ status: 200, address: `127.0.0.2:${server.port}` })
    expect(addresses).toEqual([
      { address: '127.0.0.1', failure: undefined },
      { address: '127.0.0.2', failure: undefined },
    ])
    expect(server.received.map(({ headers }) => headers.host)).toEqual(Array(2).fill(`app.test:${server.port}`))
  })

  it.each([[['127.0.0.1', '::1']], [['::1', '127.0.0.1']]])(
    'are bad when one is, which is named: %j',
    async (order) => {
      const server = await serve((_, response) => void response.end('up'))
      resolving(order)
      const { failure, addresses } = await ask(server.port, all)
      expect(failure?.reasonCode).toBe('connect-refused')
      expect(failure?.detail).toContain('(1 of 2 addresses failed: ::1)')
      expect(addresses.map(({ address, failure: { reasonCode } = {} }) => [address, reasonCode])).toEqual(
        order.map((address) => [address, address === '::1' ? 'connect-refused' : undefined]),
      )
    },
  )

  it('are all bad when none is good', async () => {
    resolving(['127.0.0.1', '::1'])
    expect((await ask(await closedPort(), all)).failure?.detail).toContain('(2 of 2 addresses failed: 127.0.0.1, ::1)')
  })

  it('calls no address bad that was not asked, since another had taken all the time', async () => {
    const server = await serve((_, response) => void response.end('up'), { host: '127.0.0.2' })
    // On the same port of another address, something that never responds.
    const { createServer } = await import('node:net')
    const mute = createServer((socket) => void socket.on('error', () => {}).resume())
    await new Promise<void>((resolve) => mute.listen(server.port, '127.0.0.1', resolve))
    try {
      resolving(['127.0.0.1', '127.0.0.2'])
      const { failure, addresses, timedOut } = await ask(server.port, all, 500)
      expect([failure?.reasonCode, timedOut]).toEqual(['response-timeout', true])
      expect(failure?.detail).not.toMatch(/127\.0\.0\.1, 127\.0\.0\.2/)
      expect(addresses.find(({ address }) => address === '127.0.0.2')?.failure).toBeUndefined()
    } finally {
      mute.close()
    }
  })

  it('of a name that is never found is dns-failure, in time', async () => {
    resolving('never')
    expect(await ask(80, all, 100)).toMatchObject({
      failure: { reasonCode: 'dns-failure', detail: 'timed out after 100 ms, waiting for the name lookup' },
      timedOut: true,
    })
    resolving(Object.assign(new Error('getaddrinfo ENOTFOUND app.test'), { code: 'ENOTFOUND' }))
    expect((await ask(80, all)).failure?.reasonCode).toBe('dns-failure')
  })

  it('of which one is private are refused where that is denied, and none is connected to', async () => {
    const server = await serve((_, response) => void response.end('up'))
    resolving(['127.0.0.1'])
    expect((await ask(server.port, { ...all, route: routeOf({ denyPrivate: true }) })).failure).toMatchObject({
      reasonCode: 'address-refused',
      hopeless: 'at-once',
    })
    expect(server.connections).toEqual([])
  })

  it('go where resolve leads', async () => {
    const server = await serve((_, response) => void response.end('up'))
    resolving(Object.assign(new Error('getaddrinfo ENOTFOUND app.test'), { code: 'ENOTFOUND' }))
    const route = routeOf({ resolve: new Map([[`app.test:${server.port}`, '127.0.0.1']]) })
    expect((await ask(server.port, { ...all, route })).failure).toBeUndefined()
  })
})

describe('private addresses, where they are denied', () => {
  const denied = { route: routeOf({ denyPrivate: true }) }

  it('are refused after resolution, each time anew: a name that led elsewhere first is no less refused', async () => {
    const server = await serve((_, response) => void response.end('up'))
    resolving(['127.0.0.1'], ['127.0.0.1'])
    expect((await ask(server.port)).failure).toBeUndefined()
    expect((await ask(server.port, denied)).failure).toMatchObject({
      reasonCode: 'address-refused',
      detail: 'app.test resolves to the private address 127.0.0.1',
    })
    expect(server.connections).toHaveLength(1)
  })

  it('are refused when they are one of several', async () => {
    resolving(['192.0.2.1', '10.0.0.1'])
    expect((await ask(80, denied)).failure?.reasonCode).toBe('address-refused')
  })

  it('of the metadata kind are refused behind a redirect without being denied', async () => {
    const server = await serve((_, response) => void response.writeHead(302, { location: 'http://meta.test/' }).end())
    resolving(['127.0.0.1'], ['169.254.169.254'])
    const { failure } = await ask(server.port, { followRedirects: 'all' })
    expect(failure).toMatchObject({ reasonCode: 'address-refused', detail: expect.stringContaining('meta.test') })
  })
})

describe('a signal', () => {
  it('that fires in a lookup ends it at once, with all addresses or any', async () => {
    for (const allAddresses of [true, false]) {
      resolving('never')
      const job = new AbortController()
      const asked = probe(targetOf('http://app.test/', { allAddresses }), { timeoutMs: 60_000, signal: job.signal })
      setTimeout(() => job.abort(), 20)
      expect((await asked).timedOut).toBe(false)
    }
  })

  it('that had fired before asks nobody', async () => {
    const server = await serveRaw(() => {})
    resolving(['127.0.0.1'])
    for (const allAddresses of [true, false]) {
      const target = targetOf(`http://app.test:${server.port}/`, { allAddresses })
      expect((await probe(target, { timeoutMs: 60_000, signal: AbortSignal.abort() })).response).toBeUndefined()
    }
    await server.idle()
  })
})
