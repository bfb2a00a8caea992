import type { BaseEdges } from '@deploy-safety/common/action'
import { cancellable } from '@deploy-safety/common/cancellation'
import type { Inputs } from './inputs.ts'
import { asBaseline, notesOnBaseline } from './judging/baseline.ts'
import type { Evidence } from './judging/evidence.ts'
import { judge } from './judging/judge.ts'
import type { Judgement } from './judging/judgement.ts'
import { secondLook } from './judging/second-look.ts'
import { decide } from './judging/verdict.ts'
import type { MetricsEdges } from './metrics/edges.ts'
import { askMetrics } from './metrics/evidence.ts'
import type { Outcome } from './outcome.ts'
import type { Missing } from './quantity.ts'
import { type Results, readResults } from './results/results.ts'
import type { Progress } from './stopped.ts'

export interface Edges extends BaseEdges<Progress> {
  readonly request: MetricsEdges['request']
  /** The bundle, or source, of `worker.ts`. */
  readonly workerUrl: URL
}

const notGiven: Missing = { missing: 'no-results', detail: 'no results were given' }

/** Reads the results, asks for the metrics and judges every threshold by them. @throws ActionError `cancelled` */
export async function run(inputs: Inputs, edges: Edges): Promise<Outcome> {
  const { reading, thresholds } = inputs
  const { workerUrl, signal, reached } = edges
  const unlessCancelled = cancellable(signal)
  const read = (globs: readonly string[], how: { format: string; mayLack?: boolean }) =>
    unlessCancelled(readResults({ globs, reading, workerUrl, info: edges.log.info, ...how }))
  const judgements: Judgement[] = []
  reached({ thresholds, results: undefined, judgements })
  const results = inputs.results.length === 0 ? notGiven : await read(inputs.results, { format: inputs.format })
  const found = 'missing' in results ? undefined : results
  reached({ thresholds, results: found, judgements })
  const baseline = inputs.baseline && asBaseline(await read(inputs.baseline, { format: 'auto', mayLack: true }))
  if (inputs.metrics.queries.length > 0) edges.log.info('querying Prometheus')
  const evidence: Evidence = {
    test: 'missing' in results ? results : results.test,
    baseline: baseline && ('missing' in baseline ? baseline : baseline.test),
    metrics: await unlessCancelled(askMetrics(inputs.metrics, found?.test.range, edges)),
    minSamples: inputs.minSamples,
    baselineMissing: inputs.baselineMissing,
  }
  for (const threshold of thresholds) {
    const judgement = judge(threshold, evidence)
    judgements.push(await unlessCancelled(secondLook(judgement, found, { reading, workerUrl })))
    reached({ thresholds, results: found, judgements: [...judgements] })
  }
  const outcome = outcomeOf(inputs, judgements, { results, baseline })
  for (const note of outcome.notes) edges.log.info(note)
  return outcome
}

function outcomeOf(
  inputs: Inputs,
  judgements: readonly Judgement[],
  { results, baseline }: Record<'results' | 'baseline', Results | Missing | undefined>,
): Outcome {
  const isUnread = results === undefined || 'missing' in results
  const found = isUnread ? undefined : results
  const notes = [...(found?.notes ?? []), ...judgements.flatMap((judgement) => judgement.notes)]
  const warnings = [
    ...(found?.warnings ?? []),
    ...notesOnBaseline(found, baseline),
    ...judgements.flatMap((judgement) => judgement.warnings),
  ]
  return {
    ...decide(judgements, {
      damage: found?.damage,
      unread: inputs.results.length > 0 && isUnread ? results : undefined,
    }),
    judgements,
    results: found,
    notes: unique(notes),
    warnings: unique(warnings),
  }
}

function unique(sentences: readonly string[]): string[] {
  return [...new Set(sentences)]
}
