import type { ActionError } from '@deploy-safety/common/errors'
import { forMarkdown } from '@deploy-safety/common/escape'
import type { Notice, Result } from '@deploy-safety/common/outcome'
import { contract, type OutputName } from './contract.ts'
import { decisiveOf, headlineOf, iconOf, leadOf, messageOf } from './head.ts'
import { detailOf } from './judging/verdict.ts'
import type { Outcome } from './outcome.ts'
import { saveLoad } from './results/saved-load.ts'
import { type Progress, stoppedOutcome } from './stopped.ts'
import { renderSummary } from './summary.ts'
import { endpointViews, type FiguresView, figuresOf, type ThresholdView, thresholdViewOf } from './view.ts'

const { reasons } = contract

/** The outcome as outputs, report, summary and annotations. Pure. */
export function present(outcome: Outcome): Result {
  const { reasonCode, results, judgements } = outcome
  const thresholds = judgements.map(thresholdViewOf)
  const figures = results && figuresOf('all', results.test.all)
  const endpoints = results === undefined ? [] : endpointViews(results.test.endpoints)
  return {
    outcome: outcome.outcome,
    reasonCode,
    message: messageOf(outcome),
    ...(reasonCode === 'ok' ? {} : { nextStep: reasons[reasonCode].nextStep }),
    outputs: outputsOf(figures, thresholds),
    report: {
      ...(results === undefined ? {} : { format: results.format, files: results.files }),
      thresholds,
      ...(figures === undefined ? {} : { figures, endpoints }),
      notes: [...outcome.warnings, ...outcome.notes],
      ...(results === undefined ? {} : { load: saveLoad(results.load) }),
    },
    summary: {
      icon: iconOf(outcome),
      headline: headlineOf(outcome),
      lead: leadOf(outcome, figures?.count),
      blocks: renderSummary(outcome, figures, endpoints),
    },
    warnings: warningsOf(outcome),
    errors: outcome.outcome === 'passed' ? [] : errorsOf(outcome),
  }
}

/** What is known when an error or a cancellation ends the run. Pure. */
export function whenStopped({ code, message }: ActionError, progress: Progress | undefined): Partial<Result> {
  if (progress === undefined) return {}
  const known = stoppedOutcome(code, progress)
  const { outputs, report, summary } = present(known)
  return {
    message: `${message} ${known.detail}`,
    outputs,
    report,
    summary: { ...summary, lead: `${forMarkdown(message)} ${summary.lead}` },
  }
}

function outputsOf(figures: FiguresView | undefined, thresholds: readonly ThresholdView[]): Record<OutputName, string> {
  const failed = thresholds.filter(({ judgement, level }) => judgement === 'failed' && level === 'error')
  return {
    'p50-ms': decimal(figures?.p50Ms),
    'p95-ms': decimal(figures?.p95Ms),
    'p99-ms': decimal(figures?.p99Ms),
    'error-rate': decimal(figures?.errorRate),
    throughput: decimal(figures?.throughput),
    samples: decimal(figures?.count),
    'failed-thresholds': JSON.stringify(failed.map(({ text }) => text)),
  }
}

/** Without an exponent: shells and their tools read the outputs. */
function decimal(value: number | null | undefined): string {
  return value === null || value === undefined
    ? ''
    : Number(value.toPrecision(12))
        .toFixed(10)
        .replace(/\.?0+$/, '')
}

function errorsOf(outcome: Outcome): Notice[] {
  const { reasonCode, judgements, detail } = outcome
  const verdict = outcome.outcome === 'failed' ? 'failed' : 'undecided'
  const bad = judgements.filter((judgement) => judgement.gate.level === 'error' && judgement.verdict === verdict)
  // The data is damaged or could not be read: that is said once, and not by every threshold.
  if (decisiveOf(outcome) === undefined)
    return [{ title: `perf-threshold: ${reasonCode}`, message: detail, nextStep: reasons[reasonCode].nextStep }]
  return bad.map((judgement) => ({
    title: `perf-threshold: ${judgement.finding}`,
    message: detailOf(judgement),
    nextStep: reasons[judgement.finding ?? reasonCode].nextStep,
  }))
}

function warningsOf({ warnings, judgements }: Outcome): Notice[] {
  const warned = judgements.filter(
    ({ gate, verdict }) => verdict === 'skipped' || (gate.level === 'warn' && verdict !== 'passed'),
  )
  return [
    ...warned.map((judgement) => ({ title: 'perf-threshold: warning', message: detailOf(judgement) })),
    ...warnings.map((message) => ({ title: 'perf-threshold: note', message })),
  ]
}
