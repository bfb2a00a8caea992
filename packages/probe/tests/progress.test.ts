import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  conclude,
  type Decision,
  decide,
  noProgress,
  type Progress,
  record,
  type TimedAttempt,
  type WaitingRules,
} from '../src/progress.ts'
import type { Failure, ReasonCode } from '../src/reason.ts'
import { recordOf } from '../src/response.ts'
import { responseOf } from './support/made.ts'

const rulesOf = (rest: Partial<WaitingRules> = {}): WaitingRules => ({
  deadlineMs: 300_000,
  startPeriodMs: 0,
  intervalMs: 2_000,
  attempts: 0,
  timeoutMs: 10_000,
  successThreshold: 1,
  ...rest,
})

/** How an attempt goes: `good`, or a reason; 100 ms each unless said otherwise, `silent` as long as it may take. */
interface Way {
  readonly reasonCode?: ReasonCode
  readonly status?: number
  readonly retryAfter?: string
  readonly hopeless?: Failure['hopeless']
  readonly tookMs?: number
  readonly silent?: boolean
}

const good: Way = {}
const bad: Way = { reasonCode: 'http-status', status: 500 }
const old: Way = { reasonCode: 'wrong-version' }
const blip: Way = { reasonCode: 'connection-reset' }
const silent: Way = { reasonCode: 'response-timeout', silent: true }
const expired: Way = { reasonCode: 'tls-expired', hopeless: 'if-it-stays' }
const asksToWait = (seconds: number | string, status: 429 | 503 = 503): Way => ({
  reasonCode: status === 429 ? 'rate-limited' : 'http-status',
  status,
  retryAfter: String(seconds),
})

const noResponse: readonly ReasonCode[] = [
  ...(['dns-failure', 'connect-refused', 'connect-timeout', 'connection-reset', 'response-timeout'] as const),
  ...(['network-unreachable', 'address-refused'] as const),
  ...(['tls-expired', 'tls-name-mismatch'] as const),
]

const wallClock = new Date('2026-03-01T12:00:00Z')

interface Run {
  readonly attemptLog: readonly (TimedAttempt & { readonly way: Way })[]
  readonly progress: Progress
  readonly decision: Decision
  /** Each wait before an attempt. */
  readonly waitsMs: readonly number[]
}

/** Plays attempts through `record` and `decide`, as poll does; the last way goes on and on. */
function play(rules: WaitingRules, ways: readonly Way[], jitter = 1): Run {
  const attemptLog: Run['attemptLog'][number][] = []
  const waitsMs: number[] = []
  let progress = noProgress
  let decision: Decision = { kind: 'again', afterMs: 0 }
  let nowMs = 0
  while (decision.kind === 'again') {
    waitsMs.push(decision.afterMs)
    nowMs += decision.afterMs
    if (nowMs >= rules.deadlineMs || attemptLog.length > 5_000) {
      decision = conclude(progress, rules)
      break
    }
    const attempt = attemptOf(ways[Math.min(attemptLog.length, ways.length - 1)] ?? good, nowMs, rules)
    attemptLog.push(attempt)
    nowMs = attempt.endedMs
    progress = { ...record(progress, attempt, rules), lastChance: decision.lastChance === true }
    const now = new Date(wallClock.getTime() + nowMs)
    decision = decide(progress, attempt, rules, { jitter, wallClock: now })
  }
  return { attemptLog, progress, decision, waitsMs: waitsMs.slice(1) }
}

function attemptOf(way: Way, startedMs: number, rules: WaitingRules): TimedAttempt & { way: Way } {
  const { reasonCode, status = 200, retryAfter, hopeless } = way
  const allowedMs = Math.min(rules.timeoutMs, rules.deadlineMs - startedMs)
  const neededMs = way.silent ? Number.POSITIVE_INFINITY : (way.tookMs ?? 100)
  const timedOut = neededMs >= allowedMs
  const clipped = rules.deadlineMs - startedMs < rules.timeoutMs
  const times = { addresses: [], startedMs, endedMs: startedMs + Math.min(neededMs, allowedMs), clipped, timedOut, way }
  if (timedOut)
    return { response: undefined, failure: { reasonCode: 'response-timeout', detail: 'timed out' }, ...times }
  const failure = reasonCode && {
    reasonCode,
    detail: `it was ${reasonCode}`,
    ...(hopeless === undefined ? {} : { hopeless }),
  }
  if (reasonCode !== undefined && noResponse.includes(reasonCode)) return { response: undefined, failure, ...times }
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
  return { response: recordOf(responseOf({ status, headers })), failure, ...times }
}

