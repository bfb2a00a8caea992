import { formatDuration } from '@deploy-safety/common/duration'
import type { Try } from './probe.ts'
import type { Failure, Reason } from './reason.ts'
import { parseRetryAfter } from './retry-after.ts'

/** How long and how often a target is tried. All times in milliseconds. */
export interface WaitingRules {
  /** Counted from the start; no try ends after it. */
  readonly deadlineMs: number
  /** Failures of tries begun in it are free. */
  readonly startPeriodMs: number
  /** From the end of a try to the next. */
  readonly intervalMs: number
  /** Most tries, free ones aside; 0: as many as fit. */
  readonly attempts: number
  /** Of one try. */
  readonly timeoutMs: number
  /** Good answers in a row that make the target healthy. */
  readonly successThreshold: number
}

/** What the tries so far add up to. */
export interface Progress {
  readonly attempts: number
  /** Failures in the start period. */
  readonly freeTries: number
  readonly good: number
  /** Good answers in a row, up to now and at most. */
  readonly streak: number
  readonly longestStreak: number
  /** A transport blip inside this streak was forgiven: there is one in a streak. */
  readonly blipForgiven: boolean
  /** The last try was that blip, so the next follows at once. */
  readonly retryAtOnce: boolean
  readonly answers: number
  readonly wrongVersions: number
  /** The last failure that was measured. */
  readonly failure: Failure | undefined
  /** How often that reason came in a row. */
  readonly failureRun: number
  /** Why the last try was cut off by the deadline. */
  readonly cutOff: Failure | undefined
  readonly lastChance: boolean
}

/** A try with its circumstances. */
export interface TimedTry extends Try {
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
  freeTries: 0,
  good: 0,
  streak: 0,
  longestStreak: 0,
  blipForgiven: false,
  retryAtOnce: false,
  answers: 0,
  wrongVersions: 0,
  failure: undefined,
  failureRun: 0,
  cutOff: undefined,
  lastChance: false,
}

const blips: readonly Reason[] = [
  'dns-failure',
  'proxy-failure',
  'connect-refused',
  'connect-timeout',
  'connection-reset',
]

/** Adds a try. */
export function record(progress: Progress, tried: TimedTry, rules: WaitingRules): Progress {
  const { failure } = tried
  const { streak: soFar, blipForgiven } = progress
  if (failure !== undefined && soFar > 0 && !blipForgiven && isBlip(failure))
    return { ...progress, blipForgiven: true, retryAtOnce: true }
  const counted = {
    ...progress,
    retryAtOnce: false,
    answers: progress.answers + (tried.answer === undefined ? 0 : 1),
    wrongVersions: progress.wrongVersions + (failure?.reason === 'wrong-version' ? 1 : 0),
  }
  if (failure === undefined) {
    const streak = progress.streak + 1
    const longestStreak = Math.max(streak, progress.longestStreak)
    return {
      ...counted,
      attempts: progress.attempts + 1,
      good: progress.good + 1,
      streak,
      longestStreak,
      failureRun: 0,
    }
  }
  const isFree = tried.startedMs < rules.startPeriodMs
  const failed = {
    ...counted,
    attempts: progress.attempts + (isFree ? 0 : 1),
    freeTries: progress.freeTries + (isFree ? 1 : 0),
    streak: 0,
    blipForgiven: false,
  }
  if (tried.clipped && tried.timedOut) return { ...failed, cutOff: failure }
  const failureRun = failure.reason === progress.failure?.reason ? progress.failureRun + 1 : 1
  return { ...failed, failure, failureRun }
}

/** Whether a failure is one of the transport: nothing was measured, so one in a streak is tried again at once. */
export function isBlip({ reason }: Failure): boolean {
  return blips.includes(reason)
}

/** What to do after a try that was recorded. `jitter` is a factor around 1. */
export function decide(
  progress: Progress,
  tried: TimedTry,
  rules: WaitingRules,
  circumstances: { readonly jitter: number; readonly wallClock: Date },
): Decision {
  if (progress.streak >= rules.successThreshold) return { kind: 'healthy' }
  if (progress.retryAtOnce) return { kind: 'again', afterMs: 0 }
  if (isHopeless(progress, tried, rules)) return conclude(progress, rules)
  if (rules.attempts > 0 && progress.attempts >= rules.attempts) return conclude(progress, rules)
  if (progress.lastChance && tried.failure !== undefined) return conclude(progress, rules)
  const now = tried.endedMs
  const interval = rules.intervalMs * circumstances.jitter
  const asked = retryAfterMs(tried, circumstances.wallClock)
  const wait = Math.max(interval, asked ?? 0)
  if (now + wait < rules.deadlineMs) return { kind: 'again', afterMs: wait }
  if (asked === undefined || asked <= interval) return conclude(progress, rules)
  const latest = Math.max(now + interval, rules.deadlineMs - rules.timeoutMs)
  return latest < rules.deadlineMs
    ? { kind: 'again', afterMs: latest - now, lastChance: true }
    : conclude(progress, rules)
}

/** The verdict when there are no further tries. */
export function conclude(progress: Progress, rules: WaitingRules): Decision & { kind: 'failed' } {
  return { kind: 'failed', failure: finalFailure(progress, rules) }
}

function finalFailure(progress: Progress, rules: WaitingRules): Failure {
  const { failure, cutOff, good, longestStreak, answers, wrongVersions } = progress
  if (good > 0) {
    const last = failure === undefined ? '' : `; the last failure: ${failure.reason}, ${failure.detail}`
    const detail = `${good} good answers, at most ${longestStreak} of ${rules.successThreshold} in a row${last}`
    return { reason: 'flapping', detail }
  }
  if (failure?.reason === 'wrong-version') {
    return { ...failure, detail: `${failure.detail}, in ${wrongVersions} of ${answers} answers` }
  }
  if (failure !== undefined) return failure
  const why = cutOff === undefined ? 'no try could begin' : cutOff.detail
  return {
    reason: 'deadline-exceeded',
    detail: `no try could be completed within ${formatDuration(rules.deadlineMs)}: ${why}`,
  }
}

function isHopeless({ failureRun }: Progress, { failure, startedMs }: TimedTry, rules: WaitingRules): boolean {
  if (failure?.hopeless === 'at-once') return true
  return failure?.hopeless === 'if-it-stays' && failureRun >= 3 && startedMs >= rules.startPeriodMs
}

function retryAfterMs({ answer }: Try, wallClock: Date): number | undefined {
  if (answer?.status !== 429 && answer?.status !== 503) return undefined
  return parseRetryAfter(answer.headers['retry-after'], wallClock)
}
