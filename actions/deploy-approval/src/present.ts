import type { ActionError } from '@deploy-safety/common/errors'
import { forMarkdown } from '@deploy-safety/common/escape'
import type { Result } from '@deploy-safety/common/outcome'
import { contract, type OutputName } from './contract.ts'
import type { Inputs } from './inputs.ts'
import { type Outcome, outcomeOf, type Progress } from './outcome.ts'
import { summaryBlocks } from './summary.ts'

const { reasons } = contract

const icons = {
  approved: '✅',
  pending: '✅',
  emergency: '⚠️',
  superseded: '⚠️',
  cancelled: '⚠️',
  denied: '❌',
  'timed-out': '❌',
  error: '❌',
} as const

/** The outcome as outputs, report, summary and notices. Pure. */
export function present(outcome: Outcome, inputs: Inputs): Result {
  const { reasonCode, sentence } = outcome
  const { mode } = inputs
  const issue = issueOf(outcome) ?? issueToCheck(inputs)
  const isFine = outcome.outcome === 'approved' || (outcome.outcome === 'pending' && mode === 'request')
  const nextStep = outcome.outcome === 'approved' ? undefined : (outcome.nextStep ?? reasons[reasonCode].nextStep)
  const notice = { title: `deploy-approval: ${reasonCode}`, message: sentence, ...(nextStep && { nextStep }) }
  const isEmergency = outcome.outcome === 'emergency'
  return {
    outcome: outcome.outcome,
    reasonCode,
    message: sentence,
    ...(nextStep === undefined ? {} : { nextStep }),
    ...known(outcome, issue),
    summary: summaryOf(
      outcome,
      issue,
      mode === 'check' && outcome.outcome === 'pending' ? '⚠️' : icons[outcome.outcome],
    ),
    warnings: isEmergency ? [notice] : [],
    errors: isFine || isEmergency ? [] : [notice],
  }
}

/** What is known when an error or a cancellation ends the run. Pure. */
export function whenStopped({ code, message }: ActionError, progress: Progress | undefined): Partial<Result> {
  if (progress === undefined) return {}
  const name = code === 'cancelled' ? 'cancelled' : 'error'
  const outcome = outcomeOf(progress, { outcome: name, reasonCode: code, sentence: message })
  const issue = issueOf(outcome)
  return { ...known(outcome, issue), ...(issue && { summary: summaryOf(outcome, issue, icons[name]) }) }
}

interface IssueLink {
  readonly number: number
  readonly url: string
}

function issueOf({ asked }: Outcome): IssueLink | undefined {
  return asked && { number: asked.place.number, url: asked.url }
}

/** Where a check refuses to decide, somebody has to look at the issue. */
function issueToCheck({ mode, issueNumber: number, issueRepository, context }: Inputs): IssueLink | undefined {
  if (mode !== 'check' || number === undefined) return undefined
  return { number, url: `${context.serverUrl}/${issueRepository}/issues/${number}` }
}

function summaryOf(outcome: Outcome, issue: IssueLink | undefined, icon: Result['summary']['icon']): Result['summary'] {
  const { sentence } = outcome
  // What could not be done comes with its full stop.
  const whole = /[.!?]$/.test(sentence) ? sentence : `${sentence}.`
  const link = issue === undefined ? [] : [`[Issue #${issue.number}](${issue.url})`]
  return {
    icon,
    headline: headline(outcome),
    lead: [forMarkdown(whole), ...link].join(' '),
    blocks: summaryBlocks(outcome),
  }
}

function headline({ outcome, reasonCode, asked, count }: Outcome): string {
  const { quorum } = asked?.invitation ?? {}
  if (outcome === 'approved' || outcome === 'timed-out') return `${outcome} (${count.approvers.length} of ${quorum})`
  return reasonCode === outcome ? outcome : `${outcome} (${reasonCode})`
}

function known(outcome: Outcome, issue: IssueLink | undefined): Pick<Result, 'outputs' | 'report'> {
  const { audit } = outcome
  return {
    outputs: outputsOf(outcome, issue),
    report: audit === undefined ? {} : { record: audit.record, recordSha256: audit.hash },
  }
}

function outputsOf(
  { outcome, asked, count, deniedBy, audit, requests, nowMs }: Outcome,
  issue: IssueLink | undefined,
): Record<OutputName, string> {
  const logins = (people: readonly { readonly login: string }[]) => people.map(({ login }) => login).join(',')
  const isGo = outcome === 'approved' || outcome === 'emergency'
  return {
    approvers: logins(count.approvers),
    'denied-by': logins(deniedBy),
    'approved-sha': isGo ? (asked?.request.sha ?? '') : '',
    'approved-version': isGo ? (asked?.request.version ?? '') : '',
    'issue-number': String(issue?.number ?? ''),
    'issue-url': issue?.url ?? '',
    'request-run-id': String(asked?.request.runId ?? ''),
    'waited-seconds': String(asked === undefined ? 0 : Math.max(0, Math.floor((nowMs - asked.openedAtMs) / 1_000))),
    'api-requests': String(requests),
    'record-sha256': audit?.hash ?? '',
  }
}
