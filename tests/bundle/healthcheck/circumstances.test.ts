import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import { roundRobin } from '@deploy-safety/simulators/balancer'
import { type Fault, type FaultServer, startFault } from '@deploy-safety/simulators/fault-server'
import { faults } from '@deploy-safety/simulators/faults'
import { respond, sequence, wireFormat } from '@deploy-safety/simulators/responder'
import type { ActionRun } from '@deploy-safety/simulators/runner'
import { startService } from '@deploy-safety/simulators/service'
import { describe, expect, it } from 'vitest'
import { before, said, verdict } from '../bundle.ts'
import { check } from './check.ts'

describe.concurrent('all-addresses of a name', () => {
  const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
  const dualStack = before(`
    import dns from 'node:dns'
    import { syncBuiltinESMExports } from 'node:module'
    const both = [{ address: '::1', family: 6 }, { address: '127.0.0.1', family: 4 }]
    dns.lookup = (host, options, done) => setImmediate(() => done(null, both))
    syncBuiltinESMExports()`)
  const asked = ({ report }: ActionRun) => {
    const { targets } = report as { targets: { addresses: { address: string; reasonCode: string }[] }[] }
    return targets[0]?.addresses.map(({ address, reasonCode }) => `${address} ${reasonCode}`)
  }

  it('localhost: those that the system knows, each', async () => {
    const found = [...new Set((await lookup('localhost', { all: true })).map(({ address }) => address))]
    await using first = await startService({ version: '1', host: found[0] ?? '' })
    const others = found.slice(1).map((host) => startService({ version: '1', host, port: first.port }))
    await using rest = new AsyncDisposableStack()
    for (const service of await Promise.all(others)) rest.use(service)
    const run = await check({ url: `http://localhost:${first.port}/health`, 'all-addresses': 'true' })
    expect(verdict(run)).toBe('healthy ok')
    expect(asked(run)).toEqual(found.map((address) => `${address} ok`))
  })

  it.skipIf(!hasIpv6)('with IPv6 and IPv4: good when both are', async () => {
    await using four = await startService({ version: '1' })
    await using six = await startService({ version: '1', host: '::1', port: four.port })
    const run = await check({ url: `http://app.test:${four.port}/health`, 'all-addresses': 'true' }, dualStack)
    expect(verdict(run)).toBe('healthy ok')
    expect(asked(run)).toEqual(['::1 ok', '127.0.0.1 ok'])
    expect([four.requestCount, six.requestCount]).toEqual([1, 1])
  })

  it.skipIf(!hasIpv6).each([
    ['127.0.0.1', '::1'],
    ['::1', '127.0.0.1'],
  ])('that listens on %s only: bad, and only with all-addresses', async (host, missing) => {
    await using service = await startService({ version: '1', host })
    const url = `http://app.test:${service.port}/health`
    const run = await check({ url, 'all-addresses': 'true' }, dualStack)
    expect(verdict(run)).toBe('unhealthy connect-refused')
    expect(asked(run)?.toSorted()).toEqual([`${host} ok`, `${missing} connect-refused`].toSorted())
    expect(verdict(await check({ url }, dualStack))).toBe('healthy ok')
  })
})

describe.concurrent('one of three instances behind a balancer', () => {
  it.each([
    ['answers 500', 'broken', '3'],
    // One failure of the transport in a streak is forgiven.
    ['is gone', undefined, '5'],
  ] as const)('%s: flapping, where a single good response would pass', async (_, state, threshold) => {
    await using one = await startService({ version: '1' })
    await using two = await startService({ version: '1' })
    await using bad = await startService({ version: '1', state: state ?? 'healthy' })
    if (state === undefined) await bad.close()
    await using balancer = await roundRobin([one.port, two.port, bad.port])
    const inputs = { url: `${balancer.url}/health`, interval: '10ms', attempts: '12' }
    const run = await check({ ...inputs, 'success-threshold': threshold })
    expect(verdict(run)).toBe('unhealthy flapping')
    expect(run.log).toContain(`of ${threshold} in a row`)
    expect(balancer.connections()).toBeGreaterThanOrEqual(12)
    await using other = await roundRobin([one.port, two.port, bad.port])
    expect(verdict(await check({ ...inputs, url: `${other.url}/health` }))).toBe('healthy ok')
  })
})

