import { ActionError } from '@deploy-safety/common/errors'
import type { Gate } from './gates/gate.ts'
import { type Judgement, withoutValue } from './judging/judgement.ts'
import type { Outcome } from './outcome.ts'
import type { Results } from './results/results.ts'

/** What was found out so far. */
export interface Progress {
  results: Results | undefined
  /** Of the first gates. */
  readonly judgements: Judgement[]
}

/**
 * Waits for work no longer than until the job is cancelled: other threads that read for it end with the process.
 * @throws ActionError `cancelled` (the function that it gives)
 */
export function cancellable(signal: AbortSignal): <T>(work: Promise<T>) => Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(cancelled())
    signal.addEventListener('abort', () => reject(cancelled()), { once: true })
  })
  // Most often nobody waits for it any more.
  stopped.catch(() => {})
  // Work that is done at once would win over a cancellation that was there before.
  return (work) => Promise.race([stopped, work])
}

function cancelled(): ActionError {
  return new ActionError('cancelled', 'Cancelled before a verdict.', { hint: 'Run the job again.' })
}

/** The outcome of what was known when the job was cancelled: the figures of the results, and gates that are open. */
export function outcomeWhenCancelled(gates: readonly Gate[], { results, judgements }: Progress): Outcome {
  const detail = 'the job was cancelled before it was judged'
  const open = gates.slice(judgements.length).map((gate) => withoutValue(gate, { finding: 'cancelled', detail }))
  const files = results?.files.length ?? 0
  const read = results === undefined ? 'no results' : `${files} ${files === 1 ? 'file' : 'files'} of ${results.format}`
  return {
    ...{ kind: 'inconclusive', reason: 'cancelled' },
    detail: `read by then: ${read}; judged: ${judgements.length} of ${gates.length} gates`,
    judgements: [...judgements, ...open],
    results,
    notes: results?.notes ?? [],
    warnings: results?.warnings ?? [],
  }
}
