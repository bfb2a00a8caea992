import type { Clock } from '@deploy-safety/common/clock'
import { History } from './history.ts'
import type { Try } from './probe.ts'
import { isBlip, type TimedTry } from './progress.ts'
import type { Slots } from './slots.ts'

export interface ProbeEdges {
  readonly probe: (options: { timeoutMs: number; signal: AbortSignal }) => Promise<Try>
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Shared by all targets. A target that waits for its next try holds none. */
  readonly slots: Slots
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal
  /** `afterMs`: when the next one follows; undefined after the last. */
  readonly onTry: (tried: TimedTry, afterMs: number | undefined) => void
}

/** Makes the tries of one target, one at a time, each in a slot, and remembers them. */
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

  /** One try, as soon as there is a slot, over by the deadline; none when `until` fires first or the job is cancelled. */
  async try(until: AbortSignal, deadlineMs = Number.POSITIVE_INFINITY): Promise<TimedTry | undefined> {
    const { slots, probe, signal } = this.edges
    if (!(await slots.take(until))) return undefined
    try {
      const startedMs = this.now()
      const leftMs = deadlineMs - startedMs
      if (leftMs <= 0) return undefined
      const tried = await probe({ timeoutMs: Math.min(this.#timeoutMs, leftMs), signal })
      if (signal.aborted) return undefined
      const timed = { ...tried, startedMs, endedMs: this.now(), clipped: leftMs < this.#timeoutMs }
      this.history.add(timed)
      return timed
    } finally {
      slots.release()
    }
  }

  /** One look after the pass, where a single blip of the transport is looked at again at once. */
  async look(): Promise<TimedTry | undefined> {
    const first = await this.try(this.edges.signal)
    return first?.failure !== undefined && isBlip(first.failure) ? this.try(this.edges.signal) : first
  }
}
