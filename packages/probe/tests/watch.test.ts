import { VirtualClock } from '@deploy-safety/simulators/clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptAttempts } from '../src/history.ts'
import type { Attempt } from '../src/probe.ts'
import type { Phase, ProbeEdges } from '../src/prober.ts'
import type { TimedAttempt } from '../src/progress.ts'
import type { ReasonCode } from '../src/reason.ts'
import { recordOf } from '../src/response.ts'
import { Slots } from '../src/slots.ts'
import { type Rules, type Verdict, watch } from '../src/watch.ts'
import { responseOf } from './support/made.ts'

const rulesOf = (rest: Partial<Rules> = {}): Rules => ({
  deadlineMs: 300_000,
  startPeriodMs: 0,
  intervalMs: 2_000,
  attempts: 0,
  timeoutMs: 10_000,
  successThreshold: 1,
  samples: 0,
  maxP95Ms: undefined,
  soakMs: 0,
  failureThreshold: 1,
  ...rest,
})

/** How an attempt goes: good, or a reason; as quick as it may be, or as long as it is let. */
interface Way {
  readonly reasonCode?: ReasonCode
  readonly tookMs?: number
  readonly version?: string
  readonly latencyMs?: number
  /** Makes it a 503. */
  readonly retryAfter?: string
}

/** A world of one service, or many: a clock, a probe that takes its time on it, and what happened. */
class World {
  readonly clock = new VirtualClock()
  readonly calls: { readonly atMs: number; readonly timeoutMs: number }[] = []
  readonly attempts: { readonly attempt: TimedAttempt; readonly afterMs: number | undefined }[] = []
  readonly phases: Phase[] = []
  readonly #job = new AbortController()
  inFlight = 0
  mostInFlight = 0

  readonly signal = this.#job.signal

  cancel(): void {
    this.#job.abort()
  }

  cancelAfter(ms: number): void {
    void this.clock.sleep(ms, this.signal).then(() => this.cancel())
  }

  /** The last way goes on and on. */
  watch(rules: Rules, ways: readonly Way[], rest: Partial<ProbeEdges> = {}): Promise<Verdict> {
    let count = 0
    return watch(rules, {
      probe: (options) => this.#probe(ways[Math.min(count++, ways.length - 1)] ?? {}, options),
      clock: this.clock,
      random: () => 0.5,
      slots: new Slots(8),
      signal: this.signal,
      onAttempt: (attempt, afterMs) => this.attempts.push({ attempt, afterMs }),
      onPhase: (phase) => this.phases.push(phase),
      ...rest,
    })
  }

  async #probe(way: Way, { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }): Promise<Attempt> {
    const { reasonCode, tookMs = 100, version, latencyMs = 12, retryAfter } = way
    this.calls.push({ atMs: this.clock.now(), timeoutMs })
    this.inFlight += 1
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight)
    await this.clock.sleep(Math.min(tookMs, timeoutMs), signal)
    this.inFlight -= 1
    if (tookMs >= timeoutMs || signal.aborted) {
      return {
        response: undefined,
        failure: { reasonCode: 'response-timeout', detail: 'timed out' },
        timedOut: true,
        addresses: [],
      }
    }
    const response = recordOf(
      responseOf({
        latencyMs,
        observedVersion: version === undefined ? undefined : { text: version, place: 'body' },
        ...(retryAfter === undefined ? {} : { status: 503, headers: { 'retry-after': retryAfter } }),
      }),
    )
    if (reasonCode === undefined) return { response, failure: undefined, timedOut: false, addresses: [] }
    const isAnswered = reasonCode === 'http-status' || reasonCode === 'wrong-version'
    return {
      response: isAnswered ? response : undefined,
      failure: { reasonCode, detail: `it was ${reasonCode}` },
      timedOut: false,
      addresses: [],
    }
  }
}

const good: Way = {}
const bad: Way = { reasonCode: 'http-status' }
const silent: Way = { tookMs: Number.POSITIVE_INFINITY }

describe('phases after the pass', () => {
  it.each<[string, Partial<Rules>, Way[], string[]]>([
    ['none is asked for', {}, [good], []],
    ['there is no pass', { samples: 20, soakMs: 60_000, attempts: 1 }, [bad], []],
    ['both are asked for', { samples: 20, soakMs: 60_000 }, [good], ['sampling', 'soaking']],
    ['a sample fails', { samples: 20, soakMs: 60_000 }, [good, bad], ['sampling']],
  ])('are told where they begin: %s', async (_, rules, ways, kinds) => {
    const world = new World()
    await world.watch(rulesOf(rules), ways)
    expect(world.phases.map(({ kind }) => kind)).toEqual(kinds)
  })
})

