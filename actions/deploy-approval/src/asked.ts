import { randomBytes } from 'node:crypto'
import type { Edges } from './edges.ts'
import type { Client } from './github/client.ts'
import { closeIssue, type IssuePlace, type Issue, openIssue, readOpenIssues } from './github/issue.ts'
import { writeComment } from './github/comment.ts'
import type { Inputs } from './inputs.ts'
import type { Invitation } from './invitation.ts'
import { renderBody } from './issue-body.ts'
import { renderTitle } from './issue-title.ts'
import type { Person } from './people.ts'
import { hashPolicy, type Policy } from './policy.ts'
import type { Preparation } from './preflight.ts'
import { parseMarker, type Request } from './request.ts'
import { renderSuperseded } from './superseded-comment.ts'

/** A request that people have been asked to decide. */
export interface Asked {
  readonly invitation: Invitation
  readonly request: Request
  readonly policy: Policy
  readonly place: IssuePlace
  readonly url: string
  readonly openedAtMs: number
  readonly deadlineMs: number
  readonly us: Person
  readonly initiators: readonly Person[]
  /** Empty unless they are excluded. */
  readonly commitAuthors: readonly Person[]
}

/** Opens the issue. What is needed to close it again is kept before it is there. @throws Stop, ActionError `cancelled` */
export async function ask(client: Client, inputs: Inputs, { preparation, edges }: { preparation: Preparation; edges: Edges }): Promise<Asked> {
  const invitation = invitationOf(inputs, preparation, client.time.now())
  const { request } = invitation
  const { us, initiators, commitAuthors, assignees } = preparation
  edges.keepForPost('trace', JSON.stringify({ repository: inputs.issueRepository, nonce: request.nonce, authorId: us.id }))
  const issue = await openIssue(client, inputs.issueRepository, {
    issue: { title: renderTitle(invitation), body: renderBody(invitation), labels: inputs.labels, assignees },
    trace: { nonce: request.nonce, authorId: us.id },
  })
  const place = { repository: inputs.issueRepository, number: issue.number }
  edges.log.info(`asked ${invitation.voters.map(({ login }) => login).join(', ')} in ${issue.url}`)
  return {
    ...{ invitation, request, policy: inputs.policy, place, url: issue.url, us, initiators, commitAuthors },
    openedAtMs: issue.createdAtMs,
    deadlineMs: issue.createdAtMs + inputs.policy.timeoutMs,
  }
}

function invitationOf(inputs: Inputs, { constituency, initiators, run, changes }: Preparation, nowMs: number): Invitation {
  const { context, policy, mode } = inputs
  const ids = (people: readonly Person[]) => people.map(({ id }) => id)
  const request: Request = {
    mode: mode === 'request' ? 'request' : 'wait',
    runId: context.runId,
    attempt: context.attempt,
    workflowPath: run.workflowPath,
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
    excluded: constituency.excluded,
    quorum: constituency.quorum,
    quorumReason: constituency.quorumReason,
    checklist: policy.checklist,
    needsChecklist: policy.checklistRequired,
  }
}

/** Closes older open requests for the same environment and gate, those of this attempt aside. */
export async function supersedeOlder(client: Client, { place, request, us, url }: Asked, label: string): Promise<number[]> {
  const open = await readOpenIssues(client, place.repository, label)
  const older = open.filter((issue) => issue.number < place.number && isRival(issue, request, us))
  for (const { number } of older) {
    const old = { repository: place.repository, number }
    await writeComment(client, old, renderSuperseded({ number: place.number, url, nonce: request.nonce }))
    await closeIssue(client, old, 'not_planned')
  }
  return older.map(({ number }) => number)
}

/** Whether an issue is a request of ours for the same environment and gate, from another run or attempt. */
export function isRival({ authorId, body, isPullRequest }: Issue, request: Request, us: Person): boolean {
  const other = authorId === us.id && !isPullRequest ? parseMarker(body) : undefined
  if (other === undefined || other.environment !== request.environment || other.gate !== request.gate) return false
  return other.runId !== request.runId || other.attempt !== request.attempt
}