function failureOf(run: Run): Failure {
  if (run.decision.kind !== 'failed') throw new Error(`Not failed, but ${run.decision.kind}`)
  return run.decision.failure
}

const startsOf = ({ attemptLog }: Run) => attemptLog.map(({ startedMs }) => startedMs)

describe('good responses', () => {
  it('one is enough by default', () => {
    const run = play(rulesOf(), [good])
    expect(run.decision).toEqual({ kind: 'healthy' })
    expect(run.attemptLog).toHaveLength(1)
    expect(run.progress).toMatchObject({ attempts: 1, good: 1 })
  })

  it('as many in a row as success-threshold are needed, an interval apart', () => {
    const run = play(rulesOf({ successThreshold: 3 }), [good])
    expect(run.decision.kind).toBe('healthy')
    expect(startsOf(run)).toEqual([0, 2_100, 4_200])
  })

  it('a measured failure begins the row anew', () => {
    const run = play(rulesOf({ successThreshold: 3 }), [good, good, bad, good, good, good])
    expect(run.decision.kind).toBe('healthy')
    expect(run.attemptLog).toHaveLength(6)
  })

  it('that never come in a row are flapping, with the numbers and the last failure', () => {
    const run = play(rulesOf({ successThreshold: 3, attempts: 6 }), [good, good, bad])
    expect(failureOf(run)).toEqual({
      reasonCode: 'flapping',
      detail: '2 successes, at most 2 of 3 in a row; last failure: it was http-status (http-status)',
    })
  })

  it('that come too late are flapping too', () => {
    const run = play(rulesOf({ successThreshold: 3, deadlineMs: 8_000 }), [bad, bad, good])
    expect(failureOf(run).reasonCode).toBe('flapping')
  })
})

describe('a blip of the transport', () => {
  const rules = rulesOf({ successThreshold: 3 })

  it.each([
    ...(['dns-failure', 'network-unreachable', 'connect-refused', 'connect-timeout'] as const),
    'connection-reset' as const,
  ])('inside a row, %s, is tried again at once and counts as nothing', (reasonCode) => {
    const run = play(rules, [good, { reasonCode }, good, good])
    expect(run.decision.kind).toBe('healthy')
    expect(run.waitsMs).toEqual([2_000, 0, 2_000])
    expect(run.progress).toMatchObject({ attempts: 3, good: 3, failure: undefined })
  })

  it('is forgiven once in a row: the second one is a failure', () => {
    const run = play(rules, [good, blip, blip, good])
    expect(run.waitsMs).toEqual([2_000, 0, 2_000, 2_000, 2_000])
    expect(run.progress.attempts).toBe(5)
    const later = play(rules, [good, blip, good, blip, good])
    expect(later.attemptLog).toHaveLength(7)
    expect(later.waitsMs).toEqual([2_000, 0, 2_000, 2_000, 2_000, 2_000])
  })

  it('is forgiven again in a new row', () => {
    const run = play(rules, [good, blip, bad, good, blip, good, good])
    expect(run.decision.kind).toBe('healthy')
    expect(run.attemptLog).toHaveLength(7)
  })

  it('outside of a row is a failure', () => {
    const run = play(rules, [blip, good, good, good])
    expect(run.waitsMs).toEqual([2_000, 2_000, 2_000])
    expect(run.progress.attempts).toBe(4)
  })

  it.each<Way>([
    { reasonCode: 'response-timeout' },
    bad,
    old,
    { reasonCode: 'protocol-error' },
    { reasonCode: 'too-slow' },
  ])('%j is none: it was measured', (way) => {
    const run = play(rules, [good, way, good])
    expect(run.waitsMs[1]).toBe(2_000)
    expect(run.attemptLog).toHaveLength(5)
  })
})

