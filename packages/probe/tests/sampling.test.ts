import { describe, expect, it } from 'vitest'
import { type Samples, type SamplingRules, sample } from '../src/sampling.ts'
import { AfterThePass, type Way } from './support/after-the-pass.ts'

const rulesOf = (rest: Partial<SamplingRules> = {}): SamplingRules => ({
  samples: 20,
  maxP95Ms: undefined,
  intervalMs: 2_000,
  ...rest,
})

function take(ways: readonly Way[], rest: Partial<SamplingRules> = {}): Promise<Samples> {
  return sample(rulesOf(rest), new AfterThePass(ways).prober)
}

describe('samples', () => {
  it('are counted without the one that warms up', async () => {
    const world = new AfterThePass([5_000, 10])
    const samples = await sample(rulesOf({ maxP95Ms: 10 }), world.prober)
    expect(samples).toEqual({ latenciesMs: Array(20).fill(10), medianMs: 10, p95Ms: 10, failure: undefined })
    expect(world.startedAt).toHaveLength(21)
  })

  it.each([
    [2_000, 200],
    [200, 200],
    [50, 50],
    [0, 0],
  ])('with the interval %d ms are %d ms apart', async (intervalMs, gapMs) => {
    const world = new AfterThePass([10])
    await sample(rulesOf({ samples: 3, intervalMs }), world.prober)
    const gaps = world.startedAt.slice(1).map((at, index) => at - (world.startedAt[index] ?? 0) - 100)
    expect(gaps).toEqual([gapMs, gapMs, gapMs])
    expect(world.attempts.map(({ afterMs }) => afterMs)).toEqual([gapMs, gapMs, gapMs, undefined])
  })

  it.each([0, 1, 7, 20])('fail with the reason of number %d, and end there', async (index) => {
    const world = new AfterThePass([...Array<Way>(index).fill(10), 'wrong-version', 10])
    const { failure, latenciesMs } = await sample(rulesOf(), world.prober)
    expect(failure).toEqual({ reasonCode: 'wrong-version', detail: 'it was wrong-version' })
    expect(latenciesMs).toHaveLength(Math.max(0, index - 1))
    expect(world.startedAt).toHaveLength(index + 1)
    expect(world.attempts.at(-1)?.afterMs).toBeUndefined()
  })

  it.each(['connection-reset', 'connect-refused', 'connect-timeout', 'dns-failure', 'proxy-failure'] as const)(
    'forgive one %s, which is tried again at once in the same sample',
    async (blip) => {
      const world = new AfterThePass([10, blip, 10])
      const { failure, latenciesMs } = await sample(rulesOf({ samples: 3 }), world.prober)
      expect(failure).toBeUndefined()
      expect(latenciesMs).toHaveLength(3)
      expect(world.startedAt).toEqual([200, 500, 600, 900, 1_200])
    },
  )

  it('forgive no two in a row, and no failure that was measured', async () => {
    expect((await take([10, 'connection-reset', 'connect-refused', 10])).failure?.reasonCode).toBe('connect-refused')
    expect((await take([10, 'response-timeout', 10])).failure?.reasonCode).toBe('response-timeout')
    expect((await take([10, 'connection-reset', 'http-status', 10])).failure?.reasonCode).toBe('http-status')
  })

  it('gate the p95 as it is, not as it is shown', async () => {
    expect((await take([10, 50.4], { maxP95Ms: 50 })).failure).toMatchObject({ reasonCode: 'p95-too-high' })
    expect((await take([10, 50], { maxP95Ms: 50 })).failure).toBeUndefined()
    expect((await take([10, 49.99], { maxP95Ms: 50 })).failure).toBeUndefined()
  })

  it('gate no median and no maximum', async () => {
    // Of 20 samples, one is beyond the 95th percentile; between it and the next lies the value.
    const { p95Ms, medianMs, failure } = await take([10, 1_000, ...Array<Way>(19).fill(10)], { maxP95Ms: 60 })
    expect([medianMs, failure]).toEqual([10, undefined])
    expect(p95Ms).toBeCloseTo(59.5, 6)
  })

  it.each([1, 2, 5, 20])(
    'that are cancelled in try %d say nothing, however slow they were',
    async (cancelInAttempt) => {
      const world = new AfterThePass([1_000], { cancelInAttempt })
      const { failure } = await sample(rulesOf({ maxP95Ms: 50 }), world.prober)
      expect(failure).toBeUndefined()
      expect(world.startedAt).toHaveLength(cancelInAttempt)
    },
  )

  it('leave no slot taken', async () => {
    const world = new AfterThePass([10, 'http-status'])
    await sample(rulesOf(), world.prober)
    expect(await world.slots.take(new AbortController().signal)).toBe(true)
  })
})
