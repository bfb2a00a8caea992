import { runInNewContext } from 'node:vm'

export const timedOut = Symbol('timed out')

/**
 * Runs synchronous work for at most `ms`. A regular expression that backtracks for minutes blocks every timer of the
 * process; V8 can end it only as a script with a time limit, and ends with it whatever that script has called.
 */
export function runWithin<T>(ms: number, work: () => T): T | typeof timedOut {
  try {
    return runInNewContext('work()', { work }, { timeout: ms })
  } catch (error) {
    // Made in the other context, it is no instance of this context's Error.
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return timedOut
    throw error
  }
}
