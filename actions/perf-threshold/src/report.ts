import type { Notice, OutcomeSet, Result } from '@deploy-safety/common/outcome'
import type { Outcome } from './outcome.ts'
import { reasons } from './reason.ts'
import { saveLoad } from './results/saved-load.ts'
import { renderSummary } from './summary.ts'
import { endpointViews, type FiguresView, figuresOf, type GateView, gateViewOf } from './view.ts'

export const outcomes: OutcomeSet = {
  all: ['passed', 'failed', 'inconclusive'],
  successes: ['passed'],
  whenError: 'inconclusive',
  whenCancelled: 'inconclusive',
}

/** The outputs of this action, beyond those that every action has. @public for the contract tests */
export const outputNames = [
  'p50-ms',
  'p95-ms',
  'p99-ms',
  'error-rate',
  'throughput',
  'samples',
  'failed-thresholds',
] as const

type Outputs = Record<(typeof outputNames)[number], string>

/** What is said where nothing was read: nothing, in a form that `fromJSON` and shells can read. */
export const emptyOutputs: Outputs = outputsOf(undefined, [])

/** The outcome as outputs, report, summary and annotations. Pure. */
export function publish(outcome: Outcome): Result {
  const { kind, reason, results, judgements } = outcome
  const gates = judgements.map(gateViewOf)
  const figures = results && figuresOf('all', results.test.all)
  const endpoints = results === undefined ? [] : endpointViews(results.test.endpoints)
  return {
    outcome: kind,
    reasonCode: reason,
    message: reason === 'ok' ? outcome.detail : `${reasons[reason].cause} Seen: ${outcome.detail}`,
    ...(reason === 'ok' ? {} : { nextStep: reasons[reason].nextStep }),
    outputs: outputsOf(figures, gates),
    report: {
      ...(results === undefined ? {} : { format: results.format, files: results.files }),
      gates,
      ...(figures === undefined ? {} : { figures, endpoints }),
      notes: [...outcome.warnings, ...outcome.notes],
      ...(results === undefined ? {} : { load: saveLoad(results.load) }),
    },
    summary: renderSummary(outcome, figures, endpoints),
    warnings: warningsOf(outcome, gates),
    errors: kind === 'passed' ? [] : errorsOf(outcome, gates),
  }
}

function outputsOf(figures: FiguresView | undefined, gates: readonly GateView[]): Outputs {
  const failed = gates.filter(({ verdict, level }) => verdict === 'failed' && level === 'error')
  return {
    'p50-ms': decimal(figures?.p50Ms),
    'p95-ms': decimal(figures?.p95Ms),
    'p99-ms': decimal(figures?.p99Ms),
    'error-rate': decimal(figures?.errorRate),
    throughput: decimal(figures?.throughput),
    samples: decimal(figures?.count),
    'failed-thresholds': JSON.stringify(failed.map(({ gate }) => gate)),
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

function errorsOf({ kind, reason, detail }: Outcome, gates: readonly GateView[]): Notice[] {
  const bad = gates.filter(
    ({ level, verdict }) => level === 'error' && verdict === (kind === 'failed' ? 'failed' : 'undecided'),
  )
  const next = reason === 'ok' ? '' : reasons[reason].nextStep
  // The reason is none of the gates: the data is damaged or could not be read, or nobody could wait for them.
  if (reason === 'cancelled' || bad.every((gate) => gate.reason !== reason))
    return [{ title: `perf-threshold: ${reason}`, message: `${detail}\n${next}` }]
  return bad.map((gate) => ({
    title: `perf-threshold: ${gate.reason}`,
    message: `${gate.gate}: ${gate.detail}\n${reasons[gate.reason].nextStep}`,
  }))
}

function warningsOf({ warnings }: Outcome, gates: readonly GateView[]): Notice[] {
  const warned = gates
    .filter(({ reason }) => reason !== 'cancelled')
    .filter(({ level, verdict }) => verdict === 'skipped' || (level === 'warn' && verdict !== 'passed'))
  return [
    ...warned.map(({ gate, detail }) => ({ title: 'perf-threshold: warning', message: `${gate}: ${detail}` })),
    ...warnings.map((message) => ({ title: 'perf-threshold: note', message })),
  ]
}
