import { isRecord } from '@deploy-safety/common/record'
import type { Account } from '../account.ts'
import { IssueComment } from '../comment.ts'
import { Issue } from '../issue.ts'
import type { IssueEvent } from '../issue-event.ts'
import { Repository } from '../repository.ts'
import { timestamp } from '../view.ts'
import { connect } from './connection.ts'
import { contentFields, editFields } from './content-fields.ts'
import { type Arguments, type Context, readIssues, unresolved } from './context.ts'
import { eventFields, eventType } from './event-fields.ts'
import { commentFields, findIssue, findIssues, issueFields } from './issue-fields.ts'

const actorFields = {
  id: ({ nodeId }: Account) => nodeId,
  databaseId: ({ id }: Account) => id,
  login: ({ login }: Account) => login,
  url: (account: Account, _: Arguments, { view }: Context) => view.user(account)['html_url'],
}

/** As an actor a bot has no `[bot]` behind its login, unlike in REST; as the viewer, a User there, it has. */
const botFields = { ...actorFields, login: ({ login }: Account) => login.replace(/\[bot\]$/, '') }

const repositoryFields = {
  id: ({ nodeId }: Repository) => nodeId,
  databaseId: ({ id }: Repository) => id,
  assignableUsers: ({ collaborators }: Repository, args: Arguments) => {
    const query = String(args['query'] ?? '').toLowerCase()
    const found = [...collaborators.keys()].filter(({ login }) => login.toLowerCase().includes(query))
    return connect({ name: 'assignableUsers', args }, found, ({ nodeId }) => nodeId)
  },
  hasIssuesEnabled: ({ hasIssues }: Repository) => hasIssues,
  isArchived: ({ archived }: Repository) => archived,
  isDisabled: ({ disabled }: Repository) => disabled,
  nameWithOwner: ({ fullName }: Repository) => fullName,
  url: ({ fullName }: Repository, _: Arguments, { view }: Context) => `${view.web}/${fullName}`,
  viewerPermission: ({ collaborators }: Repository, _: Arguments, { token }: Context) => {
    if (token.identity.type === 'Bot') return token.may('issues', 'write') ? 'WRITE' : 'READ'
    return collaborators.get(token.identity)?.toUpperCase() ?? null
  },
  issue: findIssue,
  issues: findIssues,
}

const queryFields = {
  id: () => 'Query',
  viewer: (_: unknown, __: Arguments, { token }: Context) => token.identity,
  rateLimit: (_: unknown, __: Arguments, { token, world }: Context) => {
    const { used, resetAt } = token.budget('graphql', world.now())
    const limit = Math.min(token.limit, 5_000)
    return { cost: 1, limit, remaining: limit - used, used, resetAt: timestamp(resetAt) }
  },
  user: (_: unknown, { login }: Arguments, { world }: Context) => {
    const account = world.accounts.find(String(login))
    if (account?.type === 'User') return account
    throw unresolved(`a User with the login of '${login}'`)
  },
  repository: (_: unknown, { owner, name }: Arguments, { world, token }: Context) => {
    const repository = world.findRepository(String(owner), String(name))
    if (repository !== undefined && (!repository.isPrivate || token.covers(repository))) return repository
    throw unresolved(`a Repository with the name '${owner}/${name}'`)
  },
  node: (_: unknown, { id }: Arguments, context: Context) => findNode(String(id), context),
  nodes: (_: unknown, { ids }: Arguments, context: Context) => {
    return Array.isArray(ids) ? ids.map((id) => attempt(() => findNode(String(id), context))) : []
  },
}

/** An error stands in the list at the place of its node. */
function attempt<Value>(find: () => Value): Value | Error {
  try {
    return find()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function findNode(id: string, context: Context): unknown {
  const { repositories, accounts } = context.world
  const issues = repositories.flatMap((repository) => repository.issues)
  const candidates = [...repositories, ...issues, ...issues.flatMap((issue) => [...issue.comments, ...issue.events])]
  const found = accounts.byNodeId(id) ?? candidates.find(({ nodeId }) => nodeId === id)
  if (found === undefined) throw unresolved(`a node with the global id of '${id}'`)
  if (found instanceof Issue) readIssues(context, found.repository)
  if (found instanceof IssueComment) readIssues(context, found.issue.repository)
  return found
}

type Resolver = (source: never, args: Arguments, context: Context) => unknown

/** How the fields of the schema's types are read off the world; a field that is not here is a member of that name. */
export const fields: Readonly<Record<string, Readonly<Record<string, Resolver>>>> = {
  Query: queryFields,
  User: actorFields,
  Bot: botFields,
  Mannequin: actorFields,
  Organization: actorFields,
  Repository: repositoryFields,
  Issue: issueFields,
  IssueComment: commentFields,
  Comment: contentFields,
  UserContentEdit: editFields,
  ...eventFields,
}

/** The concrete type of what stands at a union or interface. */
export function typeOf(value: unknown): string {
  if (value instanceof Issue) return 'Issue'
  if (value instanceof IssueComment) return 'IssueComment'
  if (value instanceof Repository) return 'Repository'
  if (isRecord(value) && 'event' in value) return eventType(value as unknown as IssueEvent)
  if (isRecord(value) && 'login' in value) return String(value['type'])
  throw new Error('A value of no known type')
}
