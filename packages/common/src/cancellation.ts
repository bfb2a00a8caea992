import { ActionError } from './errors.ts'

/** Aborted by what the runner sends on a cancelled job or a step that ran out of time: SIGINT, 7.5 s later SIGTERM. */
export function cancellation(): AbortSignal {
  const controller = new AbortController()
  const signals = ['SIGINT', 'SIGTERM', ...(process.platform === 'win32' ? (['SIGBREAK'] as const) : [])] as const
  for (const name of signals) process.on(name, () => controller.abort())
  return controller.signal
}

/**
 * Waits for work no longer than until the job is cancelled: what it still does ends with the process.
 * @throws ActionError `cancelled` (the function that it gives)
 */
export function cancellable(signal: AbortSignal): <T>(work: Promise<T>) => Promise<T> {
  const cancelled = () => new ActionError('cancelled', 'Cancelled before the outcome was known.')
  const stopped = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(cancelled())
    signal.addEventListener('abort', () => reject(cancelled()), { once: true })
  })
  // Most often nobody waits for it any more.
  stopped.catch(() => {})
  // Work that is done at once would win over a cancellation that was there before.
  return (work) => Promise.race([stopped, work])
}