describe('polling', () => {
  it('tries at once, and is done with the first good response', async () => {
    const world = new World()
    const verdict = await world.watch(rulesOf(), [good])
    expect(verdict).toMatchObject({
      kind: 'healthy',
      failure: undefined,
      elapsedMs: 100,
      history: { latenciesMs: [12] },
    })
    expect(world.calls).toEqual([{ atMs: 0, timeoutMs: 10_000 }])
  })

  it('waits the interval from the end of each attempt', async () => {
    const world = new World()
    await world.watch(rulesOf({ attempts: 3 }), [{ ...bad, tookMs: 5_000 }])
    expect(world.calls.map(({ atMs }) => atMs)).toEqual([0, 7_000, 14_000])
  })

  it.each([
    [0, 1_800],
    [0.5, 2_000],
    [1, 2_200],
  ])(
    'with the random number %d the wait is %d ms: the interval and at most a tenth more or less',
    async (random, waitMs) => {
      const world = new World()
      await world.watch(rulesOf({ attempts: 2 }), [bad], { random: () => random })
      expect(world.calls[1]?.atMs).toBeCloseTo(100 + waitMs, 6)
    },
  )

  it('takes hours if it has to, at the moments that were planned', async () => {
    const world = new World()
    const hours = rulesOf({ deadlineMs: 20 * 3_600_000, intervalMs: 60_000 })
    const verdict = await world.watch(hours, [...Array<Way>(1_000).fill(bad), good])
    expect(verdict).toMatchObject({ kind: 'healthy', elapsedMs: 1_000 * 60_100 + 100 })
    expect(world.calls).toHaveLength(1_001)
  })

  it('ends with the last attempt, without a sleep behind it', async () => {
    const world = new World()
    const verdict = await world.watch(rulesOf({ attempts: 3 }), [bad])
    expect(verdict).toMatchObject({ kind: 'unhealthy', failure: { reasonCode: 'http-status' }, elapsedMs: 4_300 })
  })

  it('says of a reason that nobody can act on by a rollback that it is unverifiable', async () => {
    const verdict = await new World().watch(rulesOf({ attempts: 1 }), [{ reasonCode: 'dns-failure' }])
    expect(verdict).toMatchObject({ kind: 'unverifiable', failure: { reasonCode: 'dns-failure' } })
  })

  it('tells of each attempt as it ends, with what comes next', async () => {
    const world = new World()
    await world.watch(rulesOf(), [bad, good])
    expect(
      world.attempts.map(({ attempt, afterMs }) => [attempt.endedMs, attempt.failure?.reasonCode, afterMs]),
    ).toEqual([
      [100, 'http-status', 2_000],
      [2_200, undefined, undefined],
    ])
  })

  it('rejects when the probe has a defect, and gives its slot back', async () => {
    const world = new World()
    const slots = new Slots(1)
    const defect = new TypeError('a defect')
    await expect(world.watch(rulesOf(), [good], { slots, probe: () => Promise.reject(defect) })).rejects.toBe(defect)
    expect(await slots.take(AbortSignal.timeout(1_000))).toBe(true)
  })
})

