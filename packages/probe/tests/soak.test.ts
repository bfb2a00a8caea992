import { describe, expect, it } from 'vitest'
import { type SoakRules, soak } from '../src/soak.ts'
import { AfterThePass, type Way } from './support/after-the-pass.ts'

const rulesOf = (rest: Partial<SoakRules> = {}): SoakRules => ({
  soakMs: 10_000,
  failureThreshold: 1,
  intervalMs: 2_000,
  ...rest,
})

async function watch(ways: readonly Way[], rest: Partial<SoakRules> = {}) {
  const world = new AfterThePass(ways)
  const failure = await soak(rulesOf(rest), world.prober)
  return { failure, endedMs: world.clock.now(), attempts: world.startedAt.length, startedAt: world.startedAt }
}

describe('a soak', () => {
  it('of no time asks nobody', async () => {
    expect(await watch(['http-status'], { soakMs: 0 })).toMatchObject({ failure: undefined, endedMs: 0, attempts: 0 })
  })

  it('lasts as long as it is told, with a last look at its end', async () => {
    const { failure, startedAt, endedMs } = await watch([10])
    expect(failure).toBeUndefined()
    expect(startedAt).toEqual([2_000, 4_100, 6_200, 8_300, 10_000])
    expect(endedMs).toBe(10_100)
  })

  it('shorter than the interval still looks once', async () => {
    expect(await watch([10], { soakMs: 500 })).toMatchObject({ failure: undefined, startedAt: [500] })
  })

  it('ends with the first bad response', async () => {
    const { failure, attempts } = await watch([10, 10, 'http-status', 10])
    expect(failure).toMatchObject({ reasonCode: 'http-status', detail: expect.stringContaining('after the pass') })
    expect(attempts).toBe(3)
  })

  it('announces no attempt after the one that decides', async () => {
    const world = new AfterThePass([10, 'http-status', 'http-status'])
    await soak(rulesOf({ failureThreshold: 2 }), world.prober)
    expect(world.attempts.map(({ afterMs }) => afterMs)).toEqual([2_000, 2_000, undefined])
  })

  it('wants as many bad ones in a row as failure-threshold says; the last names the reason', async () => {
    const ways: Way[] = [10, 'http-status', 'http-status', 10, 'http-status', 'response-timeout', 'wrong-version', 10]
    const { failure, attempts } = await watch(ways, { failureThreshold: 3, soakMs: 60_000 })
    expect(failure).toMatchObject({
      reasonCode: 'wrong-version',
      detail: expect.stringContaining('3 failures in a row'),
    })
    expect(attempts).toBe(7)
  })

  it('is reset by a good response, each time', async () => {
    const ways = Array.from({ length: 40 }, (_, index): Way => (index % 2 === 0 ? 'http-status' : 10))
    expect((await watch([...ways, 10], { failureThreshold: 2, soakMs: 60_000 })).failure).toBeUndefined()
  })

  it('does not end on a bad response that decides nothing: not well', async () => {
    const { failure, startedAt } = await watch([10, 10, 10, 10, 'http-status'], { failureThreshold: 3 })
    expect(failure?.reasonCode).toBe('http-status')
    expect(startedAt).toEqual([2_000, 4_100, 6_200, 8_300, 10_000, 12_100, 14_200])
  })

  it('does not end on a bad response that decides nothing: well', async () => {
    const { failure, attempts } = await watch([10, 10, 10, 10, 'http-status', 10], { failureThreshold: 3 })
    expect([failure, attempts]).toEqual([undefined, 6])
  })

  it('forgives one blip of the transport, tried again at once, and not two', async () => {
    const once = await watch([10, 'connection-reset', 10])
    expect(once.failure).toBeUndefined()
    expect(once.startedAt.slice(0, 3)).toEqual([2_000, 4_100, 4_200])
    expect((await watch([10, 'connection-reset', 'connect-refused', 10])).failure?.reasonCode).toBe('connect-refused')
  })

  it.each([1, 2, 3])('that is cancelled in try %d says nothing, good or bad', async (cancelInAttempt) => {
    for (const way of [10, 'http-status'] as const) {
      const world = new AfterThePass([...Array<Way>(cancelInAttempt - 1).fill(10), way], { cancelInAttempt })
      expect(await soak(rulesOf(), world.prober)).toBeUndefined()
      expect(world.startedAt).toHaveLength(cancelInAttempt)
    }
  })

  it('that is cancelled in a sleep ends there', async () => {
    const world = new AfterThePass([10])
    void world.clock.sleep(1_000, world.job.signal).then(() => world.job.abort())
    expect(await soak(rulesOf(), world.prober)).toBeUndefined()
    expect([world.clock.now(), world.startedAt]).toEqual([1_000, []])
  })
})