describe('the start period', () => {
  it('makes failures free, and does not count them as attempts', () => {
    const run = play(rulesOf({ startPeriodMs: 60_000, attempts: 2 }), [bad])
    const inIt = run.attemptLog.filter(({ startedMs }) => startedMs < 60_000).length
    expect(inIt).toBeGreaterThan(20)
    expect(run.progress).toMatchObject({ attempts: 2, freeAttempts: inIt })
    expect(run.attemptLog).toHaveLength(inIt + 2)
  })

  it('takes a pass at once', () => {
    const run = play(rulesOf({ startPeriodMs: 60_000 }), [bad, good])
    expect(run.decision.kind).toBe('healthy')
    expect(startsOf(run)).toEqual([0, 2_100])
    expect(run.progress).toMatchObject({ attempts: 1, freeAttempts: 1 })
  })

  it('is judged by the beginning of an attempt', () => {
    const run = play(rulesOf({ startPeriodMs: 1_000, attempts: 1 }), [{ ...bad, tookMs: 5_000 }, bad])
    expect(run.progress).toMatchObject({ attempts: 1, freeAttempts: 1 })
  })

  it('is not for what no later attempt could change', () => {
    const refused: Way = { reasonCode: 'address-refused', hopeless: 'at-once' }
    const { attemptLog, progress } = play(rulesOf({ startPeriodMs: 60_000 }), [refused])
    expect(attemptLog).toHaveLength(1)
    expect(progress).toMatchObject({ attempts: 1, freeAttempts: 0 })
  })

  it.each<Way>([
    { reasonCode: 'http-status', status: 410, hopeless: 'after-start' },
    { reasonCode: 'redirect-refused', status: 302, hopeless: 'after-start' },
    { reasonCode: 'tls-expired', hopeless: 'if-it-stays' },
    { reasonCode: 'tls-name-mismatch', hopeless: 'if-it-stays' },
  ])('makes also $reasonCode ($hopeless) free: it may pass later', (way) => {
    const run = play(rulesOf({ startPeriodMs: 60_000 }), [way, way, way, way, good])
    expect(run.decision.kind).toBe('healthy')
    expect(run.progress).toMatchObject({ attempts: 1, freeAttempts: 4 })
    const stays = play(rulesOf({ startPeriodMs: 60_000 }), [way])
    // The first attempt after it is one too many.
    expect(stays.attemptLog.filter(({ startedMs }) => startedMs >= 60_000)).toHaveLength(1)
    expect(stays.progress.attempts).toBe(1)
    expect(failureOf(stays).reasonCode).toBe(way.reasonCode)
  })
})

describe('attempts', () => {
  it.each([1, 2, 7])('%d of them are made, and there is no wait after the last', (attempts) => {
    const run = play(rulesOf({ attempts }), [bad])
    expect(run.attemptLog).toHaveLength(attempts)
    expect(run.progress.attempts).toBe(attempts)
    expect(run.decision).toMatchObject({ kind: 'failed', failure: { reasonCode: 'http-status' } })
  })

  it('the last one is judged, and may pass', () => {
    expect(play(rulesOf({ attempts: 3 }), [bad, bad, good]).decision.kind).toBe('healthy')
  })

  it('none means that the deadline alone decides', () => {
    expect(play(rulesOf({ deadlineMs: 60_000 }), [bad]).attemptLog.length).toBeGreaterThan(25)
  })
})

describe('the interval', () => {
  it.each([0.9, 1, 1.1])('is counted from the end of an attempt, times the jitter %d', (jitter) => {
    const run = play(rulesOf({ attempts: 3 }), [{ ...bad, tookMs: 3_000 }], jitter)
    expect(startsOf(run)).toEqual([0, 3_000 + 2_000 * jitter, 6_000 + 4_000 * jitter])
  })

  it('that would end at the deadline or after it is not slept', () => {
    const run = play(rulesOf({ deadlineMs: 4_200 }), [bad])
    // After the second attempt 4,200 ms would be reached exactly.
    expect(startsOf(run)).toEqual([0, 2_100])
    expect(run.waitsMs).toEqual([2_000])
    expect(play(rulesOf({ deadlineMs: 4_201 }), [bad]).attemptLog).toHaveLength(3)
  })
})

