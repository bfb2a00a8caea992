import { invalidInput } from '@deploy-safety/common/errors'
import { type ChangeCommit, readChanges } from './github/changes.ts'
import { askPreflight, type Preflight } from './github/preflight-query.ts'
import { type Run, readRun } from './github/run.ts'
import { readTeam } from './github/team.ts'
import type { Inputs } from './inputs.ts'
import type { Changes } from './invitation.ts'
import type { Step } from './step.ts'
import { Stop } from './stop.ts'
import { type Constituency, constituencyOf, distinct, unreachable } from './voting/constituency.ts'
import type { Account, Person } from './voting/people.ts'

/** What has to be known before anybody is asked. */
export interface Preparation {
  /** The account that the token acts as. */
  readonly us: Person
  readonly initiators: readonly Person[]
  /** Who is behind a bot's run, as the workflow says. */
  readonly requester: Person | undefined
  /** Who authored or committed what is new; empty unless they are excluded. */
  readonly commitAuthors: readonly Person[]
  readonly constituency: Constituency
  readonly changes: Changes | undefined
  readonly assignees: readonly string[]
  /** What may surprise whoever set it up. */
  readonly warnings: readonly string[]
}

// GitHub assigns no more.
const mostAssignees = 10
// Looked at for that: so many people are enough to find ten who can be assigned.
const mostAsked = 30

/** Reads who is asked, and refuses what cannot work, before anything is written. @throws Stop, ActionError */
export async function prepare(step: Pick<Step, 'client' | 'inputs'>): Promise<Preparation & { readonly run: Run }> {
  const { context, base, sha, requestedBy } = step.inputs
  const { repository, runId, attempt, event } = context
  refuseFork(event.isFork)
  const run = await readRun(step.client, { repository, runId, attempt }).catch((error: unknown) => {
    if (!(error instanceof Stop && error.status === 404)) throw error
    const message = `The token cannot see run ${runId} of ${repository}: it lacks actions: read there.`
    throw new Stop('missing-permission', message, { cause: error })
  })
  refuseFork(run.isOfFork)
  const initiators = event.sender === undefined ? [] : [event.sender]
  return { run, ...(await gather(step, { run, base, sha, requestedBy, initiators })) }
}

/** Whose request it is, and for what. */
export interface Subject {
  /** Undefined where there is none any more. */
  readonly run: Run | undefined
  readonly base: string
  readonly sha: string
  readonly requestedBy: string
  /** Those that are known beside the ones of the run. */
  readonly initiators: readonly Person[]
  /** As they were read before: what lies between two commits does not change. */
  readonly commitAuthors?: readonly Person[]
}

/** Reads everybody who has to do with it. @throws Stop, ActionError */
export async function gather(step: Pick<Step, 'client' | 'inputs'>, subject: Subject): Promise<Preparation> {
  const { client, inputs } = step
  const { policy, assign } = inputs
  const { run } = subject
  const teamMembers = (await inTurn(policy.approvers.teams, (team) => readTeam(client, team))).flat()
  const people = await askAboutPeople(step, subject, teamMembers)
  const requester = requesterOf(subject, people, inputs.mode)
  const initiators = initiatorsOf(run, [...subject.initiators, requester])
  const commits = subject.commitAuthors === undefined ? await readCommits(step, subject) : undefined
  const users = new Map([...people.users].filter(([login]) => policy.approvers.logins.includes(login)))
  const commitAuthors = subject.commitAuthors ?? (policy.excludeAuthors ? authorsOf(commits ?? []) : [])
  const isAnonymous = isBotRun(run) && requester === undefined
  const constituency = constituencyOf(policy, { users, teamMembers, initiators, commitAuthors, isBotRun: isAnonymous })
  return {
    us: people.viewer,
    ...{ initiators, requester, commitAuthors, constituency },
    changes: commits && changesOf(commits),
    assignees: assign ? assigneesOf(constituency, people) : [],
    warnings: warningsOf(constituency, policy.excludeAuthors ? (commits ?? []) : []),
  }
}

/** @throws Stop `quorum-impossible` */
export function refuseUnreachable(constituency: Constituency): void {
  const impossible = unreachable(constituency)
  if (impossible !== undefined) throw new Stop('quorum-impossible', impossible)
}

function refuseFork(isFork: boolean): void {
  if (isFork) throw new Stop('fork-pull-request', 'This run is for a pull request from a fork.')
}

