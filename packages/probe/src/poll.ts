import type { Prober } from './prober.ts'
import { conclude, type Decision, decide, noProgress, type Progress, record, type WaitingRules } from './progress.ts'

/** What the waiting came to; `again` when the job was cancelled meanwhile. */
export interface Polled {
  readonly decision: Decision
  readonly progress: Progress
}

/** Tries a target until its rules say that it is healthy, or that it is not going to be. */
export async function poll(rules: WaitingRules, prober: Prober): Promise<Polled> {
  const deadline = alarm(rules.deadlineMs, prober)
  try {
    return await pollUntil(deadline.signal, rules, prober)
  } finally {
    deadline.stop()
  }
}

async function pollUntil(deadline: AbortSignal, rules: WaitingRules, prober: Prober): Promise<Polled> {
  const { clock, signal, onAttempt } = prober.edges
  let progress = noProgress
  let decision: Decision = { kind: 'again', afterMs: 0 }
  while (decision.kind === 'again' && !signal.aborted) {
    if (decision.afterMs > 0) await clock.sleep(decision.afterMs, signal)
    const attempt = await prober.attempt(deadline, rules.deadlineMs)
    if (signal.aborted) break
    if (attempt === undefined) return { decision: conclude(progress, rules), progress }
    progress = { ...record(progress, attempt, rules), lastChance: decision.lastChance === true }
    decision = decide(progress, attempt, rules, { jitter: prober.jitter(), wallClock: clock.date() })
    onAttempt(attempt, decision.kind === 'again' ? decision.afterMs : undefined)
  }
  return { decision, progress }
}

/** A signal that fires after a time or when the job is cancelled, and no later than it is no longer needed. */
function alarm(ms: number, { edges: { clock, signal } }: Prober): { signal: AbortSignal; stop: () => void } {
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