describe.concurrent('a wall clock that jumps in the first attempt', () => {
  /** Sets every reading of the wall clock off by an hour, once the first connection is begun. */
  const jumping = (hours: number) =>
    before(`
      import { subscribe } from 'node:diagnostics_channel'
      const Real = Date
      let offMs = 0
      globalThis.Date = class extends Real {
        constructor(...given) { given.length === 0 ? super(Real.now() + offMs) : super(...given) }
        static now() { return Real.now() + offMs }
      }
      subscribe('net.client.socket', () => { offMs = ${hours} * 3_600_000 })`)
  const busyUntil = (inMs: number): Fault => ({
    request: (socket) => {
      const headers = { 'retry-after': new Date(Date.now() + inMs).toUTCString() }
      socket.write(wireFormat({ status: 503, headers }))
    },
  })
  const inTime = (run: ActionRun, server: FaultServer) => {
    expect(server.connections()).toBeGreaterThan(1)
    // Far from the hour that the wall clock went.
    expect(Number(run.outputs['elapsed-ms'])).toBeLessThan(15_000)
  }

  it.each([1, -1])('by %d h moves no deadline', async (hours) => {
    await using server = await startFault(respond({ status: 500 }))
    const run = await check({ url: server.url, attempts: '', deadline: '2s' }, jumping(hours))
    expect(verdict(run)).toBe('unhealthy http-status')
    inTime(run, server)
    expect(Number(run.outputs['elapsed-ms'])).toBeGreaterThanOrEqual(1_600)
  })

  it('forward makes a date in Retry-After a past one, which is ignored', async () => {
    await using server = await startFault(sequence([busyUntil(1_800_000), respond({ status: 200 })]))
    const run = await check({ url: server.url, attempts: '', deadline: '60s' }, jumping(1))
    expect(verdict(run)).toBe('healthy ok')
    inTime(run, server)
  })

  it('back makes it one beyond the deadline: one last attempt', async () => {
    await using server = await startFault(busyUntil(2_000))
    const run = await check({ url: server.url, attempts: '', deadline: '3s', timeout: '1s' }, jumping(-1))
    expect([verdict(run), run.outputs.attempts]).toEqual(['unhealthy http-status', '2'])
    inTime(run, server)
  })
})

describe.concurrent('a defect of the action itself', () => {
  it.each([
    ['in its own code', "Math.random = () => { throw new TypeError('a d3fect') }"],
    ['in an attempt', "Map.groupBy = () => { throw new TypeError('a d3fect') }"],
    [
      'that nobody catches',
      `import { subscribe } from 'node:diagnostics_channel'
       subscribe('net.client.socket', () => { throw new TypeError('a d3fect') })`,
    ],
    [
      'in a promise that nobody waits for',
      `import { subscribe } from 'node:diagnostics_channel'
       subscribe('net.client.socket', () => void Promise.reject(new TypeError('a d3fect')))`,
    ],
  ])('%s is internal-error, no verdict on the service, and all is written', async (_, module) => {
    await using server = await startFault(faults.halfOpenBeforeAnswer)
    const run = await check({ url: server.url, 'fail-on': 'never' }, before(module))
    expect(verdict(run)).toBe('unverifiable internal-error')
    expect(run.exitCode).toBe(1)
    expect(run.outputs.report).toBeTruthy()
    expect(run.report).toMatchObject({ message: expect.stringContaining('a d3fect'), nextStep: expect.any(String) })
    expect(run.summary).toMatch(
      /^### ❌ healthcheck: unverifiable \(internal-error\)\n\nThe action itself failed.* a d3fect/,
    )
    expect(run.annotations.map(({ kind, title }) => `${kind} ${title}`)).toEqual(['error healthcheck: internal-error'])
  })
})

describe.concurrent('a secret that the service sends back', () => {
  const secret = 'abcdefghijklmnopqrstuvwxyz-012345'
  const headers = `Authorization: Bearer ${secret}`
  const parts = Array.from({ length: secret.length - 7 }, (_, start) => secret.slice(start, start + 8))

  it.each<[string, number, Record<string, string>]>([
    ['the excerpt of the body', 999 - 20, { 'expect-body': 'something else' }],
    ['what is said of a body that is no JSON', 39 - 20, { 'expect-json': '$.a exists' }],
  ])('is shown in no part where it lies across the end of %s', async (_, position, inputs) => {
    await using server = await startFault(respond({ status: 200, body: `${'-'.repeat(position)}${secret} and so on` }))
    const run = await check({ url: server.url, headers, ...inputs })
    expect(run.outputs.outcome).toBe('unhealthy')
    expect(server.requests().join()).toContain(secret)
    for (const part of parts) expect(said(run)).not.toContain(part)
  })

  it('is shown in no part where a value of its JSON is cut', async () => {
    const body = JSON.stringify({ a: `${'-'.repeat(60)}${secret}` })
    await using server = await startFault(respond({ status: 200, body }))
    const run = await check({ url: server.url, headers, 'expect-json': '$.a == 1' })
    expect(verdict(run)).toBe('unhealthy json-mismatch')
    for (const part of parts) expect(said(run)).not.toContain(part)
  })
})
