import * as v from 'valibot'
import { Stop } from '../stop.ts'
import type { Person } from '../voting/people.ts'
import type { Client } from './client.ts'
import { repositoryOf } from './repository.ts'
import { bigId } from './shapes.ts'
import { viewer } from './viewer.ts'

/** What one question says about the token, the repository of the issue and everybody who is named. */
export interface Preflight {
  /** The account that the token acts as; App tokens have one of their own. */
  readonly viewer: Person
  readonly hasIssues: boolean
  readonly isArchived: boolean
  /** By login as it was asked for; undefined for one that is no User. */
  readonly users: ReadonlyMap<string, Person | undefined>
  /** The logins that can be assigned, in small letters. */
  readonly assignable: ReadonlySet<string>
}

const user = v.nullish(v.object({ databaseId: v.nullable(bigId), login: v.string() }))
const assignableUsers = v.object({ nodes: v.array(v.nullable(v.object({ login: v.string() }))) })
const repository = v.objectWithRest({ hasIssuesEnabled: v.boolean(), isArchived: v.boolean() }, assignableUsers)
const schema = v.object({
  data: v.objectWithRest(
    {
      viewer,
      repository: v.nullish(repository),
    },
    user,
  ),
})

/** Asks it. @throws Stop `missing-permission` when the repository is not there for this token */
export async function askPreflight(
  client: Client,
  {
    issueRepository,
    logins,
    assignees,
  }: { issueRepository: string; logins: readonly string[]; assignees: readonly string[] },
): Promise<Preflight> {
  const variables = { ...repositoryOf(issueRepository), ...numbered('l', logins), ...numbered('a', assignees) }
  const { data } = await client.query(documentOf(logins, assignees), variables, schema)
  if (data.repository == null) {
    throw new Stop('missing-permission', `The token cannot see the repository ${issueRepository}, or there is none.`, {
      nextStep: 'Check the name, and give github-token the token of an App that has Issues: write there.',
    })
  }
  const users = logins.map((login, index) => [login, personOf(data[`u${index}`])] as const)
  const found = assignees.filter((login, index) => isAmong(login, data.repository?.[`c${index}`]))
  return {
    viewer: data.viewer,
    hasIssues: data.repository.hasIssuesEnabled,
    isArchived: data.repository.isArchived,
    users: new Map(users),
    assignable: new Set(found.map((login) => login.toLowerCase())),
  }
}

function documentOf(logins: readonly string[], assignees: readonly string[]): string {
  const names = [...Object.keys(numbered('l', logins)), ...Object.keys(numbered('a', assignees))]
  return `query(${['owner', 'repo', ...names].map((name) => `$${name}: String!`).join(', ')}) {
  viewer { login databaseId }
  repository(owner: $owner, name: $repo) {
    hasIssuesEnabled isArchived
    ${assignees.map((_, index) => `c${index}: assignableUsers(query: $a${index}, first: 10) { nodes { login } }`).join('\n    ')}
  }
  ${logins.map((_, index) => `u${index}: user(login: $l${index}) { databaseId login }`).join('\n  ')}
}`
}

function numbered(letter: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`${letter}${index}`, value]))
}

function personOf(found: unknown): Person | undefined {
  const { output, success } = v.safeParse(user, found)
  return success && output?.databaseId != null ? { id: output.databaseId, login: output.login } : undefined
}

function isAmong(login: string, found: unknown): boolean {
  const { output, success } = v.safeParse(assignableUsers, found)
  return success && output.nodes.some((node) => node?.login.toLowerCase() === login.toLowerCase())
}
