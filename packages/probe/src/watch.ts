import type { History } from './history.ts'
import { poll } from './poll.ts'
import { type ProbeEdges, Prober } from './prober.ts'
import type { Progress, WaitingRules } from './progress.ts'
import { type Failure, reasons } from './reason.ts'
import { type Samples, type SamplingRules, sample } from './sampling.ts'
import { type SoakRules, soak } from './soak.ts'

/** How long a target is waited for, and what it has to stand after the pass. */
export interface Rules extends WaitingRules, SamplingRules, SoakRules {}

/** What the attempts of one target came to. */
export interface Verdict {
  /** `undecided`: cancelled before anything could be said. */
  readonly kind: 'healthy' | 'unhealthy' | 'unverifiable' | 'undecided'
  /** Why, unless healthy or undecided. */
  readonly failure: Failure | undefined
  /** Until the pass. */
  readonly progress: Progress
  /** Undefined when none were asked for, or the target did not come so far. */
  readonly samples: Samples | undefined
  readonly history: Pick<History, 'attemptLog' | 'latenciesMs' | 'lastResponse' | 'addresses'>
  readonly elapsedMs: number
}

/** Waits for a target, takes its samples and watches it: the first that goes wrong is the verdict. */
export async function watch(rules: Rules, edges: ProbeEdges): Promise<Verdict> {
  const prober = new Prober(rules.timeoutMs, edges)
  const { decision, progress } = await poll(rules, prober)
  const passed = decision.kind === 'healthy'
  const samples = passed && rules.samples > 0 ? await sample(rules, prober) : undefined
  const soaks = passed && rules.soakMs > 0 && samples?.failure === undefined
  const soaked = soaks ? await soak(rules, prober) : undefined
  const failure = decision.kind === 'failed' ? decision.failure : (samples?.failure ?? soaked)
  const isCutShort = edges.signal.aborted && (rules.samples > 0 || rules.soakMs > 0)
  const kind = kindOf(failure, passed && !isCutShort)
  return { kind, failure, progress, samples, history: prober.history, elapsedMs: prober.now() }
}

function kindOf(failure: Failure | undefined, isComplete: boolean): Verdict['kind'] {
  if (failure !== undefined) return reasons[failure.reasonCode].verdict
  return isComplete ? 'healthy' : 'undecided'
}
