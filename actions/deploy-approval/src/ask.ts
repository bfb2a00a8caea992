import { randomBytes } from 'node:crypto'
import { invalidInput } from '@deploy-safety/common/errors'
import type { Log } from '@deploy-safety/common/log'
import type { Leaving } from './abandon.ts'
import type { Asked } from './asked.ts'
import { type Issue, openIssue } from './github/issue.ts'
import type { Inputs } from './inputs.ts'
import type { Invitation } from './invitation.ts'
import { hashPolicy } from './policy.ts'
import type { Preparation } from './preflight.ts'
import type { Request } from './request.ts'
import type { Step } from './step.ts'
import { renderBody } from './texts/issue-body.ts'
import { renderTitle } from './texts/issue-title.ts'
import { longestText } from './texts/own-comment.ts'
import type { Person } from './voting/people.ts'

/** Opens the issue that asks people. @throws Stop, ActionError `cancelled` */
export async function ask(step: Step & Leaving, preparation: Preparation): Promise<Asked> {
  const { inputs, client, edges } = step
  const invitation = invitationOf(inputs, preparation, client.time.now())
  const texts = { title: renderTitle(invitation), body: renderBody(invitation) }
  refuseTooMany(invitation, texts.body)
  const issue = await open(step, preparation, { texts, nonce: invitation.request.nonce })
  edges.log.info(`asked ${invitation.voters.map(({ login }) => login).join(', ')} in ${issue.url}`)
  return askedOf(inputs, preparation, { invitation, issue, withinMs: inputs.policy.timeoutMs })
}

/** The marker names everybody who may vote, and must not be cut. @throws ActionError `invalid-input` */
function refuseTooMany({ voters }: Invitation, body: string): void {
  if (body.length <= longestText) return
  throw invalidInput(
    `${voters.length} people may vote, more than an issue can name.`,
    'Name a smaller team in approvers: those who are expected to vote.',
  )
}

/** Opens an issue; what is needed to close it again is kept before it is there, and once its number is known. */
export async function open(
  { inputs, client, edges, leave }: Step & Leaving,
  { us, assignees }: Preparation,
  { texts, nonce }: { texts: { title: string; body: string }; nonce: string },
): Promise<Issue> {
  const { issueRepository: repository, labels } = inputs
  const trace = { nonce, authorId: us.id }
  leave({ ...trace, repository, number: undefined, url: `${inputs.context.serverUrl}/${repository}/issues` })
  const refused = () => leave(undefined)
  const issue = await openIssue(client, repository, { issue: { ...texts, labels, assignees }, trace, refused })
  leave({ ...trace, repository, number: issue.number, url: issue.url })
  warnOfLabels(issue, labels, edges.log)
  return issue
}

/** GitHub leaves them out without a word where the token may not label, and so do we where it refuses one. */
function warnOfLabels({ number, labels }: Issue, given: readonly string[], log: Log): void {
  const had = new Set(labels.map((label) => label.toLowerCase()))
  const missing = given.filter((label) => !had.has(label.toLowerCase()))
  if (missing.length === 0) return
  const message = `Issue #${number} did not get the label ${missing.join(', ')}, by which it is looked for later.`
  log.warning(`${message}\nCreate the label in the repository.`, 'deploy-approval: labels')
}

interface Opened {
  readonly invitation: Invitation
  readonly issue: Issue
  readonly withinMs: number
}

export function askedOf(
  { policy, issueRepository }: Inputs,
  { us, initiators, commitAuthors }: Preparation,
  { invitation, issue, withinMs }: Opened,
): Asked {
  return {
    ...{ invitation, request: invitation.request, policy, initiators, commitAuthors },
    us: { ...us, id: issue.authorId ?? us.id },
    place: { repository: issueRepository, number: issue.number },
    url: issue.url,
    opened: issue,
    openedAtMs: issue.createdAtMs,
    deadlineMs: issue.createdAtMs + withinMs,
  }
}

export function invitationOf(
  inputs: Inputs,
  { constituency, initiators, changes }: Preparation,
  nowMs: number,
): Invitation {
  const { context, policy, mode } = inputs
  const ids = (people: readonly Person[]) => people.map(({ id }) => id)
  const request: Request = {
    mode: mode === 'request' ? 'request' : 'wait',
    repository: context.repository,
    runId: context.runId,
    attempt: context.attempt,
    workflowPath: context.workflowPath,
    ref: context.ref,
    sha: inputs.sha,
    ...{ version: inputs.version, environment: inputs.environment, gate: inputs.gate },
    ...{ base: inputs.base, requestedBy: inputs.requestedBy },
    deadline: new Date(nowMs + policy.timeoutMs).toISOString(),
    initiators: ids(initiators),
    eligible: ids(constituency.eligible),
    viaTeam: ids(constituency.viaTeam),
    policySha256: hashPolicy(policy),
    nonce: randomBytes(16).toString('hex'),
  }
  return {
    request,
    repositoryUrl: `${context.serverUrl}/${context.repository}`,
    ...{ title: inputs.title, body: inputs.body, changes },
    voters: constituency.eligible,
    initiators,
    excluded: constituency.excluded,
    quorum: constituency.quorum,
    quorumReason: constituency.quorumReason,
    checklist: policy.checklist,
    needsChecklist: policy.checklistRequired,
  }
}
