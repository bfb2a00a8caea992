import type { Verdict } from '@deploy-safety/probe/watch'
import type { ReasonCode } from './reason.ts'
import type { Target } from './target.ts'

export interface TargetOutcome {
  readonly target: Target
  readonly verdict: Verdict
}

export interface Outcome {
  readonly kind: 'healthy' | 'unhealthy' | 'unverifiable'
  readonly reason: ReasonCode
  /** The target that decided; undefined when the job was cancelled. */
  readonly decidedBy: TargetOutcome | undefined
  /** In input order. */
  readonly targets: readonly TargetOutcome[]
  readonly elapsedMs: number
}

/**
 * The outcome over all targets: unhealthy over unverifiable over healthy, the first in input order decides. Targets that
 * are not required change nothing, but one target at least must have passed.
 */
export function decide(targets: readonly TargetOutcome[]): Pick<Outcome, 'kind' | 'reason' | 'decidedBy'> {
  if (targets.some(({ verdict }) => verdict.kind === 'undecided')) {
    return { kind: 'unverifiable', reason: 'cancelled', decidedBy: undefined }
  }
  const passed = targets.find(({ verdict }) => verdict.kind === 'healthy')
  const failing = passed === undefined ? targets : targets.filter(({ target }) => target.required)
  const worst =
    failing.find(({ verdict }) => verdict.kind === 'unhealthy') ??
    failing.find(({ verdict }) => verdict.kind === 'unverifiable')
  if (worst?.verdict.failure !== undefined) {
    const kind = worst.verdict.kind === 'unhealthy' ? 'unhealthy' : 'unverifiable'
    return { kind, reason: worst.verdict.failure.reason, decidedBy: worst }
  }
  return { kind: 'healthy', reason: 'ok', decidedBy: passed }
}
