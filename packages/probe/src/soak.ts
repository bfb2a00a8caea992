import { formatDuration } from '@deploy-safety/common/duration'
import type { Prober } from './prober.ts'
import type { Failure } from './reason.ts'

/** The watch after the pass, for what dies young. */
export interface SoakRules {
  /** 0: none. */
  readonly soakMs: number
  /** Bad responses in a row that mean unhealthy. */
  readonly failureThreshold: number
  readonly intervalMs: number
}

/** Keeps watching; a watch does not end on a bad response, but goes on until that is decided. @returns what was wrong */
export async function soak(rules: SoakRules, prober: Prober): Promise<Failure | undefined> {
  const { clock, signal, onAttempt, onPhase } = prober.edges
  if (!signal.aborted) onPhase({ kind: 'soaking', soakMs: rules.soakMs })
  const start = prober.now()
  let bad = 0
  while (!signal.aborted && (prober.now() - start < rules.soakMs || bad > 0)) {
    const leftMs = start + rules.soakMs - prober.now()
    const interval = rules.intervalMs * prober.jitter()
    await clock.sleep(leftMs > 0 ? Math.min(interval, leftMs) : interval, signal)
    const attempt = await prober.look()
    if (attempt === undefined) break
    const { failure } = attempt
    bad = failure === undefined ? 0 : bad + 1
    const isDecided = bad >= rules.failureThreshold
    onAttempt(attempt, isDecided ? undefined : interval)
    if (failure !== undefined && isDecided) return withCircumstances(failure, prober.now() - start, bad)
  }
  return undefined
}

function withCircumstances(failure: Failure, afterMs: number, bad: number): Failure {
  const failures = bad === 1 ? '1 failure' : `${bad} failures in a row`
  return { ...failure, detail: `${failure.detail} (${formatDuration(afterMs)} after the pass, ${failures})` }
}