describe('an attempt that the deadline cuts off', () => {
  const rules = rulesOf({ deadlineMs: 10_000 })

  it('and that only ran out of time does not replace what was measured before', () => {
    const run = play(rules, [bad, silent])
    expect(run.attemptLog.at(-1)).toMatchObject({ timedOut: true, clipped: true })
    expect(failureOf(run)).toMatchObject({ reasonCode: 'http-status', detail: 'it was http-status' })
  })

  it('but that was answered does', () => {
    const run = play(rulesOf({ deadlineMs: 3_000 }), [bad, old])
    expect(run.attemptLog.at(-1)?.clipped).toBe(true)
    expect(failureOf(run).reasonCode).toBe('wrong-version')
  })

  it('is the reason only when no attempt could end', () => {
    const run = play(rulesOf({ deadlineMs: 5_000 }), [silent])
    expect(failureOf(run)).toEqual({
      reasonCode: 'deadline-exceeded',
      detail: 'no attempt was completed within 5 s: timed out',
    })
  })

  it('and that had its whole time is a measured failure', () => {
    const run = play(rulesOf({ deadlineMs: 10_000 }), [silent])
    expect(failureOf(run).reasonCode).toBe('response-timeout')
  })

  it('may be good', () => {
    expect(play(rulesOf({ deadlineMs: 3_000 }), [bad, good]).decision.kind).toBe('healthy')
  })
})

it('without any attempt the deadline was exceeded', () => {
  expect(conclude(noProgress, rulesOf({ deadlineMs: 60_000 })).failure).toEqual({
    reasonCode: 'deadline-exceeded',
    detail: 'no attempt was completed within 1m: no attempt could begin',
  })
})

describe('the reason', () => {
  it('is that of the last failing attempt', () => {
    expect(failureOf(play(rulesOf({ attempts: 3 }), [old, blip, bad])).reasonCode).toBe('http-status')
  })

  it('of an old version says how many responses said so', () => {
    const run = play(rulesOf({ attempts: 5 }), [bad, blip, old])
    expect(failureOf(run).detail).toBe('it was wrong-version, in 3 of 4 responses')
  })
})

describe('what is hopeless', () => {
  it.each(['at-once', 'after-start'] as const)('%s ends at once where there is no start period', (hopeless) => {
    const run = play(rulesOf(), [bad, { reasonCode: 'redirect-refused', hopeless }])
    expect(run.attemptLog).toHaveLength(2)
    expect(failureOf(run).reasonCode).toBe('redirect-refused')
  })

  it.each(['tls-expired', 'tls-name-mismatch'] as const)(
    'when %s stays ends after three attempts running',
    (reasonCode) => {
      const run = play(rulesOf(), [{ reasonCode, hopeless: 'if-it-stays' }])
      expect(run.attemptLog).toHaveLength(3)
      expect(failureOf(run).reasonCode).toBe(reasonCode)
    },
  )

  it('counts only attempts that run on', () => {
    const run = play(rulesOf(), [expired, expired, bad, expired, expired, expired])
    expect(run.attemptLog).toHaveLength(6)
    const passed = play(rulesOf({ successThreshold: 2 }), [expired, expired, good, expired, expired, expired])
    expect(passed.attemptLog).toHaveLength(6)
  })

  it('waits for the end of the start period', () => {
    const run = play(rulesOf({ startPeriodMs: 60_000 }), [expired])
    expect(run.attemptLog.at(-1)?.startedMs).toBeGreaterThanOrEqual(60_000)
    expect(run.attemptLog.at(-2)?.startedMs).toBeGreaterThanOrEqual(60_000 - 2_100)
    expect(run.decision.kind).toBe('failed')
  })
})

