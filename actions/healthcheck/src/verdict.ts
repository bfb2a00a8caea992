import type { Verdict } from '@deploy-safety/probe/watch'
import type { Check } from './check.ts'
import type { ReasonCode } from './contract.ts'

/** A check, and what its target ended with. */
export interface CheckedTarget {
  readonly check: Check
  readonly verdict: Verdict
}

/** What the step ends in. */
export interface Outcome {
  readonly outcome: 'healthy' | 'unhealthy' | 'unverifiable'
  readonly reasonCode: ReasonCode
  /** The target that decided; undefined when the job was cancelled. */
  readonly decidedBy: CheckedTarget | undefined
  /** In input order. */
  readonly targets: readonly CheckedTarget[]
  readonly elapsedMs: number
}

/**
 * The outcome over all targets: unhealthy over unverifiable over healthy, the first in input order decides. Targets that
 * are not required change nothing, but one target at least must have passed.
 */
export function decide(targets: readonly CheckedTarget[]): Pick<Outcome, 'outcome' | 'reasonCode' | 'decidedBy'> {
  if (targets.some(({ verdict }) => verdict.kind === 'undecided')) {
    return { outcome: 'unverifiable', reasonCode: 'cancelled', decidedBy: undefined }
  }
  const passed = targets.find(({ verdict }) => verdict.kind === 'healthy')
  const failing = passed === undefined ? targets : targets.filter(({ check }) => check.required)
  const worst =
    failing.find(({ verdict }) => verdict.kind === 'unhealthy') ??
    failing.find(({ verdict }) => verdict.kind === 'unverifiable')
  if (worst?.verdict.failure !== undefined) {
    const outcome = worst.verdict.kind === 'unhealthy' ? 'unhealthy' : 'unverifiable'
    return { outcome, reasonCode: worst.verdict.failure.reasonCode, decidedBy: worst }
  }
  return { outcome: 'healthy', reasonCode: 'ok', decidedBy: passed }
}
