import type { Clock } from '@deploy-safety/common/clock'
import { History } from './history.ts'
import type { Attempt } from './probe.ts'
import { isBlip, type TimedAttempt } from './progress.ts'
import type { Slots } from './slots.ts'

export interface ProbeEdges {
  readonly probe: (options: { timeoutMs: number; signal: AbortSignal }) => Promise<Attempt>
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Shared by all targets. A target that waits for its next attempt holds none. */
  readonly slots: Slots
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal
  /** `afterMs`: when the next one follows; undefined after the last. */
  readonly onAttempt: (attempt: TimedAttempt, afterMs: number | undefined) => void
  /** What begins after the pass. */
  readonly onPhase: (phase: Phase) => void
}

export type Phase =
  | { readonly kind: 'sampling'; readonly samples: number }
  | { readonly kind: 'soaking'; readonly soakMs: number }

/** Makes the attempts of one target, one at a time, each in a slot, and remembers them. */
export class Prober {
  readonly history = new History()
  readonly edges: ProbeEdges
  readonly #timeoutMs: number
  readonly #startMs: number

  constructor(timeoutMs: number, edges: ProbeEdges) {
    this.edges = edges
    this.#timeoutMs = timeoutMs
    this.#startMs = edges.clock.now()
  }

  /** Milliseconds since the start of the target. */
  now(): number {
    return this.edges.clock.now() - this.#startMs
  }

  /** ±10 %, so that many targets do not ask in step. */
  jitter(): number {
    return 0.9 + this.edges.random() * 0.2
  }

  /** One attempt, as soon as there is a slot, over by the deadline; none when `until` fires first or the job is cancelled. */
  async attempt(until: AbortSignal, deadlineMs = Number.POSITIVE_INFINITY): Promise<TimedAttempt | undefined> {
    const { slots, probe, signal } = this.edges
    if (!(await slots.take(until))) return undefined
    try {
      const startedMs = this.now()
      const leftMs = deadlineMs - startedMs
      if (leftMs <= 0) return undefined
      const attempt = await probe({ timeoutMs: Math.min(this.#timeoutMs, leftMs), signal })
      if (signal.aborted) return undefined
      const timed = { ...attempt, startedMs, endedMs: this.now(), clipped: leftMs < this.#timeoutMs }
      this.history.add(timed)
      return timed
    } finally {
      slots.release()
    }
  }

  /** One look after the pass, where a single blip of the transport is looked at again at once. */
  async look(): Promise<TimedAttempt | undefined> {
    const first = await this.attempt(this.edges.signal)
    return first?.failure !== undefined && isBlip(first.failure) ? this.attempt(this.edges.signal) : first
  }
}
