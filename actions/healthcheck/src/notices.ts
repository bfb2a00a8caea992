import type { Notice } from '@deploy-safety/common/outcome'
import type { Check } from './check.ts'
import { message, type Parts } from './head.ts'
import type { Inputs } from './inputs.ts'
import type { ShownTarget } from './shown-target.ts'
import type { Outcome } from './verdict.ts'

/** One annotation for each target that failed, or one for a job that was cancelled. */
export function errorsOf(outcome: Outcome, parts: Parts, nextStep: string | undefined): Notice[] {
  if (outcome.reasonCode === 'cancelled') {
    return [{ title: 'healthcheck: cancelled', message: message(outcome, parts), ...(nextStep && { nextStep }) }]
  }
  return parts.failed.map(({ view: { name, reasonCode, nextStep: next }, result, body }) => ({
    title: `healthcheck: ${reasonCode}`,
    message: `${name}: ${result}${body === '' ? '' : `; body: ${body}`}`,
    nextStep: next,
  }))
}

export function warningsOf(outcome: Outcome, optional: readonly ShownTarget[], { checks }: Inputs): Notice[] {
  return [
    ...aboutTargets(
      'insecure',
      checks.filter(isInsecure),
      (names) => `Certificates of ${names} were not verified (insecure: true)`,
    ),
    ...aboutTargets(
      'version not checked',
      checks.filter(hasUnusedSource),
      (names) => `version-from is set, but expect-version is empty: the version of ${names} was not checked`,
    ),
    ...(outcome.outcome === 'healthy' ? optionalFailures(optional) : []),
  ]
}

function aboutTargets(what: string, checks: readonly Check[], sentence: (names: string) => string): Notice[] {
  if (checks.length === 0) return []
  return [{ title: `healthcheck: ${what}`, message: sentence(checks.map(({ name }) => name).join(', ')) }]
}

function isInsecure({ target }: Check): boolean {
  return target.route.insecure
}

/** A place for the version without a version to expect is most often an unset variable. */
function hasUnusedSource({ target: { expectation } }: Check): boolean {
  return expectation.expectedVersion === undefined && expectation.versionFrom.kind !== 'auto'
}

function optionalFailures(optional: readonly ShownTarget[]): Notice[] {
  if (optional.length === 0) return []
  const names = optional.map(({ view }) => `${view.name} (${view.reasonCode})`).join(', ')
  const what = optional.length === 1 ? 'Optional target failed' : `${optional.length} optional targets failed`
  return [{ title: 'healthcheck: optional target', message: `${what}: ${names}` }]
}
