/** Time as an edge, so that long waits are tested without waiting. */
export interface Clock {
  /** Milliseconds since a fixed moment; never jumps with the wall clock. */
  now(): number
  /** The wall clock, for people and reports only. */
  date(): Date
  /** Resolves after `ms`, or at once when the signal is aborted; the caller asks the signal which it was. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

// Node fires a timer at once that is set to more.
const longestTimerMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const endsAt = performance.now() + ms
      let timer: NodeJS.Timeout
      const wake = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const rest = () => {
        const leftMs = Math.max(0, endsAt - performance.now())
        timer = setTimeout(leftMs > longestTimerMs ? rest : wake, Math.min(Math.ceil(leftMs), longestTimerMs))
      }
      signal.addEventListener('abort', wake)
      rest()
    }),
}