describe('the deadline', () => {
  it('clips the last attempt to the time that is left', async () => {
    const world = new World()
    const verdict = await world.watch(rulesOf({ deadlineMs: 15_000 }), [silent])
    expect(world.calls).toEqual([
      { atMs: 0, timeoutMs: 10_000 },
      { atMs: 12_000, timeoutMs: 3_000 },
    ])
    expect(verdict).toMatchObject({ kind: 'unhealthy', failure: { reasonCode: 'response-timeout' }, elapsedMs: 15_000 })
  })

  it('cuts off an attempt that is then no measurement, unless that had its whole time', async () => {
    const cutOff = await new World().watch(rulesOf({ deadlineMs: 5_000 }), [bad, silent])
    expect(cutOff.failure?.reasonCode).toBe('http-status')
    const whole = await new World().watch(rulesOf({ deadlineMs: 12_100 }), [bad, silent])
    expect(whole).toMatchObject({ failure: { reasonCode: 'response-timeout' }, elapsedMs: 12_100 })
  })

  it('leaves one last attempt to a service that asks for more time than there is', async () => {
    const world = new World()
    const verdict = await world.watch(rulesOf(), [{ ...bad, retryAfter: '3600' }, bad])
    expect(world.calls.map(({ atMs }) => atMs)).toEqual([0, 290_000])
    expect(verdict.elapsedMs).toBe(290_100)
  })

  it('that comes with the slot is not followed by an attempt', async () => {
    const world = new World()
    const slots = new Slots(1)
    await slots.take(world.signal)
    void world.clock.sleep(60_000, world.signal).then(() => slots.release())
    const verdict = await world.watch(rulesOf({ deadlineMs: 60_000 }), [good], { slots })
    expect(world.calls).toEqual([])
    expect(verdict.failure?.reasonCode).toBe('deadline-exceeded')
    expect(await slots.take(world.signal)).toBe(true)
  })

  it('is not waited for when no further try fits', async () => {
    const verdict = await new World().watch(rulesOf({ deadlineMs: 10_000, intervalMs: 6_000 }), [bad])
    expect(verdict.elapsedMs).toBe(6_200)
  })

  it('ends the wait for a slot', async () => {
    const world = new World()
    const slots = new Slots(1)
    await slots.take(world.signal)
    const verdict = await world.watch(rulesOf({ deadlineMs: 60_000 }), [good], { slots })
    expect(world.calls).toEqual([])
    expect(verdict).toMatchObject({
      kind: 'unhealthy',
      failure: { reasonCode: 'deadline-exceeded', detail: expect.stringContaining('no attempt could begin') },
      elapsedMs: 60_000,
      history: { attemptLog: [] },
    })
  })

  it('does not follow the wall clock', async () => {
    const world = new World()
    void world.clock.sleep(50_000, world.signal).then(() => world.clock.setDate(new Date('2031-01-01')))
    void world.clock.sleep(90_000, world.signal).then(() => world.clock.setDate(new Date('2001-01-01')))
    const verdict = await world.watch(rulesOf({ deadlineMs: 120_000, intervalMs: 10_000 }), [bad])
    expect(world.calls).toHaveLength(12)
    expect(verdict.elapsedMs).toBeGreaterThan(110_000)
    expect(verdict.elapsedMs).toBeLessThanOrEqual(120_000)
  })

  it('leaves no alarm behind when it is not needed', async () => {
    const world = new World()
    await world.watch(rulesOf({ deadlineMs: 3_600_000 }), [good])
    // The clock goes on only to those who sleep: with the alarm gone there is just this one.
    await world.clock.sleep(1, world.signal)
    await new Promise((resolve) => setImmediate(resolve))
    expect(world.clock.now()).toBe(101)
  })
})

describe('a cancelled job', () => {
  it('ends the sleep between attempts', async () => {
    const world = new World()
    world.cancelAfter(1_000)
    const verdict = await world.watch(rulesOf({ intervalMs: 60_000 }), [bad])
    expect(verdict).toMatchObject({ kind: 'undecided', failure: undefined, elapsedMs: 1_000 })
    expect(verdict.progress).toMatchObject({ attempts: 1, failure: { reasonCode: 'http-status' } })
    expect(verdict.history.attemptLog).toHaveLength(1)
    expect(world.calls).toHaveLength(1)
  })

  it('ends the attempt that is under way, which is no measurement', async () => {
    const world = new World()
    world.cancelAfter(3_000)
    const verdict = await world.watch(rulesOf(), [silent])
    expect(verdict).toMatchObject({ kind: 'undecided', elapsedMs: 3_000, history: { attemptLog: [] } })
    expect(verdict.progress).toMatchObject({ attempts: 0, failure: undefined, cutOff: undefined })
    expect(world.attempts).toEqual([])
  })

  it('ends the wait for a slot, and takes none', async () => {
    const world = new World()
    const slots = new Slots(1)
    await slots.take(world.signal)
    world.cancelAfter(5_000)
    const verdict = await world.watch(rulesOf(), [good], { slots })
    expect(verdict).toMatchObject({ kind: 'undecided', elapsedMs: 5_000, history: { attemptLog: [] } })
    expect(world.calls).toEqual([])
    slots.release()
    expect(await slots.take(new AbortController().signal)).toBe(true)
  })

  it('is not even begun when it was cancelled before', async () => {
    const world = new World()
    world.cancel()
    expect(await world.watch(rulesOf(), [good])).toMatchObject({ kind: 'undecided', elapsedMs: 0 })
    expect(world.calls).toEqual([])
  })

  it('after the verdict changes nothing', async () => {
    const world = new World()
    const verdict = world.watch(rulesOf(), [good], {
      onAttempt: () => {
        world.cancel()
      },
    })
    expect((await verdict).kind).toBe('healthy')
  })
})

