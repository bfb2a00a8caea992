import { formatDuration } from '@deploy-safety/common/duration'
import { formatNumber } from '@deploy-safety/common/number'
import type { ShownTarget } from './shown-target.ts'
import type { Outcome } from './verdict.ts'
import { attemptsText, counted } from './wording.ts'

export type Targets = readonly ShownTarget[]

/** The targets by what they do to the outcome. */
export interface Parts {
  readonly targets: Targets
  /** Those that the outcome is about: the required ones, but all where none passed. */
  readonly deciding: Targets
  readonly failed: Targets
  /** Failed too, and changed nothing. */
  readonly optional: Targets
}

export function partsOf(targets: Targets): Parts {
  const hasPassed = targets.some(({ view }) => view.verdict === 'healthy')
  const isOptional = ({ view }: ShownTarget) => hasPassed && !view.required
  const required = targets.filter((target) => !isOptional(target))
  const failing = targets.filter(({ view }) => view.verdict !== 'healthy')
  return {
    targets,
    deciding: required.length === 0 ? targets : required,
    failed: failing.filter((target) => !isOptional(target)),
    optional: failing.filter(isOptional),
  }
}

/** `unhealthy (3 of 30 targets)`, `1 of 1 required targets healthy, 1 optional failed`. */
export function headline({ outcome, reasonCode }: Outcome, { targets, deciding, optional }: Parts): string {
  if (reasonCode === 'cancelled') return `${outcome} (cancelled)`
  if (targets.length === 1) return outcome
  const count = (verdict: string) => deciding.filter(({ view }) => view.verdict === verdict).length
  const aside = optional.length === 0 ? '' : `, ${formatNumber(optional.length)} optional failed`
  const share = shareText(count(outcome), { targets, deciding })
  if (outcome === 'healthy')
    return aside === '' ? `healthy (${counted(targets.length, 'target')})` : `${share} healthy${aside}`
  const others = outcome === 'unhealthy' ? count('unverifiable') : 0
  return `${outcome} (${share}${others === 0 ? '' : `, ${formatNumber(others)} unverifiable`}${aside})`
}

/** `3 of 30 targets`, `1 of 1 required targets`. */
function shareText(count: number, { targets, deciding }: Pick<Parts, 'targets' | 'deciding'>): string {
  const noun = deciding.length < targets.length ? 'required targets' : 'targets'
  return `${formatNumber(count)} of ${formatNumber(deciding.length)} ${noun}`
}

const mostInMessage = 3

/** The same in a sentence, for the log and the report. */
export function message(outcome: Outcome, parts: Parts): string {
  const { targets, deciding, failed, optional } = parts
  if (outcome.reasonCode === 'cancelled') return cancelledText(outcome, targets)
  if (outcome.outcome !== 'healthy')
    return targets.length === 1 ? listed(failed) : `${shareText(failed.length, parts)} failed: ${listed(failed)}`
  const [only] = targets
  if (targets.length === 1 && only !== undefined)
    return [
      `${listed([only])}, after ${attemptsText(only.view.attempts, only.view.elapsedMs)}`,
      ...samplesText(only),
    ].join('; ')
  const passed = deciding.filter(({ view }) => view.verdict === 'healthy')
  return [
    `${shareText(passed.length, parts)} passed in ${formatDuration(outcome.elapsedMs)}`,
    ...noteworthy(passed),
    ...(optional.length === 0 ? [] : [`failed, but optional: ${listed(optional)}`]),
  ].join('; ')
}

/** What a reader of the verdict must not miss of targets that passed. */
function noteworthy(passed: Targets): string[] {
  const redirected = passed.filter(({ view }) => (view.lastResponse?.redirects ?? []).length > 0)
  return [...uncheckedVersions(passed), ...(redirected.length === 0 ? [] : [listed(redirected)])]
}

/** That a version was seen, but nothing compared it. */
export function uncheckedVersions(targets: Targets): string[] {
  const unchecked = targets.filter(({ view, check }) => {
    return (view.lastResponse?.version ?? null) !== null && check.target.expectation.expectedVersion === undefined
  })
  if (unchecked.length === 0) return []
  return [`the version of ${counted(unchecked.length, 'target')} was not checked: expect-version is empty`]
}

/** `p95 over 50 samples: 131 ms`; where it is too high, the result says so. */
export function samplesText({ view, check }: Pick<ShownTarget, 'view' | 'check'>): string[] {
  const { latencyP95Ms, reasonCode } = view
  if (check.rules.samples === 0 || latencyP95Ms === null || reasonCode !== 'ok') return []
  return [`p95 over ${counted(check.rules.samples, 'sample')}: ${formatDuration(latencyP95Ms)}`]
}

function listed(targets: Targets): string {
  const named = targets.slice(0, mostInMessage).map(({ view, result }) => `${view.name}: ${result}`)
  return [...named, ...restText(targets, mostInMessage)].join('; ')
}

function restText({ length }: Targets, most: number): string[] {
  return length <= most ? [] : [`and ${formatNumber(length - most)} more`]
}

export function cancelledText({ elapsedMs }: Outcome, targets: Targets): string {
  const undecided = targets.filter(({ view }) => view.verdict === 'undecided')
  const after = `Cancelled after ${formatDuration(elapsedMs)}`
  const [only] = targets
  if (targets.length === 1 && only !== undefined) return `${after}; last result: ${only.result}`
  const share = `${formatNumber(undecided.length)} of ${formatNumber(targets.length)} targets`
  return `${after}, ${share} undecided; last results: ${listed(undecided)}`
}
