import type { Result } from '@deploy-safety/common/outcome'
import { contract, type OutputName } from './contract.ts'
import { headline, message, partsOf } from './head.ts'
import type { Inputs } from './inputs.ts'
import { lead } from './lead.ts'
import { errorsOf, warningsOf } from './notices.ts'
import { type ShownTarget, shownTarget } from './shown-target.ts'
import { renderSummary } from './summary.ts'
import type { Outcome } from './verdict.ts'
import type { TargetView } from './view.ts'

const { reasons } = contract

/** The outcome as outputs, report, summary and notices. Pure. */
export function present(outcome: Outcome, inputs: Inputs): Result {
  const targets = outcome.targets.map((checked) => shownTarget(checked, inputs))
  const parts = partsOf(targets)
  const decisive = outcome.decidedBy && targets[outcome.targets.indexOf(outcome.decidedBy)]?.view
  const isHealthy = outcome.outcome === 'healthy'
  const nextStep = isHealthy ? undefined : (decisive?.nextStep ?? reasons[outcome.reasonCode].nextStep)
  return {
    outcome: outcome.outcome,
    reasonCode: outcome.reasonCode,
    message: message(outcome, parts),
    ...(nextStep === undefined ? {} : { nextStep }),
    outputs: outputsOf(outcome, decisive, targets),
    report: { targets: targets.map(({ view }) => view) },
    summary: {
      icon: iconOf(outcome, parts.optional.length > 0),
      headline: headline(outcome, parts),
      lead: lead(outcome, parts),
      blocks: renderSummary(targets, decisive?.reasonCode),
    },
    warnings: warningsOf(outcome, parts.optional, inputs),
    errors: isHealthy ? [] : errorsOf(outcome, parts, nextStep),
  }
}

function iconOf({ outcome }: Outcome, hasOptionalFailure: boolean): '✅' | '❌' | '⚠️' {
  if (outcome === 'unhealthy') return '❌'
  return outcome === 'unverifiable' || hasOptionalFailure ? '⚠️' : '✅'
}

function outputsOf(
  { elapsedMs }: Outcome,
  decisive: TargetView | undefined,
  targets: readonly ShownTarget[],
): Record<OutputName, string> {
  const views = targets.map(({ view }) => view)
  const failed = views.filter(({ verdict, required }) => verdict !== 'healthy' && required)
  const p95s = views.map(({ latencyP95Ms }) => latencyP95Ms).filter((ms) => ms !== null)
  return {
    // One line of printable characters: an output is used in other steps, and it is a foreign text.
    'observed-version': (decisive?.lastResponse?.version ?? '').replace(/\p{Cc}/gu, '').slice(0, 200),
    attempts: String(views.reduce((sum, { attempts }) => sum + attempts, 0)),
    'elapsed-ms': String(Math.round(elapsedMs)),
    'latency-p95-ms': p95s.length === 0 ? '' : String(Math.max(...p95s)),
    'failed-targets': failed.map(({ name }) => name).join(','),
  }
}
