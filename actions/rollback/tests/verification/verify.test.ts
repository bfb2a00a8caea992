import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '@deploy-safety/common/clock'
import { type Attempt, probe } from '@deploy-safety/probe/probe'
import type { ReasonCode } from '@deploy-safety/probe/reason'
import type { ResponseRecord } from '@deploy-safety/probe/response'
import { VirtualClock } from '@deploy-safety/simulators/clock'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Health, type VerifyEdges, verify } from '../../src/verification/verify.ts'
import { type Given, verificationOf } from '../support/verification.ts'

/** How an attempt goes; without anything it is good, and takes 100 ms. */
interface Way {
  readonly status?: number
  readonly version?: string
  readonly failure?: { readonly reasonCode: ReasonCode; readonly detail: string }
  readonly tookMs?: number
}

const busy: Way = { status: 503, failure: { reasonCode: 'http-status', detail: 'HTTP 503, expected 2xx' } }
const closed: Way = { failure: { reasonCode: 'connect-refused', detail: 'connection refused' } }
const expired: Way = { failure: { reasonCode: 'tls-expired', detail: 'the certificate has expired' } }
const silent: Way = { tookMs: Number.POSITIVE_INFINITY }

/** A service that responds so, the last way on and on, to a verification on virtual time. */
class World {
  readonly clock = new VirtualClock()
  readonly lines: string[] = []
  readonly startedMs: number[] = []
  readonly #job = new AbortController()
  readonly #ways: readonly Way[]

  constructor(...ways: Way[]) {
    this.#ways = ways
  }

