import { performance } from 'node:perf_hooks'

/** Time as an edge, so that long waits are tested without waiting. */
export interface Clock {
  /** Milliseconds since a fixed moment; never jumps with the wall clock. */
  now(): number
  /** The wall clock, for people and reports only. */
  date(): Date
  /** Resolves after `ms`, or at once when the signal is aborted; the caller asks the signal which it was. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const wake = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      signal.addEventListener('abort', wake)
    }),
}
