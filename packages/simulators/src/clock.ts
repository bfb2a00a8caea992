import type { Clock } from '@deploy-safety/common/clock'

interface Sleeper {
  readonly wakesAtMs: number
  readonly wake: () => void
}

/**
 * A clock whose time passes only when nothing else can happen: once all code waits, it jumps to whoever wakes first.
 * Hours of waiting take milliseconds, and always in the same order. Real work (sockets, files, processes) is nothing it
 * can see; wrap it in `standStill`, or time runs away from it.
 */
export class VirtualClock implements Clock {
  #nowMs = 0
  #startMs: number
  #driving = false
  #holds = 0
  readonly #sleepers = new Set<Sleeper>()

  constructor(date: Date = new Date('2026-01-01T00:00:00Z')) {
    this.#startMs = date.getTime()
  }

  now(): number {
    return this.#nowMs
  }

  date(): Date {
    return new Date(this.#startMs + this.#nowMs)
  }

  /** A jump of the wall clock; `now()` does not move. */
  setDate(date: Date): void {
    this.#startMs = date.getTime() - this.#nowMs
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (Number.isNaN(ms)) throw new RangeError('Asked to sleep for NaN milliseconds')
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const wake = () => {
        this.#sleepers.delete(sleeper)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const sleeper = { wakesAtMs: this.#nowMs + Math.max(0, ms), wake }
      this.#sleepers.add(sleeper)
      signal.addEventListener('abort', wake)
      this.#drive()
    })
  }

  /** Time does not pass while the work is under way. */
  async standStill<T>(work: Promise<T>): Promise<T> {
    this.#holds += 1
    try {
      return await work
    } finally {
      this.#holds -= 1
      this.#drive()
    }
  }

  /** Promises are settled before an immediate runs, so by then all code that can go on has done so. */
  #drive(): void {
    if (this.#driving) return
    this.#driving = true
    setImmediate(() => {
      this.#driving = false
      const next = this.#holds > 0 ? undefined : this.#next()
      if (next === undefined) return
      this.#nowMs = next.wakesAtMs
      next.wake()
      if (this.#sleepers.size > 0) this.#drive()
    })
  }

  /** Who wakes first; of several at the same moment, who fell asleep first. A sleep without end has only its signal. */
  #next(): Sleeper | undefined {
    let next: Sleeper | undefined
    for (const sleeper of this.#sleepers) {
      if (sleeper.wakesAtMs < (next?.wakesAtMs ?? Number.POSITIVE_INFINITY)) next = sleeper
    }
    return next
  }
}