describe('many targets', () => {
  it('are never more in flight than there are slots, one for each target at most, and all get their verdict', async () => {
    const world = new World()
    const slots = new Slots(8)
    const targets = Array.from({ length: 200 }, (_, index) => {
      const ways: Way[] = index % 2 === 0 ? [{ ...bad, tookMs: 400 }, good] : [{ ...bad, tookMs: 300 }]
      return world.watch(rulesOf({ attempts: 2 }), ways, { slots })
    })
    const kinds = (await Promise.all(targets)).map(({ kind }) => kind)
    expect(kinds).toEqual(Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 'healthy' : 'unhealthy')))
    expect(world.mostInFlight).toBe(8)
    expect(world.inFlight).toBe(0)
  })

  it('that wait for their next attempt hold no slot', async () => {
    const world = new World()
    const slots = new Slots(1)
    const rules = rulesOf({ intervalMs: 60_000, attempts: 2 })
    const verdicts = await Promise.all([1, 2, 3, 4].map(() => world.watch(rules, [bad], { slots })))
    // Were a slot held in the sleep, the fourth would begin after three minutes.
    expect(Math.max(...verdicts.map(({ elapsedMs }) => elapsedMs))).toBeLessThan(61_000)
    expect(world.calls.slice(0, 4).map(({ atMs }) => atMs)).toEqual([0, 100, 200, 300])
  })

  it('that hang do not cost the others their turn', async () => {
    const world = new World()
    const slots = new Slots(2)
    const hanging = world.watch(rulesOf({ deadlineMs: 60_000 }), [silent], { slots })
    const others = await Promise.all([1, 2, 3].map(() => world.watch(rulesOf(), [good], { slots })))
    expect(others.map(({ kind, elapsedMs }) => [kind, elapsedMs])).toEqual([
      ['healthy', 100],
      ['healthy', 200],
      ['healthy', 300],
    ])
    expect((await hanging).kind).toBe('unhealthy')
  })
})

describe('what is kept', () => {
  it('is each attempt in short, up to a limit, the newest', async () => {
    const verdict = await new World().watch(rulesOf({ attempts: keptAttempts + 10, intervalMs: 1_000 }), [bad])
    expect(verdict.progress.attempts).toBe(keptAttempts + 10)
    expect(verdict.history.attemptLog).toHaveLength(keptAttempts)
    expect(verdict.history.attemptLog[0]?.startedMs).toBe(11_000)
    expect(verdict.history.attemptLog[0]).toEqual({
      ...{ startedMs: 11_000, endedMs: 11_100, status: 200, latencyMs: 12, observedVersion: undefined },
      ...{ address: '127.0.0.1:80', failure: { reasonCode: 'http-status', detail: 'it was http-status' } },
    })
  })

  it('is the last response, also when attempts without one came after it', async () => {
    const ways: Way[] = [{ reasonCode: 'wrong-version', version: 'old' }, { reasonCode: 'connect-refused' }]
    const verdict = await new World().watch(rulesOf({ attempts: 3 }), ways)
    expect(verdict.history.lastResponse?.observedVersion?.text).toBe('old')
    expect(verdict.history.attemptLog.map(({ observedVersion }) => observedVersion)).toEqual([
      'old',
      undefined,
      undefined,
    ])
  })

  it('is the latency of good responses alone', async () => {
    const ways: Way[] = [
      { ...bad, latencyMs: 900 },
      { ...good, latencyMs: 20 },
      { ...good, latencyMs: 30 },
    ]
    const verdict = await new World().watch(rulesOf({ successThreshold: 2 }), ways)
    expect(verdict.history.latenciesMs).toEqual([20, 30])
  })
})

