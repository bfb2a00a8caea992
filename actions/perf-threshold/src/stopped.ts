import type { Gate } from './gates/gate.ts'
import { type Judgement, withoutValue } from './judging/judgement.ts'
import type { Outcome } from './outcome.ts'
import type { Obstacle } from './reason.ts'
import type { Results } from './results/results.ts'

/** What was found out so far. */
export interface Progress {
  readonly thresholds: readonly Gate[]
  readonly results: Results | undefined
  /** Of the first thresholds. */
  readonly judgements: readonly Judgement[]
}

/** The outcome of what was known when an error or a cancellation ended the run: figures, and thresholds that are open. */
export function stoppedOutcome(reasonCode: Obstacle, { thresholds, results, judgements }: Progress): Outcome {
  const detail = 'the run ended before this threshold was judged'
  const open = thresholds.slice(judgements.length).map((gate) => withoutValue(gate, { finding: reasonCode, detail }))
  const files = results?.files.length ?? 0
  const read =
    results === undefined ? 'No results were read' : `${files} ${files === 1 ? 'file was' : 'files were'} read`
  return {
    ...{ outcome: 'inconclusive', reasonCode },
    detail: `${read}, ${judgements.length} of ${thresholds.length} thresholds judged.`,
    judgements: [...judgements, ...open],
    results,
    notes: results?.notes ?? [],
    warnings: results?.warnings ?? [],
  }
}