describe('Retry-After', () => {
  it.each([429, 503] as const)('of a %d is obeyed when it is longer than the interval', (status) => {
    const run = play(rulesOf(), [asksToWait(30, status), good])
    expect(run.waitsMs).toEqual([30_000])
  })

  it('may be a date', () => {
    const run = play(rulesOf(), [asksToWait('Sun, 01 Mar 2026 12:00:30 GMT'), good])
    // The wall clock showed 12:00:00.100 at the end of the attempt.
    expect(run.waitsMs).toEqual([29_900])
  })

  it.each([1, 2, 0, 'soon', '-5', 'Sun, 01 Mar 2026 11:00:00 GMT'])(
    'that is %s is shorter than the interval, past or garbage, and ignored',
    (value) => {
      expect(play(rulesOf(), [asksToWait(value), good]).waitsMs).toEqual([2_000])
    },
  )

  it('of any other response is ignored', () => {
    expect(play(rulesOf(), [{ ...bad, retryAfter: '30' }, good]).waitsMs).toEqual([2_000])
    expect(play(rulesOf(), [{ ...bad, status: 301, retryAfter: '30' }, good]).waitsMs).toEqual([2_000])
  })

  it('does not make the interval longer than it asks, nor add jitter', () => {
    expect(play(rulesOf(), [asksToWait(30), good], 1.1).waitsMs).toEqual([30_000])
  })

  it.each([300, 301, 86_400, '9'.repeat(400), 'Sat, 01 Mar 2036 12:00:00 GMT'])(
    'of %s, longer than the time left, leads to one last attempt, as late as a whole one fits',
    (value) => {
      const run = play(rulesOf(), [asksToWait(value)])
      expect(startsOf(run)).toEqual([0, 290_000])
      expect(run.attemptLog[1]?.clipped).toBe(false)
      expect(failureOf(run).reasonCode).toBe('http-status')
    },
  )

  it('leaves that last attempt less than its timeout when an interval has to pass before it', () => {
    const run = play(rulesOf({ deadlineMs: 8_000 }), [asksToWait(60)])
    expect(startsOf(run)).toEqual([0, 2_100])
    expect(run.attemptLog).toHaveLength(2)
  })

  it('leads to no last attempt when not even the interval fits', () => {
    expect(play(rulesOf({ deadlineMs: 2_050 }), [asksToWait(60)]).attemptLog).toHaveLength(1)
  })

  it('the last attempt may pass', () => {
    expect(play(rulesOf(), [asksToWait(3_600), good]).decision.kind).toBe('healthy')
  })

  it.each<Way>([bad, old, silent, asksToWait(1), asksToWait(3_600)])(
    'the last attempt is the last one, should it end in %j',
    (way) => {
      expect(play(rulesOf(), [asksToWait(3_600), way]).attemptLog).toHaveLength(2)
    },
  )

  it('does not add to attempts', () => {
    expect(play(rulesOf({ attempts: 1 }), [asksToWait(30)]).attemptLog).toHaveLength(1)
    expect(play(rulesOf({ attempts: 3 }), [asksToWait(10)]).attemptLog).toHaveLength(3)
  })
})

