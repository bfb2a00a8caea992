import type { Clock } from '@deploy-safety/common/clock'
import type { AnswerRecord } from './answer.ts'
import type { Try } from './probe.ts'
import {
  conclude,
  type Decision,
  decide,
  noProgress,
  type Progress,
  record,
  type TimedTry,
  type WaitingRules,
} from './progress.ts'
import { type Failure, reasons } from './reason.ts'
import type { Slots } from './slots.ts'

/** What the tries of one target came to. */
export interface Verdict {
  /** `undecided`: cancelled before anything could be said. */
  readonly kind: 'healthy' | 'unhealthy' | 'unverifiable' | 'undecided'
  /** Why, unless healthy or undecided. */
  readonly failure: Failure | undefined
  readonly progress: Progress
  /** The last ones, at most `keptTries`. */
  readonly tries: readonly TryRecord[]
  readonly lastAnswer: AnswerRecord | undefined
  /** Of all good answers. */
  readonly latenciesMs: readonly number[]
  readonly elapsedMs: number
}

export interface TryRecord {
  /** Since the start of the target. */
  readonly startedMs: number
  readonly endedMs: number
  readonly status: number | undefined
  readonly latencyMs: number | undefined
  readonly version: string | undefined
  readonly address: string | undefined
  readonly failure: Failure | undefined
}

export interface PollEdges {
  readonly probe: (options: { timeoutMs: number; signal: AbortSignal }) => Promise<Try>
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Shared by all targets. A target that waits for its next try holds none. */
  readonly slots: Slots
  readonly signal: AbortSignal
  readonly onTry: (tried: TimedTry, decision: Decision) => void
}

export const keptTries = 50

/** Tries a target until its rules say that it is healthy, or that it is not going to be. */
export async function poll(rules: WaitingRules, edges: PollEdges): Promise<Verdict> {
  const { clock, signal } = edges
  const start = clock.now()
  const deadline = alarm(rules.deadlineMs, edges)
  const history = new History()
  let progress = noProgress
  let decision: Decision = { kind: 'again', afterMs: 0 }
  while (decision.kind === 'again' && !signal.aborted) {
    if (decision.afterMs > 0) await clock.sleep(decision.afterMs, signal)
    const tried = await nextTry(rules, edges, { start, deadline: deadline.signal })
    if (signal.aborted) break
    if (tried === undefined) {
      decision = conclude(progress, rules)
      break
    }
    progress = { ...record(progress, tried, rules), lastChance: decision.lastChance === true }
    history.add(tried)
    decision = decide(progress, tried, rules, { jitter: 0.9 + edges.random() * 0.2, wallClock: clock.date() })
    edges.onTry(tried, decision)
  }
  deadline.stop()
  return { ...verdictOf(decision), progress, ...history, elapsedMs: clock.now() - start }
}

/** One try, as soon as there is a slot; none when the deadline comes first. */
async function nextTry(
  rules: WaitingRules,
  { clock, signal, slots, probe }: PollEdges,
  { start, deadline }: { start: number; deadline: AbortSignal },
): Promise<TimedTry | undefined> {
  if (!(await slots.take(deadline))) return undefined
  try {
    const startedMs = clock.now() - start
    const leftMs = rules.deadlineMs - startedMs
    if (leftMs <= 0) return undefined
    const tried = await probe({ timeoutMs: Math.min(rules.timeoutMs, leftMs), signal })
    return { ...tried, startedMs, endedMs: clock.now() - start, clipped: leftMs < rules.timeoutMs }
  } finally {
    slots.release()
  }
}

function verdictOf(decision: Decision): Pick<Verdict, 'kind' | 'failure'> {
  if (decision.kind === 'healthy') return { kind: 'healthy', failure: undefined }
  if (decision.kind === 'again') return { kind: 'undecided', failure: undefined }
  return { kind: reasons[decision.failure.reason].verdict, failure: decision.failure }
}

/** A signal that fires after a time or when the job is cancelled, and no later than it is no longer needed. */
function alarm(ms: number, { clock, signal }: PollEdges): { signal: AbortSignal; stop: () => void } {
  const ringing = new AbortController()
  const ring = () => ringing.abort()
  signal.addEventListener('abort', ring)
  void clock.sleep(ms, ringing.signal).then(ring)
  const stop = () => {
    signal.removeEventListener('abort', ring)
    ring()
  }
  return { signal: ringing.signal, stop }
}

/** What the report keeps of the tries; the answers themselves would not fit in memory for many targets. */
class History {
  readonly tries: TryRecord[] = []
  readonly latenciesMs: number[] = []
  lastAnswer: AnswerRecord | undefined

  add({ answer, failure, startedMs, endedMs }: TimedTry): void {
    const { status, latencyMs, address } = answer ?? {}
    this.tries.push({ startedMs, endedMs, status, latencyMs, version: answer?.version?.version, address, failure })
    if (this.tries.length > keptTries) this.tries.shift()
    this.lastAnswer = answer ?? this.lastAnswer
    if (answer !== undefined && failure === undefined) this.latenciesMs.push(answer.latencyMs)
  }
}
