import type { Judgement } from './judging/judgement.ts'
import type { Verdict } from './judging/verdict.ts'
import type { Results } from './results/results.ts'

export interface Outcome extends Verdict {
  /** In input order. */
  readonly judgements: readonly Judgement[]
  /** What was read; undefined when all gates are about metrics, or nothing could be read. */
  readonly results: Results | undefined
  /** Sentences on what people should know beside the gates. */
  readonly notes: readonly string[]
  /** The same, for what must not be missed. */
  readonly warnings: readonly string[]
}