describe('whatever the attempts do', () => {
  const way = fc.oneof(
    { weight: 4, arbitrary: fc.constant(good) },
    fc.constantFrom<Way>(
      bad,
      old,
      blip,
      silent,
      expired,
      { reasonCode: 'connect-refused' },
      { reasonCode: 'too-slow' },
    ),
    fc.constantFrom<Way>(
      { reasonCode: 'http-status', status: 410, hopeless: 'after-start' },
      { reasonCode: 'address-refused', hopeless: 'at-once' },
      { ...good, tookMs: 4_000 },
    ),
    fc.record({
      reasonCode: fc.constantFrom<ReasonCode>('http-status', 'rate-limited'),
      status: fc.constantFrom(429, 503),
      retryAfter: fc.constantFrom('1', '10', '100', '100000', 'x'),
      tookMs: fc.integer({ min: 0, max: 12_000 }),
    }),
  )
  const rules = fc.record({
    deadlineMs: fc.integer({ min: 1, max: 120_000 }),
    startPeriodMs: fc.constantFrom(0, 0, 5_000, 60_000),
    intervalMs: fc.constantFrom(100, 2_000, 15_000),
    attempts: fc.constantFrom(0, 1, 3, 10),
    timeoutMs: fc.integer({ min: 1, max: 20_000 }),
    successThreshold: fc.integer({ min: 1, max: 4 }),
  })
  const jitter = fc.double({ min: 0.9, max: 1.1, noNaN: true })
  const runs = fc
    .tuple(rules, fc.array(way, { minLength: 1, maxLength: 12 }), jitter)
    .map(([given, ways, factor]) => ({ rules: given, factor, run: play(given, ways, factor) }))
  const each = (check: (made: { rules: WaitingRules; factor: number; run: Run }) => void) =>
    fc.assert(fc.property(runs, check), { numRuns: 300 })

  it('no attempt begins at the deadline or after it, none ends after it, and no sleep reaches it', () => {
    each(({ rules: { deadlineMs, timeoutMs }, run }) => {
      for (const { startedMs, endedMs } of run.attemptLog) {
        expect(startedMs).toBeLessThan(deadlineMs)
        expect(endedMs).toBeLessThanOrEqual(deadlineMs + 1e-6)
        expect(endedMs - startedMs).toBeLessThanOrEqual(timeoutMs + 1e-6)
      }
      // Every wait that was asked for was followed by an attempt: there is no sleep after the last one.
      expect(run.waitsMs).toHaveLength(run.attemptLog.length - 1)
    })
  })

  it('every wait is at least the interval, except for the one after a blip', () => {
    each(({ rules: { intervalMs }, factor, run }) => {
      for (const [index, waitMs] of run.waitsMs.entries()) {
        const after = run.attemptLog[index]?.failure?.reasonCode
        if (waitMs === 0) expect(['connection-reset', 'connect-refused']).toContain(after)
        else expect(waitMs).toBeGreaterThanOrEqual(intervalMs * factor - 1e-6)
      }
    })
  })

  it('attempts are never more than allowed, and are all attempts but the free ones and forgiven blips', () => {
    each(({ rules: { attempts, startPeriodMs }, run }) => {
      if (attempts > 0) expect(run.progress.attempts).toBeLessThanOrEqual(attempts)
      const forgiven = run.waitsMs.filter((ms) => ms === 0).length
      const free = run.attemptLog.filter(({ failure, startedMs }) => failure !== undefined && startedMs < startPeriodMs)
      const counted = run.attemptLog.length - run.progress.attempts - run.progress.freeAttempts
      expect(run.progress.freeAttempts).toBeLessThanOrEqual(free.length)
      // A blip of the very last attempt was forgiven, but not tried again.
      expect([forgiven, forgiven + 1]).toContain(counted)
    })
  })

  it('it is healthy only after enough good responses in a row with at most one blip between them, and then at once', () => {
    each(({ rules: { successThreshold }, run }) => {
      const letters = run.attemptLog.map(({ failure }) =>
        failure === undefined ? 'g' : ['connection-reset', 'connect-refused'].includes(failure.reasonCode) ? 'b' : 'f',
      )
      const row = /(?:g+b?)?g+$/.exec(letters.join(''))?.[0].replaceAll('b', '') ?? ''
      const isHealthy = run.decision.kind === 'healthy'
      if (isHealthy) expect(row.length).toBeGreaterThanOrEqual(successThreshold)
      const before = letters.slice(0, isHealthy ? -1 : undefined).join('')
      expect(before).not.toContain('g'.repeat(successThreshold))
    })
  })

  it('the reason is the last one measured, unless there were good responses, or nothing was measured at all', () => {
    each(({ run }) => {
      if (run.decision.kind !== 'failed') return
      const { reasonCode } = run.decision.failure
      const measured = run.attemptLog.filter(({ failure, clipped, timedOut }) => failure && !(clipped && timedOut))
      if (run.attemptLog.some(({ failure }) => failure === undefined)) expect(reasonCode).toBe('flapping')
      else if (measured.length === 0) expect(reasonCode).toBe('deadline-exceeded')
      else expect(reasonCode).toBe(measured.at(-1)?.failure?.reasonCode)
    })
  })

  it('a Retry-After is overridden once at most, and then it is the last attempt', () => {
    each(({ rules: { intervalMs, successThreshold }, factor, run }) => {
      // With more good responses to come it is not the last.
      if (successThreshold > 1) return
      const early = run.waitsMs.flatMap((waitMs, index) => {
        const { response } = run.attemptLog[index] ?? {}
        const asked = Number(response?.headers['retry-after'] ?? 0) * 1_000
        return asked > intervalMs * factor && waitMs < asked ? [index] : []
      })
      expect(early).toEqual(early.length === 0 ? [] : [run.waitsMs.length - 1])
    })
  })
})
