import type { BaseEdges } from '@deploy-safety/common/action'
import { ActionError } from '@deploy-safety/common/errors'
import type { Inputs } from './inputs.ts'
import { asBaseline, notesOnBaseline } from './judging/baseline.ts'
import { judge } from './judging/judge.ts'
import type { Judgement } from './judging/judgement.ts'
import { secondLook } from './judging/second-look.ts'
import { decide } from './judging/verdict.ts'
import type { MetricsEdges } from './metrics/edges.ts'
import { askMetrics } from './metrics/evidence.ts'
import type { Outcome } from './outcome.ts'
import type { Missing } from './quantity.ts'
import { readResults } from './results/results.ts'

export interface Edges extends BaseEdges {
  readonly request: MetricsEdges['request']
  /** The bundle, or source, of `worker.ts`. */
  readonly workerUrl: URL
}

const notGiven: Missing = { missing: 'no-results', detail: 'no results were given' }

/** Reads the results, asks for the metrics and judges every gate by them. */
export async function run(inputs: Inputs, edges: Edges): Promise<Outcome> {
  const { gates, minSamples, baselineMissing, reading } = inputs
  const { workerUrl, signal } = edges
  const unlessCancelled = cancellable(signal)
  const read = (globs: readonly string[], format: string) =>
    unlessCancelled(readResults({ globs, format, reading, workerUrl }))
  const results = inputs.results.length === 0 ? notGiven : await read(inputs.results, inputs.format)
  const baseline = inputs.baseline && asBaseline(await read(inputs.baseline, 'auto'))
  const found = 'missing' in results ? undefined : results
  const metrics = await askMetrics(inputs.metrics, found?.test.range, edges)
  if (signal.aborted) throw cancelled()
  const evidence = {
    test: 'missing' in results ? results : results.test,
    baseline: baseline && ('missing' in baseline ? baseline : baseline.test),
    metrics,
    minSamples,
    baselineMissing,
  }
  const judgements: Judgement[] = []
  for (const gate of gates) {
    judgements.push(await unlessCancelled(secondLook(judge(gate, evidence), found, { reading, workerUrl })))
  }
  const notes = [...(found?.notes ?? []), ...judgements.flatMap((judgement) => judgement.notes)]
  const warnings = [
    ...(found?.warnings ?? []),
    ...notesOnBaseline(found, baseline),
    ...judgements.flatMap((judgement) => judgement.warnings),
  ]
  for (const note of unique(notes)) edges.log.info(note)
  return {
    ...decide(judgements, {
      damage: found?.damage,
      unread: inputs.results.length > 0 && 'missing' in results ? results : undefined,
    }),
    judgements,
    results: found,
    notes: unique(notes),
    warnings: unique(warnings),
  }
}

/** Waits for work no longer than until the job is cancelled: other threads that read for it end with the process. */
function cancellable(signal: AbortSignal): <T>(work: Promise<T>) => Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(cancelled())
    signal.addEventListener('abort', () => reject(cancelled()), { once: true })
  })
  // Most often nobody waits for it any more.
  stopped.catch(() => {})
  return (work) => Promise.race([work, stopped])
}

function cancelled(): ActionError {
  return new ActionError('cancelled', 'Cancelled before a verdict.', { hint: 'Run the job again.' })
}

function unique(sentences: readonly string[]): string[] {
  return [...new Set(sentences)]
}
