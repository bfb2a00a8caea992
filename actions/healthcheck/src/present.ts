import { formatDuration } from '@deploy-safety/common/duration'
import { forMarkdown } from '@deploy-safety/common/escape'
import type { Notice, Result } from '@deploy-safety/common/outcome'
import { contract, type OutputName } from './contract.ts'
import type { Inputs } from './inputs.ts'
import { renderSummary } from './summary.ts'
import type { Outcome } from './verdict.ts'
import { type TargetView, viewOf } from './view.ts'

const { reasons } = contract

/** The outcome as outputs, report, summary and notices. Pure. */
export function present(outcome: Outcome, inputs: Inputs): Result {
  const views = outcome.targets.map((checked) => viewOf(checked, inputs))
  const decisive = outcome.decidedBy && views[outcome.targets.indexOf(outcome.decidedBy)]
  const failing = views.filter(({ verdict }) => verdict !== 'healthy')
  const failed = failing.filter(({ required }) => required)
  const nextStep =
    outcome.outcome === 'healthy' ? undefined : (decisive?.nextStep ?? reasons[outcome.reasonCode].nextStep)
  const outputs: Record<OutputName, string> = {
    'observed-version': observedVersion(decisive),
    attempts: String(views.reduce((sum, { attempts }) => sum + attempts, 0)),
    'elapsed-ms': String(Math.round(outcome.elapsedMs)),
    'latency-p95-ms': slowest(views),
    'failed-targets': failed.map(({ name }) => name).join(','),
  }
  return {
    outcome: outcome.outcome,
    reasonCode: outcome.reasonCode,
    message: sentence(outcome, decisive, views),
    ...(nextStep === undefined ? {} : { nextStep }),
    outputs,
    report: { targets: views },
    summary: {
      icon: outcome.outcome === 'healthy' ? '✅' : outcome.outcome === 'unhealthy' ? '❌' : '⚠️',
      headline: outcome.outcome,
      lead: forMarkdown(sentence(outcome, decisive, views)),
      blocks: [
        ...(inputs.checks.some(({ target }) => target.route.insecure) ? [insecureBanner] : []),
        ...renderSummary(views),
      ],
    },
    warnings: [...insecureWarnings(inputs), ...ungatedVersions(inputs), ...optionalFailures(outcome, failing)],
    errors: outcome.outcome === 'healthy' ? [] : errorsOf(failed.length > 0 ? failed : failing),
  }
}

const insecureBanner =
  '> [!CAUTION]\n> `insecure: true`: certificates were **not** verified. Whoever is between the runner and the service can answer for it.'

function sentence(outcome: Outcome, decisive: TargetView | undefined, views: readonly TargetView[]): string {
  const total =
    views.length === 1
      ? ''
      : ` (${views.filter(({ verdict }) => verdict === 'healthy').length} of ${views.length} targets are healthy)`
  if (decisive === undefined) return `Cancelled after ${formatDuration(outcome.elapsedMs)}, before a verdict${total}`
  const { name, lastResponse, detail } = decisive
  if (outcome.outcome !== 'healthy') {
    return `${name} is ${outcome.outcome}. ${reasons[outcome.reasonCode].cause} Detail: ${detail}${total}`
  }
  const version = lastResponse?.version ? `, version ${lastResponse.version}` : ''
  const answers = lastResponse?.status === null ? 'is serving' : `answers ${lastResponse?.status}`
  const redirected = lastResponse !== null && lastResponse.redirects.length > 0 ? ` at ${lastResponse.url}` : ''
  return `${name} ${answers}${redirected}${version}, outcome after ${formatDuration(outcome.elapsedMs)}${total}`
}

/** One line of printable characters: an output is used in other steps, and it is a foreign text. */
function observedVersion(decisive: TargetView | undefined): string {
  return (decisive?.lastResponse?.version ?? '').replace(/\p{Cc}/gu, '').slice(0, 200)
}

function slowest(views: readonly TargetView[]): string {
  const known = views.map(({ latencyP95Ms }) => latencyP95Ms).filter((ms) => ms !== null)
  return known.length === 0 ? '' : String(Math.max(...known))
}

function errorsOf(failing: readonly TargetView[]): Notice[] {
  return failing.map(({ name, verdict, reasonCode, detail, nextStep }) => ({
    title: `healthcheck: ${reasonCode}`,
    message: `${name} is ${verdict}: ${detail || reasonCode}`,
    nextStep,
  }))
}

function optionalFailures(outcome: Outcome, failing: readonly TargetView[]): Notice[] {
  const optional = failing.filter(({ required }) => !required).map(({ name, reasonCode }) => `${name} (${reasonCode})`)
  if (outcome.outcome !== 'healthy' || optional.length === 0) return []
  return [{ title: 'healthcheck: not required', message: `Not healthy, and not required: ${optional.join(', ')}` }]
}

function insecureWarnings(inputs: Inputs): Notice[] {
  const names = inputs.checks.filter(({ target }) => target.route.insecure).map(({ name }) => name)
  if (names.length === 0) return []
  return [
    {
      title: 'healthcheck: insecure',
      message: `Certificates are not verified (insecure: true) for ${names.join(', ')}`,
    },
  ]
}

/** A place for the version without a version to expect is most often an unset variable. */
function ungatedVersions(inputs: Inputs): Notice[] {
  const names = inputs.checks
    .filter(({ target: { expectation } }) => {
      return expectation.expectedVersion === undefined && expectation.versionFrom.kind !== 'auto'
    })
    .map(({ name }) => name)
  if (names.length === 0) return []
  const message = `version-from is given, but expect-version is empty: the version of ${names.join(', ')} was not checked`
  return [{ title: 'healthcheck: version not checked', message }]
}
