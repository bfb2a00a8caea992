import type { Issue } from './github/issue.ts'
import type { Run } from './github/run.ts'
import { isAllowedRef } from './ref-pattern.ts'
import { parseMarker, type Request } from './request.ts'
import { Stop } from './stop.ts'
import { showsFacts } from './texts/issue-body.ts'
import { parseTag } from './texts/own-comment.ts'
import type { Person } from './voting/people.ts'

/** What a check demands of a request. */
export interface Demands {
  /** `owner/name` */
  readonly repository: string
  readonly environment: string
  readonly gate: string
  /** Empty where none was given; so is `sha`. */
  readonly version: string
  readonly sha: string
  readonly allowedRefs: readonly string[]
  readonly policySha256: string
  /** `.github/workflows/deploy.yml` */
  readonly requestWorkflow: string
  /** Of the run. */
  readonly repositoryUrl: string
}

/** The comments with which a verdict is claimed, the first to come first. */
export function claims<C extends { readonly id: number; readonly body: string }>(
  comments: readonly (C & { readonly author?: { readonly id: number } | undefined })[],
  us: Person,
): C[] {
  return comments
    .filter(({ author, body }) => author?.id === us.id && parseTag(body)?.kind === 'closing')
    .sort((one, other) => one.id - other.id)
}

/** Reads the request that an issue is. @throws Stop `not-a-request` */
export function requestIn(issue: Issue, us: Person, demands: Demands): Request {
  const no = (why: string) => new Stop('not-a-request', `Issue #${issue.number} is no request to decide here: ${why}.`)
  if (issue.authorId !== us.id) throw no(`${us.login} did not open it`)
  const request = parseMarker(issue.body)
  if (request === undefined) throw no('its last line is no marker of a request')
  if (request.mode !== 'request') throw no('the run that opened it waits for it itself')
  for (const name of ['repository', 'environment', 'gate'] as const) {
    if (request[name] !== demands[name]) throw no(`its ${name} is ${request[name]}, not ${demands[name]}`)
  }
  for (const name of ['version', 'sha'] as const) {
    if (demands[name] !== '' && request[name] !== demands[name])
      throw no(`its ${name} is ${request[name]}, not ${demands[name]}`)
  }
  return request
}

/** A run asks once: another issue of the same attempt makes both worthless. @throws Stop `not-a-request` */
export function refuseTwin(
  issue: Issue,
  request: Request,
  { others, us }: { others: readonly Issue[]; us: Person },
): void {
  const twin = others.find(({ number, authorId, body }) => {
    const other = number !== issue.number && authorId === us.id ? parseMarker(body) : undefined
    return other !== undefined && isSameAsk(other, request)
  })
  if (twin === undefined) return
  throw new Stop(
    'not-a-request',
    `Issue #${issue.number} is not the only request of run ${request.runId}, attempt ${request.attempt}: there is #${twin.number}.`,
  )
}

function isSameAsk(one: Request, other: Request): boolean {
  const names = ['runId', 'attempt', 'environment', 'gate'] as const
  return names.every((name) => one[name] === other[name])
}

/** Proves the request by its run, as GitHub knows it. @throws Stop `request-unproven` */
export function proveByRun(
  issue: Issue,
  request: Request,
  { run, demands }: { run: Run | undefined; demands: Demands },
): void {
  const no = (why: string) => new Stop('request-unproven', `Issue #${issue.number} is not proven by its run: ${why}.`)
  if (run === undefined) throw no(`the token sees no run ${request.runId} in this repository`)
  if (run.isOfFork) throw no('it ran for a fork')
  for (const number of [request.attempt, run.attempt]) {
    const conclusion = run.attempts[number - 1]?.conclusion
    if (conclusion === undefined) throw no(`it has no attempt ${number}`)
    if (conclusion !== '' && conclusion !== 'success') throw no(`its attempt ${number} ended in ${conclusion}`)
  }
  const { requestWorkflow } = demands
  if (run.workflowPath !== requestWorkflow) throw no(`it ran ${run.workflowPath}, not ${requestWorkflow}`)
  if (request.workflowPath !== requestWorkflow) throw no(`the issue names the workflow ${request.workflowPath}`)
  if (run.headSha !== request.sha) throw no(`it ran at ${run.headSha}, and the issue asks for ${request.sha}`)
  const { headBranch } = run
  if (headBranch !== '' && ![`refs/heads/${headBranch}`, `refs/tags/${headBranch}`].includes(request.ref)) {
    throw no(`it ran at ${headBranch}, and the issue names ${request.ref}`)
  }
  if (!isAllowedRef(request.ref, demands.allowedRefs)) throw no(`${request.ref} is not in allowed-refs`)
  if (!showsFacts(request, demands.repositoryUrl, issue))
    throw no('its title or text shows something else than its marker')
}

/** @throws Stop `policy-changed` */
export function refuseChangedPolicy(request: Request, { policySha256 }: Demands): void {
  if (request.policySha256 === policySha256) return
  throw new Stop(
    'policy-changed',
    `The request was opened under the policy ${request.policySha256.slice(0, 12)}, and check has ${policySha256.slice(0, 12)}.`,
  )
}
