import { invalidInput } from '@deploy-safety/common/errors'
import { type Constituency, constituencyOf, distinct, unreachable } from './constituency.ts'
import { type ChangeCommit, readChanges } from './github/changes.ts'
import type { Client } from './github/client.ts'
import { askPreflight, type Preflight } from './github/preflight-query.ts'
import { type Run, readRun } from './github/run.ts'
import { readTeam } from './github/team.ts'
import type { Inputs } from './inputs.ts'
import type { Changes } from './invitation.ts'
import type { Account, Person } from './people.ts'
import type { Step } from './step.ts'
import { Stop } from './stop.ts'

/** What has to be known before anybody is asked. */
export interface Preparation {
  /** The account that the token acts as. */
  readonly us: Person
  readonly run: Run
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

/** Reads who is asked and refuses what cannot work, before anything is written. @throws Stop, ActionError */
export async function prepare({ client, inputs }: Pick<Step, 'client' | 'inputs'>): Promise<Preparation> {
  const { context, policy } = inputs
  refuseFork(context.event.isFork)
  const { repository, runId, attempt } = context
  const run = await readRun(client, { repository, runId, attempt })
  refuseFork(run.isOfFork)
  const teamMembers = (await inTurn(policy.approvers.teams, (team) => readTeam(client, team))).flat()
  const people = await askAboutPeople(client, inputs, teamMembers)
  const requester = requesterOf(inputs, people)
  const initiators = initiatorsOf(run, [context.event.sender, requester])
  const commits = await readCommits(client, inputs)
  const users = new Map([...people.users].filter(([login]) => policy.approvers.logins.includes(login)))
  const commitAuthors = policy.excludeAuthors ? authorsOf(commits ?? []) : []
  const isAnonymous = isBotRun(run) && requester === undefined
  const constituency = constituencyOf(policy, { users, teamMembers, initiators, commitAuthors, isBotRun: isAnonymous })
  return {
    us: people.viewer,
    run,
    initiators,
    requester,
    commitAuthors,
    constituency,
    changes: commits && changesOf(commits),
    assignees: inputs.assign ? assigneesOf(constituency, people) : [],
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

async function askAboutPeople(client: Client, inputs: Inputs, members: readonly Account[]): Promise<Preflight> {
  const { issueRepository, requestedBy, policy, assign } = inputs
  const logins = [...new Set([...policy.approvers.logins, ...(requestedBy === '' ? [] : [requestedBy])])]
  const assignees = assign ? [...policy.approvers.logins, ...members.map(({ login }) => login)].slice(0, mostAsked) : []
  const people = await askPreflight(client, { issueRepository, logins, assignees })
  if (people.isArchived) throw new Stop('issues-disabled', `The repository ${issueRepository} is archived.`)
  if (!people.hasIssues) throw new Stop('issues-disabled', `Issues are disabled in ${issueRepository}.`)
  return people
}

/** @throws ActionError `invalid-input` */
function requesterOf({ requestedBy }: Inputs, { users }: Preflight): Person | undefined {
  if (requestedBy === '') return undefined
  const requester = users.get(requestedBy)
  if (requester !== undefined) return requester
  throw invalidInput(`Input "requested-by": there is no user ${JSON.stringify(requestedBy)}.`, 'Give the login of a person.')
}

/** Everybody who started this run, in whatever attempt. */
export function initiatorsOf({ attempts }: Run, others: readonly (Person | undefined)[] = []): Person[] {
  const people = [...attempts.flatMap(({ actor, triggeringActor }) => [actor, triggeringActor]), ...others]
  return distinct(people.filter((person) => person !== undefined).map(({ id, login }) => ({ id, login })))
}

/** Whether a program started the run, so that nobody knows on whose behalf. */
export function isBotRun({ event, attempts }: Run): boolean {
  return event === 'schedule' || attempts[0]?.actor?.isUser !== true
}

/** What is new; undefined when that is unknown and nothing depends on it. @throws Stop */
async function readCommits(client: Client, { context, base, sha, policy }: Inputs): Promise<ChangeCommit[] | undefined> {
  if (base === '') return undefined
  const changes = readChanges(policy.excludeAuthors ? client : client.hasty(), { repository: context.repository, base, sha })
  return await changes.catch((error: unknown) => {
    // They are only shown: a base that was pushed over is no reason to hold a deployment.
    if (!policy.excludeAuthors && error instanceof Stop) return undefined
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
