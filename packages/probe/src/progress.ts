import { formatDuration } from '@deploy-safety/common/duration'
import type { Attempt } from './probe.ts'
import type { Failure, ReasonCode } from './reason.ts'
import { parseRetryAfter } from './retry-after.ts'

/** How long and how often a target is tried. All times in milliseconds. */
export interface WaitingRules {
  /** Counted from the start; no attempt ends after it. */
  readonly deadlineMs: number
  /** Failures of attempts begun in it are free. */
  readonly startPeriodMs: number
  /** From the end of an attempt to the next. */
  readonly intervalMs: number
  /** Most attempts, free ones aside; 0: as many as fit. */
  readonly attempts: number
  /** Of one attempt. */
  readonly timeoutMs: number
  /** Good responses in a row that make the target healthy. */
  readonly successThreshold: number
}

/** What the attempts so far add up to. */
export interface Progress {
  readonly attempts: number
  /** Failures in the start period. */
  readonly freeAttempts: number
  readonly good: number
  /** Good responses in a row, up to now and at most. */
  readonly streak: number
  readonly longestStreak: number
  /** A transport blip inside this streak was forgiven: there is one in a streak. */
  readonly blipForgiven: boolean
  /** The last attempt was that blip, so the next follows at once. */
  readonly retryAtOnce: boolean
  readonly responses: number
  readonly wrongVersions: number
  /** The last failure that was measured. */
  readonly failure: Failure | undefined
  /** How often that reason came in a row. */
  readonly failureRun: number
  /** Why the last attempt was cut off by the deadline. */
  readonly cutOff: Failure | undefined
  readonly lastChance: boolean
}

/** An attempt with its circumstances. */
export interface TimedAttempt extends Attempt {
  /** Since the start of the target. */
  readonly startedMs: number
  readonly endedMs: number
  /** It had less than its timeout, since the deadline was near. */
  readonly clipped: boolean
}

export type Decision =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'again'; readonly afterMs: number; readonly lastChance?: boolean }

export const noProgress: Progress = {
  attempts: 0,
  freeAttempts: 0,
  good: 0,
  streak: 0,
  longestStreak: 0,
  blipForgiven: false,
  retryAtOnce: false,
  responses: 0,
  wrongVersions: 0,
  failure: undefined,
  failureRun: 0,
  cutOff: undefined,
  lastChance: false,
}

const blips: readonly ReasonCode[] = [
  'dns-failure',
  'network-unreachable',
  'proxy-failure',
  'connect-refused',
  'connect-timeout',
  'connection-reset',
]

/** Adds an attempt. */
export function record(progress: Progress, attempt: TimedAttempt, rules: WaitingRules): Progress {
  const { failure } = attempt
  const { streak: soFar, blipForgiven } = progress
  if (failure !== undefined && soFar > 0 && !blipForgiven && isBlip(failure))
    return { ...progress, blipForgiven: true, retryAtOnce: true }
  const counted = {
    ...progress,
    retryAtOnce: false,
    responses: progress.responses + (attempt.response === undefined ? 0 : 1),
    wrongVersions: progress.wrongVersions + (failure?.reasonCode === 'wrong-version' ? 1 : 0),
  }
  return failure === undefined ? withSuccess(counted) : withFailure(counted, { ...attempt, failure }, rules)
}

function withSuccess(progress: Progress): Progress {
  const { attempts, good } = progress
  const streak = progress.streak + 1
  const longestStreak = Math.max(streak, progress.longestStreak)
  return { ...progress, attempts: attempts + 1, good: good + 1, streak, longestStreak, failureRun: 0 }
}

function withFailure(
  progress: Progress,
  { failure, startedMs, clipped, timedOut }: TimedAttempt & { readonly failure: Failure },
  rules: WaitingRules,
): Progress {
  const isFree = startedMs < rules.startPeriodMs && failure.hopeless !== 'at-once'
  const failed = {
    ...progress,
    attempts: progress.attempts + (isFree ? 0 : 1),
    freeAttempts: progress.freeAttempts + (isFree ? 1 : 0),
    streak: 0,
    blipForgiven: false,
  }
  if (clipped && timedOut) return { ...failed, cutOff: failure }
  const failureRun = failure.reasonCode === progress.failure?.reasonCode ? progress.failureRun + 1 : 1
  return { ...failed, failure, failureRun }
}

/** Whether a failure is one of the transport: nothing was measured, so one in a streak is tried again at once. */
export function isBlip({ reasonCode }: Failure): boolean {
  return blips.includes(reasonCode)
}

/** What to do after an attempt that was recorded. `jitter` is a factor around 1. */
export function decide(
  progress: Progress,
  attempt: TimedAttempt,
  rules: WaitingRules,
  circumstances: { readonly jitter: number; readonly wallClock: Date },
): Decision {
  if (progress.streak >= rules.successThreshold) return { kind: 'healthy' }
  if (progress.retryAtOnce) return { kind: 'again', afterMs: 0 }
  if (isHopeless(progress, attempt, rules)) return conclude(progress, rules)
  if (rules.attempts > 0 && progress.attempts >= rules.attempts) return conclude(progress, rules)
  if (progress.lastChance && attempt.failure !== undefined) return conclude(progress, rules)
  const now = attempt.endedMs
  const interval = rules.intervalMs * circumstances.jitter
  const asked = retryAfterMs(attempt, circumstances.wallClock)
  const wait = Math.max(interval, asked ?? 0)
  if (now + wait < rules.deadlineMs) return { kind: 'again', afterMs: wait }
  if (asked === undefined || asked <= interval) return conclude(progress, rules)
  const latest = Math.max(now + interval, rules.deadlineMs - rules.timeoutMs)
  return latest < rules.deadlineMs
    ? { kind: 'again', afterMs: latest - now, lastChance: true }
    : conclude(progress, rules)
}

/** The verdict when there are no further attempts. */
export function conclude(progress: Progress, rules: WaitingRules): Decision & { kind: 'failed' } {
  return { kind: 'failed', failure: finalFailure(progress, rules) }
}

function finalFailure(progress: Progress, rules: WaitingRules): Failure {
  const { failure, cutOff, good, longestStreak, responses, wrongVersions } = progress
  if (good > 0) {
    const last = failure === undefined ? '' : `; last failure: ${failure.detail} (${failure.reasonCode})`
    const detail = `${good} ${good === 1 ? 'success' : 'successes'}, at most ${longestStreak} of ${rules.successThreshold} in a row${last}`
    return { reasonCode: 'flapping', detail }
  }
  if (failure?.reasonCode === 'wrong-version') {
    return { ...failure, detail: `${failure.detail}, in ${wrongVersions} of ${responses} responses` }
  }
  if (failure !== undefined) return failure
  const why = cutOff === undefined ? 'no attempt could begin' : cutOff.detail
  return {
    reasonCode: 'deadline-exceeded',
    detail: `no attempt was completed within ${formatDuration(rules.deadlineMs)}: ${why}`,
  }
}

function isHopeless({ failureRun }: Progress, { failure, startedMs }: TimedAttempt, rules: WaitingRules): boolean {
  if (failure?.hopeless === 'at-once') return true
  if (startedMs < rules.startPeriodMs) return false
  return failure?.hopeless === 'after-start' || (failure?.hopeless === 'if-it-stays' && failureRun >= 3)
}

function retryAfterMs({ response }: Attempt, wallClock: Date): number | undefined {
  if (response?.status !== 429 && response?.status !== 503) return undefined
  return parseRetryAfter(response.headers['retry-after'], wallClock)
}
