import { askedBefore } from './asked-before.ts'
import { claim, refuseDecided } from './claim.ts'
import { outcomeOfVerdict } from './conclude.ts'
import { Deliberation, newerThan } from './deliberation.ts'
import { type IssuePlace, readIssue, readIssuesSince } from './github/issue.ts'
import { isRefOf } from './github/ref.ts'
import { type Run, readRun } from './github/run.ts'
import { type Reading, readThread } from './github/thread-reader.ts'
import type { Outcome } from './outcome.ts'
import { hashPolicy } from './policy.ts'
import { type Demands, proveByRun, refuseChangedPolicy, refuseTwin, requestIn } from './proof.ts'
import type { Request } from './request.ts'
import type { Step } from './step.ts'
import { Stop } from './stop.ts'
import { sweep } from './sweep.ts'
import { alterations } from './verdict.ts'

/** Decides what people were asked before, as far as it is decided. @throws Stop, ActionError */
export async function check(step: Step): Promise<Outcome> {
  const { inputs } = step
  if (inputs.issueNumber === undefined) return await sweep(step)
  const place = { repository: inputs.issueRepository, number: inputs.issueNumber }
  const reading = await readRequest(step, place)
  const { request, run, newest } = await prove(step, reading)
  const { asked, readElectorate } = await askedBefore(step, { request, run, issue: reading.issue, us: reading.us })
  const deliberation = new Deliberation(asked, step, readElectorate)
  deliberation.conversation.resume(reading.thread)
  const verdict = await deliberation.consider(reading, newerThan(asked, newest))
  const outcome = outcomeOfVerdict(asked, verdict, step.client)
  return outcome.outcome === 'pending' ? outcome : await claim(step, asked, outcome)
}

async function readRequest({ client }: Step, place: IssuePlace): Promise<Reading> {
  const issue = await readIssue(client, place)
  // GraphQL knows it under another name.
  if (issue.isPullRequest) {
    const reasonCode = issue.isOpen ? 'not-a-request' : 'already-decided'
    throw new Stop(reasonCode, `#${place.number} is a pull request, not a request for approval.`)
  }
  return await readThread(client, place)
}

interface Proven {
  readonly request: Request
  /** Undefined only where the request was altered, which is denied whatever else is wrong. */
  readonly run: Run | undefined
  /** All issues since the run was started, the newest first. */
  readonly newest: Awaited<ReturnType<typeof readIssuesSince>>
}

/** @throws Stop for the first proof that fails */
async function prove(step: Step, reading: Reading): Promise<Proven> {
  const { client, inputs } = step
  const { issue, thread, us } = reading
  const demands = demandsOf(step)
  await refuseDecided(step, reading)
  const request = requestIn(issue, us, demands)
  const run = await findRun(step, request)
  const newest = await readIssuesSince(client, inputs.issueRepository, run?.startedAtMs ?? issue.createdAtMs)
  refuseTwin(issue, request, { others: newest, us })
  if (alterations(thread, { eligible: new Set(request.eligible) }).length > 0) return { request, run, newest }
  proveByRun(issue, request, { run, demands })
  const { ref, sha } = request
  if (!(await isRefOf(client, { repository: inputs.context.repository, ref, sha }))) {
    throw new Stop('request-unproven', `Issue #${issue.number} is not proven: ${ref} is not at ${sha} now.`)
  }
  refuseChangedPolicy(request, demands)
  return { request, run, newest }
}

async function findRun({ client, inputs }: Step, { runId }: Request): Promise<Run | undefined> {
  return await readRun(client, { repository: inputs.context.repository, runId }).catch((error: unknown) => {
    if (error instanceof Stop && error.status === 404) return undefined
    throw error
  })
}

function demandsOf({ inputs }: Step): Demands {
  const { environment, gate, version, sha, isShaGiven, policy, requestWorkflow, context } = inputs
  return {
    ...{ environment, gate, version, requestWorkflow },
    repository: context.repository,
    sha: isShaGiven ? sha : '',
    allowedRefs: policy.allowedRefs,
    policySha256: hashPolicy(policy),
    repositoryUrl: `${context.serverUrl}/${context.repository}`,
  }
}