async function askAboutPeople(
  { client, inputs }: Pick<Step, 'client' | 'inputs'>,
  { requestedBy }: Subject,
  members: readonly Account[],
): Promise<Preflight> {
  const { issueRepository, policy, mode, assign } = inputs
  const { logins: listed } = policy.approvers
  const logins = [...new Set([...listed, ...(requestedBy === '' ? [] : [requestedBy])])]
  const candidates = assign && mode !== 'check' ? [...listed, ...members.map(({ login }) => login)] : []
  const people = await askPreflight(client, { issueRepository, logins, assignees: candidates.slice(0, mostAsked) })
  if (people.isArchived) throw new Stop('issues-disabled', `The repository ${issueRepository} is archived.`)
  if (!people.hasIssues) throw new Stop('issues-disabled', `Issues are disabled in ${issueRepository}.`)
  return people
}

/** @throws ActionError `invalid-input`, Stop `request-unproven` */
function requesterOf({ requestedBy }: Subject, { users }: Preflight, mode: Inputs['mode']): Person | undefined {
  if (requestedBy === '') return undefined
  const requester = users.get(requestedBy)
  if (requester !== undefined) return requester
  if (mode === 'check') {
    throw new Stop('request-unproven', `The request is by ${JSON.stringify(requestedBy)}, and there is no such user.`)
  }
  throw invalidInput(
    `Input "requested-by": there is no user ${JSON.stringify(requestedBy)}.`,
    'Give the login of a person.',
  )
}

/** Everybody who started this run, in whatever attempt. */
function initiatorsOf(run: Run | undefined, others: readonly (Person | undefined)[]): Person[] {
  const starters = run?.attempts.flatMap(({ actor, triggeringActor }) => [actor, triggeringActor]) ?? []
  // Of the same person twice, the later one is kept: GitHub knows the login.
  const people = [...others, ...starters]
  return distinct(people.filter((person) => person !== undefined).map(({ id, login }) => ({ id, login })))
}

/** Whether a program started the run, so that nobody knows on whose behalf. */
function isBotRun(run: Run | undefined): boolean {
  return run?.event === 'schedule' || run?.attempts[0]?.actor?.isUser !== true
}

/** What is new; undefined when that is unknown and nothing depends on it. @throws Stop, ActionError `invalid-input` */
async function readCommits(
  { client, inputs }: Pick<Step, 'client' | 'inputs'>,
  { base, sha }: Subject,
): Promise<ChangeCommit[] | undefined> {
  const { context, policy, mode } = inputs
  if (policy.excludeAuthors && base === '') {
    throw invalidInput('exclude-authors needs base-sha.', 'Set base-sha to the commit that is live now.')
  }
  if (base === '' || (mode === 'check' && !policy.excludeAuthors)) return undefined
  const { repository } = context
  if (policy.excludeAuthors) return await readChanges(client, { repository, base, sha })
  // They are only shown: a base that was pushed over is no reason to hold a deployment.
  return await readChanges(client.hasty(), { repository, base, sha }).catch((error: unknown) => {
    if (error instanceof Stop) return undefined
    throw error
  })
}

function authorsOf(commits: readonly ChangeCommit[]): Person[] {
  return distinct(commits.flatMap(({ author, committer }) => [author, committer]).filter((who) => who !== undefined))
}

function changesOf(commits: readonly ChangeCommit[]): Changes {
  const newestFirst = commits.toReversed().map(({ sha, message, author, authorName }) => ({
    sha,
    title: message.split('\n', 1)[0] ?? '',
    author: author?.login ?? authorName,
  }))
  return { total: commits.length, commits: newestFirst }
}

function assigneesOf({ eligible }: Constituency, { assignable }: Preflight): string[] {
  const logins = eligible.map(({ login }) => login)
  return logins.filter((login) => assignable.has(login.toLowerCase())).slice(0, mostAssignees)
}

function warningsOf({ excluded }: Constituency, commits: readonly ChangeCommit[]): string[] {
  const strangers = excluded.filter(({ why }) => why === 'no-such-user').map(({ login }) => login)
  const anonymous = commits.filter(({ author }) => author === undefined).map(({ sha }) => sha.slice(0, 7))
  return [
    ...(strangers.length === 0 ? [] : [`No user is called ${strangers.join(', ')}; nobody can vote under that name.`]),
    ...(anonymous.length === 0
      ? []
      : [`The author of ${anonymous.join(', ')} has no account on GitHub, so nobody could be excluded for it.`]),
  ]
}

/** One request after the other, as GitHub asks for. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}