it('whatever the service does, no attempt overlaps another, begins early, or outlives the deadline', async () => {
  const way = fc.record({
    reasonCode: fc.constantFrom<ReasonCode | undefined>(undefined, 'http-status', 'connection-reset', 'tls-expired'),
    tookMs: fc.constantFrom(0, 10, 3_000, Number.POSITIVE_INFINITY),
  })
  const rules = fc.record({
    deadlineMs: fc.integer({ min: 1, max: 60_000 }),
    startPeriodMs: fc.constantFrom(0, 10_000),
    intervalMs: fc.constantFrom(500, 5_000),
    attempts: fc.constantFrom(0, 4),
    timeoutMs: fc.integer({ min: 1, max: 8_000 }),
    successThreshold: fc.integer({ min: 2, max: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(rules, fc.array(way, { minLength: 1, maxLength: 6 }), async (given, ways) => {
      const world = new World()
      const definite = ways.map(
        ({ reasonCode, tookMs }): Way => (reasonCode === undefined ? { tookMs } : { reasonCode, tookMs }),
      )
      const verdict = await world.watch(rulesOf(given), definite)
      expect(world.mostInFlight).toBeLessThanOrEqual(1)
      expect(verdict.elapsedMs).toBeLessThanOrEqual(given.deadlineMs)
      expect(verdict.kind).not.toBe('undecided')
      expect(world.attempts.at(-1)?.attempt.endedMs).toBe(verdict.elapsedMs)
      for (const { atMs, timeoutMs } of world.calls) {
        expect(atMs).toBeLessThan(given.deadlineMs)
        expect(timeoutMs).toBeLessThanOrEqual(given.timeoutMs)
        expect(atMs + timeoutMs).toBeLessThanOrEqual(given.deadlineMs + 1e-6)
      }
    }),
    { numRuns: 60 },
  )
})

describe('after the pass', () => {
  const after = (rest: Partial<Rules>) => rulesOf({ deadlineMs: 1_000, intervalMs: 100, timeoutMs: 500, ...rest })

  it('samples and soak have their own time, beyond the deadline, and are no attempts', async () => {
    const world = new World()
    const verdict = await world.watch(after({ samples: 20, soakMs: 5_000 }), [good])
    expect(verdict).toMatchObject({ kind: 'healthy', progress: { attempts: 1 }, samples: { p95Ms: 12 } })
    expect(verdict.samples?.latenciesMs).toHaveLength(20)
    expect(verdict.elapsedMs).toBeGreaterThan(9_000)
    expect(new Set(world.calls.map(({ timeoutMs }) => timeoutMs))).toEqual(new Set([500]))
    expect(verdict.history.latenciesMs).toHaveLength(world.calls.length)
  })

  it('is nothing without a pass', async () => {
    const verdict = await new World().watch(after({ attempts: 2, samples: 20, soakMs: 5_000 }), [bad])
    expect(verdict).toMatchObject({ kind: 'unhealthy', samples: undefined, history: { attemptLog: { length: 2 } } })
  })

  it('has no soak when the samples have failed', async () => {
    const world = new World()
    const verdict = await world.watch(after({ samples: 20, maxP95Ms: 5, soakMs: 60_000 }), [good])
    expect(verdict).toMatchObject({ kind: 'unhealthy', failure: { reasonCode: 'p95-too-high' } })
    expect(world.calls).toHaveLength(22)
  })

  it('is unhealthy when the soak is', async () => {
    const verdict = await new World().watch(after({ soakMs: 60_000 }), [good, bad])
    expect(verdict).toMatchObject({ kind: 'unhealthy', failure: { reasonCode: 'http-status' } })
    expect(verdict.failure?.detail).toContain('after the pass')
  })

  it('is unverifiable when the soak is', async () => {
    const verdict = await new World().watch(after({ soakMs: 60_000 }), [good, { reasonCode: 'tls-expired' }])
    expect(verdict).toMatchObject({ kind: 'unverifiable', failure: { reasonCode: 'tls-expired' } })
  })

  it.each([
    ['samples', { samples: 100, maxP95Ms: 1 }],
    ['a soak', { soakMs: 60_000 }],
    ['a single sample', { samples: 1 }],
    ['the shortest soak', { soakMs: 1 }],
  ])('cancelled as it begins, with %s to come, is undecided and never healthy', async (_, rest) => {
    const world = new World()
    const verdict = await world.watch(after(rest), [good], { onAttempt: () => world.cancel() })
    expect(verdict).toMatchObject({ kind: 'undecided', failure: undefined, progress: { good: 1 } })
  })

  it.each([
    ['samples', { samples: 100, maxP95Ms: 1 }],
    ['a soak', { soakMs: 60_000 }],
  ])('cancelled in %s is undecided', async (_, rest) => {
    const world = new World()
    world.cancelAfter(3_050)
    const verdict = await world.watch(after(rest), [good])
    expect(verdict).toMatchObject({ kind: 'undecided', failure: undefined })
    expect(verdict.elapsedMs).toBe(3_050)
  })
})
