import type { Asked } from './asked.ts'
import { askedBefore } from './asked-before.ts'
import { deniedBeforehand } from './beforehand.ts'
import { claim, refuseDecided } from './claim.ts'
import { outcomeOfVerdict } from './conclude.ts'
import { Deliberation, newerThan } from './deliberation.ts'
import { type Issue, type IssuePlace, readIssue, readIssuesSince } from './github/issue.ts'
import { isRefOf } from './github/ref.ts'
import { type Run, readRun } from './github/run.ts'
import { type Reading, readThread } from './github/thread-reader.ts'
import { type Ending, nobodyAsked, type Outcome, outcomeOf } from './outcome.ts'
import { hashPolicy } from './policy.ts'
import { type Demands, proveByRun, refuseChangedPolicy, refuseTwin, requestIn } from './proof.ts'
import type { Request } from './request.ts'
import { type Step, within } from './step.ts'
import { Stop } from './stop.ts'
import { sweep } from './sweep.ts'
import { alterations, isSameVerdict, type Verdict } from './voting/verdict.ts'

/** Decides what people were asked before, as far as it is decided. @throws Stop, ActionError */
export async function check(step: Step): Promise<Outcome> {
  const { inputs } = step
  if (inputs.issueNumber === undefined) return await sweep(step)
  const place = { repository: inputs.issueRepository, number: inputs.issueNumber }
  const issue = await readIssue(step.client, place)
  return await decideOn(within(step, issue.createdAtMs + inputs.policy.timeoutMs), place, issue)
}

async function decideOn(step: Step, place: IssuePlace, issue: Issue): Promise<Outcome> {
  const { client } = step
  const reading = await readRequest(step, place, issue)
  const proven = await prove(step, reading)
  const { request, isAltered, newest } = proven
  const denied = isAltered ? undefined : deniedAsAsked(request, step)
  if (denied !== undefined) return outcomeOf({ ...nobodyAsked, requests: client.requests }, denied)
  const { asked, electorate, readElectorate } = await askedBefore(step, { ...proven, issue, us: reading.us })
  const deliberation = new Deliberation(asked, step, readElectorate)
  deliberation.conversation.resume(reading.thread)
  const newerRequest = newerThan(asked, newest)
  const verdict = inTime(await deliberation.consider(reading, { newerRequest, electorate }), asked, client.time.now())
  // The first list may have lagged behind.
  refuseTwin(issue, request, { others: deliberation.newest, us: reading.us })
  const outcome = outcomeOfVerdict(asked, verdict, client)
  const holds = async () => isSameVerdict(verdict, await deliberation.look(undefined))
  return outcome.outcome === 'pending' ? outcome : await claim(step, asked, { outcome, holds })
}

/** By the rules that its own run had to keep before it asked. @throws ActionError `invalid-input` */
function deniedAsAsked({ version, ref }: Request, { inputs }: Step): Ending | undefined {
  return deniedBeforehand({ ...inputs, version, context: { ...inputs.context, ref } })
}

/** Nothing is approved after the deadline, whenever the votes came: the last check before it did not have them. */
function inTime(verdict: Verdict, { deadlineMs }: Asked, nowMs: number): Verdict {
  const isLate = verdict.outcome === 'approved' && nowMs >= deadlineMs
  return isLate ? { outcome: 'timed-out', reasonCode: 'timed-out', count: verdict.count } : verdict
}

async function readRequest({ client }: Step, place: IssuePlace, issue: Issue): Promise<Reading> {
  // GraphQL knows it under another name.
  if (issue.isPullRequest) {
    const reasonCode = issue.isOpen ? 'not-a-request' : 'already-decided'
    throw new Stop(reasonCode, `#${place.number} is a pull request, not a request for approval.`)
  }
  return await readThread(client, place, issue)
}

interface Proven {
  readonly request: Request
  /** Undefined only where the request was altered, which is denied whatever else is wrong. */
  readonly run: Run | undefined
  readonly isAltered: boolean
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
  const isAltered = alterations(thread, { eligible: new Set(request.eligible) }).length > 0
  if (isAltered) return { request, run, isAltered, newest }
  proveByRun(issue, request, { run, demands })
  const { ref, sha } = request
  if (!(await isRefOf(client, { repository: inputs.context.repository, ref, sha }))) {
    throw new Stop('request-unproven', `Issue #${issue.number} is not proven: ${ref} is not at ${sha} now.`)
  }
  refuseChangedPolicy(request, demands)
  return { request, run, isAltered, newest }
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