  cancelAfter(ms: number): void {
    void this.clock.sleep(ms, this.#job.signal).then(() => this.#job.abort())
  }

  verify(given: Given = {}, limitMs = 3_600_000): Promise<Health> {
    const { clock, lines } = this
    const log = { info: (line: string) => lines.push(line), debug() {}, warning() {}, error() {} }
    const edges = { clock, log, random: () => 0.5, signal: this.#job.signal }
    return verify(verificationOf(given), { ...edges, probe: (_, options) => this.#probe(options) }, limitMs)
  }

  async #probe({ timeoutMs, signal }: Parameters<typeof probe>[1]): Promise<Attempt> {
    const way = this.#ways[this.startedMs.length] ?? this.#ways.at(-1) ?? {}
    const { status = 200, version, failure, tookMs = 100 } = way
    this.startedMs.push(this.clock.now())
    await this.clock.sleep(Math.min(tookMs, timeoutMs), signal)
    if (tookMs >= timeoutMs) {
      const timeout = { reasonCode: 'response-timeout', detail: `no response in ${timeoutMs} ms` } as const
      return { response: undefined, failure: timeout, timedOut: true, addresses: [] }
    }
    const response = way.status === undefined && failure !== undefined ? undefined : responseOf(status, version)
    return { response, failure, timedOut: false, addresses: [] }
  }
}

function responseOf(status: number, version: string | undefined): ResponseRecord {
  return {
    status,
    headers: {},
    url: new URL('https://app.example.com/health'),
    proxy: undefined,
    certificate: undefined,
    observedVersion: version === undefined ? undefined : { text: version, place: '$.version' },
    hops: [],
    latencyMs: 12.345,
    phases: { dnsMs: 1, connectMs: 2, tlsMs: 3, firstByteMs: 10, bodyMs: 2.345 },
    address: '192.0.2.1:443',
    excerpt: '',
  }
}

describe('a service that is well', () => {
  it('is healthy after so many successes in a row', async () => {
    const world = new World(closed, {}, busy, { version: '1.4.0' })
    const given = { 'verify-url': 'https://app.example.com/health?page=1', 'verify-expect-version': '1.4.0' }
    expect(await world.verify(given)).toEqual({
      url: 'https://app.example.com/health?page=…',
      verdict: 'healthy',
      reasonCode: null,
      detail: '3 good responses in a row, version 1.4.0',
      attempts: 6,
      lastResponse: { status: 200, latencyMs: 12, version: '1.4.0' },
      elapsedMs: 6 * 100 + 5 * 2_000,
    })
  })

  it.each<[string, Given, Way]>([
    ['3 good responses in a row', {}, {}],
    ['2 good responses in a row', { 'verify-success-threshold': '2' }, {}],
    ['1 good response', { 'verify-success-threshold': '1' }, {}],
    [
      '3 good responses in a row, version 1.4.0 (not checked: verify-expect-version is empty)',
      {},
      { version: '1.4.0' },
    ],
  ])('is so in words: %s', async (detail, given, way) => {
    expect((await new World(way).verify(given)).detail).toBe(detail)
  })
})

describe('a service that is not well', () => {
  it('is unhealthy when the time is over, for what was wrong last', async () => {
    const world = new World(closed, busy)
    const health = await world.verify({ 'verify-timeout': '30s' })
    expect(health).toMatchObject({
      verdict: 'unhealthy',
      reasonCode: 'http-status',
      detail: 'HTTP 503, expected 2xx',
      lastResponse: { status: 503, latencyMs: 12, version: null },
    })
    expect(health.attempts).toBe(world.startedMs.length)
    expect(health.elapsedMs).toBeGreaterThan(27_000)
    expect(health.elapsedMs).toBeLessThanOrEqual(30_000)
  })

  it('has no last response where it never gave one', async () => {
    const health = await new World(closed).verify()
    expect(health).toMatchObject({ verdict: 'unhealthy', reasonCode: 'connect-refused', lastResponse: null })
  })

  it('is unhealthy when it never stays well', async () => {
    const health = await new World({}, busy, {}, busy, {}, {}, busy).verify()
    expect(health).toMatchObject({ verdict: 'unhealthy', reasonCode: 'flapping' })
    expect(health.detail).toContain('4 successes, at most 2 of 3 in a row; last failure: HTTP 503')
  })

  it('cannot be verified where the runner does not get through to it', async () => {
    const health = await new World(expired).verify()
    expect(health).toMatchObject({
      verdict: 'unverifiable',
      reasonCode: 'tls-expired',
      detail: expired.failure?.detail,
    })
  })
})

describe('the time for it', () => {
  it.each([
    ['of verify-timeout', '20s', 60_000],
    ['that is left, where that is less', '1m', 20_000],
  ])('is that %s', async (_, timeout, limitMs) => {
    const health = await new World(silent).verify({ 'verify-timeout': timeout }, limitMs)
    expect(health).toMatchObject({ verdict: 'unhealthy', reasonCode: 'response-timeout', elapsedMs: 20_000 })
  })

  it('is 10 s for an attempt', async () => {
    const world = new World(silent, {})
    await world.verify()
    expect(world.startedMs.slice(0, 2)).toEqual([0, 12_000])
  })
})

describe('the time that is left, where it is less than verify-timeout', () => {
  it.each<[string, Way]>([
    ['holds no attempt that is completed', silent],
    ['holds too few successes', {}],
  ])('proves nothing when it %s', async (_, way) => {
    expect(await new World(way).verify({}, 3_000)).toMatchObject({ verdict: 'unverifiable' })
  })

  it('proves what was measured in it', async () => {
    expect(await new World(busy).verify({}, 3_000)).toMatchObject({ verdict: 'unhealthy', reasonCode: 'http-status' })
    expect(await new World({}, busy).verify({}, 3_000)).toMatchObject({ verdict: 'unhealthy', reasonCode: 'flapping' })
  })
})

describe('soaking', () => {
  it('goes on for as long as is said', async () => {
    const world = new World()
    const health = await world.verify({ 'verify-success-threshold': '1', 'verify-soak': '30s' })
    expect(health.verdict).toBe('healthy')
    expect(health.elapsedMs).toBeGreaterThanOrEqual(30_100)
    expect(world.startedMs.length).toBeGreaterThan(10)
    expect(world.lines).toContain('verify: healthy; soaking for 30 s')
  })

  it('finds what dies young', async () => {
    const health = await new World({}, {}, {}, {}, busy).verify({ 'verify-soak': '30s' })
    expect(health).toMatchObject({ verdict: 'unhealthy', reasonCode: 'http-status' })
    expect(health.detail).toBe('HTTP 503, expected 2xx (4.2 s after the pass, 1 failure)')
  })

  it('does not begin where there was no pass, and is not spoken of where none is asked for', async () => {
    for (const [way, soak] of [[busy, '30s'] as const, [{}, '0s'] as const]) {
      const world = new World(way)
      await world.verify({ 'verify-soak': soak })
      expect(world.lines.join()).not.toContain('soaking')
    }
  })
})

describe('cancelled', () => {
  it.each([
    ['between two attempts', busy, {}],
    ['in an attempt', silent, {}],
    ['while soaking', {}, { 'verify-success-threshold': '1', 'verify-soak': '1m' }],
  ])('%s, it ends at once and says nothing of the service', async (_, way, given) => {
    const world = new World(way)
    world.cancelAfter(5_000)
    expect(await world.verify(given)).toMatchObject({
      verdict: 'undecided',
      reasonCode: null,
      detail: 'cancelled before it was known',
      elapsedMs: 5_000,
    })
  })
})

describe('the log', () => {
  it('has each attempt that is unlike the one before', async () => {
    const world = new World(closed, closed, busy, busy, {})
    await world.verify()
    expect(world.lines).toEqual([
      'verify: attempt 1 after 100 ms: connection refused (connect-refused)',
      'verify: attempt 3 after 4.3 s: HTTP 503, expected 2xx (http-status)',
      'verify: attempt 5 after 8.5 s: HTTP 200',
    ])
  })

  it('has no secret in it, and neither has what is reported', async () => {
    const given = { 'verify-headers': 'Authorization: Bearer hunter2-hunter2', 'verify-timeout': '10s' }
    const echo = 'version hunter2-hunter2, expected 1.4.0'
    const wrong: Way = {
      status: 200,
      version: 'hunter2-hunter2',
      failure: { reasonCode: 'wrong-version', detail: echo },
    }
    for (const way of [wrong, { version: 'hunter2-hunter2' }]) {
      const world = new World(way)
      const health = await world.verify(given)
      expect(JSON.stringify([health, world.lines])).not.toContain('hunter2')
      expect(health.lastResponse?.version).toBe('***')
    }
  })
})

it('speaks to a real service, which is still starting', async () => {
  const asked: unknown[] = []
  const server = createServer(({ headers }, response) => {
    asked.push(headers['x-ready'])
    if (asked.length === 1) response.writeHead(503).end()
    else response.setHeader('content-type', 'application/json').end('{"version":"1.4.0"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const verification = verificationOf({
    'verify-url': `http://127.0.0.1:${port}/health`,
    'verify-headers': 'X-Ready: 1',
    'verify-expect-version': '1.4.0',
    'verify-interval': '10ms',
  })
  const lines: string[] = []
  const log = { info: (line: string) => lines.push(line), debug() {}, warning() {}, error() {} }
  const { signal } = new AbortController()
  const edges: VerifyEdges = { probe, random: Math.random, clock: systemClock, log, signal }
  expect(await verify(verification, edges, 60_000)).toMatchObject({
    verdict: 'healthy',
    detail: '3 good responses in a row, version 1.4.0',
    attempts: 4,
    lastResponse: { status: 200, version: '1.4.0' },
  })
  expect(asked).toEqual(['1', '1', '1', '1'])
  expect(lines[0]).toContain('HTTP 503, expected 2xx (http-status)')
})
