import type { Asked } from './asked.ts'
import type { Issue } from './github/issue.ts'
import type { Run } from './github/run.ts'
import type { Invitation } from './invitation.ts'
import { gather, type Preparation } from './preflight.ts'
import type { Request } from './request.ts'
import type { Step } from './step.ts'
import { barred, idsOf } from './voting/constituency.ts'
import type { Person } from './voting/people.ts'
import type { Electorate } from './voting/standing.ts'

interface Found {
  readonly request: Request
  readonly run: Run | undefined
  readonly issue: Issue
  readonly us: Person
  /** Nothing in it is to be believed then. */
  readonly isAltered: boolean
}

/** What is asked, who may vote now, and who does when it is asked again. */
interface AskedBefore {
  readonly asked: Asked
  readonly electorate: Electorate
  readonly readElectorate: () => Promise<Electorate>
}

/**
 * A request of an earlier run, by today's list: the ids in its marker can only take rights away, never give one. What is
 * live, from where its authors are looked for, is what this step says: a marker could name a base behind them.
 */
export async function askedBefore(step: Step, found: Found): Promise<AskedBefore> {
  const { request, run, issue, us, isAltered } = found
  const { policy, issueRepository, base } = step.inputs
  const subject = { run, base, sha: request.sha, requestedBy: isAltered ? '' : request.requestedBy }
  const initiators = request.initiators.map((id) => ({ id, login: `user ${id}` }))
  const preparation = await gather(step, { ...subject, initiators })
  const { commitAuthors } = preparation
  const read = () => gather(step, { ...subject, initiators, commitAuthors })
  const asked = {
    ...{ request, policy, us, url: issue.url, opened: issue },
    invitation: invitationOf(step, request, preparation),
    place: { repository: issueRepository, number: issue.number },
    openedAtMs: issue.createdAtMs,
    deadlineMs: issue.createdAtMs + policy.timeoutMs,
    initiators: preparation.initiators,
    commitAuthors,
  }
  const electorate = electorateOf(asked, preparation)
  return { asked, electorate, readElectorate: async () => electorateOf(asked, await read()) }
}

function electorateOf(
  { request, policy }: Pick<Asked, 'request' | 'policy'>,
  { constituency, initiators, commitAuthors }: Preparation,
): Electorate {
  const eligible = new Set(request.eligible)
  const remaining = new Set(constituency.eligible.map(({ id }) => id).filter((id) => eligible.has(id)))
  return { eligible, remaining, initiators: barred(policy, initiators), commitAuthors: idsOf(commitAuthors) }
}

function invitationOf({ inputs }: Step, request: Request, { constituency, initiators }: Preparation): Invitation {
  const { context, policy } = inputs
  const eligible = new Set(request.eligible)
  return {
    request,
    repositoryUrl: `${context.serverUrl}/${context.repository}`,
    ...{ title: '', body: '', changes: undefined },
    voters: constituency.eligible.filter(({ id }) => eligible.has(id)),
    initiators,
    excluded: constituency.excluded,
    quorum: constituency.quorum,
    quorumReason: constituency.quorumReason,
    checklist: policy.checklist,
    needsChecklist: policy.checklistRequired,
  }
}
