import type { IssueComment } from '../comment.ts'
import { Issue } from '../issue.ts'
import type { IssueEvent } from '../issue-event.ts'
import type { Repository } from '../repository.ts'
import { visibleComments } from '../rest/comments.ts'
import { issuePage } from '../rest/issue-shapes.ts'
import { timestamp, timestampOf } from '../view.ts'
import { connect } from './connection.ts'
import { contentFields } from './content-fields.ts'
import { type Arguments, type Context, readIssues, unresolved } from './context.ts'
import { eventType } from './event-fields.ts'

const byId = ({ id }: { readonly id: number }) => id
const byNodeId = (item: { readonly nodeId: string }) => item.nodeId

export const issueFields = {
  ...contentFields,
  assignees: ({ assignees }: Issue, args: Arguments) => connect({ name: 'assignees', args }, [...assignees], byId),
  closed: ({ state }: Issue) => state === 'closed',
  closedAt: ({ closedAt }: Issue) => timestampOf(closedAt),
  comments: (issue: Issue, args: Arguments, { world }: Context) =>
    connect({ name: 'comments', args }, visibleComments(world, issue), byId),
  labels: ({ labels }: Issue, args: Arguments) =>
    connect(
      { name: 'labels', args },
      [...labels].map((name) => ({ id: `LA_${name}`, name })),
      ({ name }) => name,
    ),
  state: ({ state }: Issue) => state.toUpperCase(),
  stateReason: ({ stateReason }: Issue) => stateReason?.toUpperCase() ?? null,
  timelineItems,
  url: (issue: Issue, _: Arguments, { view }: Context) => issuePage(view, issue),
}

export const commentFields = {
  ...contentFields,
  isMinimized: () => false,
  url: ({ issue, id }: IssueComment, _: Arguments, { view }: Context) => `${issuePage(view, issue)}#issuecomment-${id}`,
}

function timelineItems(issue: Issue, args: Arguments, { world }: Context): unknown {
  const since = typeof args['since'] === 'string' ? new Date(args['since']) : new Date(0)
  const all: (IssueComment | IssueEvent)[] = [...visibleComments(world, issue), ...issue.events]
  all.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.id - b.id)
  const wanted = Array.isArray(args['itemTypes']) ? args['itemTypes'] : undefined
  const found = all.filter((item) => {
    const type = 'event' in item ? eventType(item) : 'IssueComment'
    return item.createdAt >= since && (wanted === undefined || wanted.includes(enumName(type)))
  })
  const page = connect({ name: 'timelineItems', args }, found, byId)
  const counts = { filteredCount: found.length, pageCount: page.nodes.length, totalCount: all.length }
  return { ...page, ...counts, updatedAt: timestamp(issue.updatedAt) }
}

/** `ClosedEvent` is asked for as `CLOSED_EVENT`. */
function enumName(type: string): string {
  return type.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
}

/** Whatever became of an issue that is not here: GraphQL does not say. */
export function findIssue(repository: Repository, args: Arguments, context: Context): Issue {
  readIssues(context, repository)
  const place = repository.hasIssues ? repository.place(Number(args['number'])) : undefined
  if (place instanceof Issue && !place.pullRequest) return place
  throw unresolved(`an Issue with the number of ${args['number']}`)
}

export function findIssues(repository: Repository, args: Arguments, context: Context): unknown {
  readIssues(context, repository)
  const filter = (args['filterBy'] ?? {}) as Arguments
  const states = (args['states'] ?? filter['states']) as readonly string[] | undefined
  const labels = (args['labels'] ?? filter['labels'] ?? []) as readonly string[]
  const since = typeof filter['since'] === 'string' ? new Date(filter['since']) : new Date(0)
  const found = repository.issues.filter(
    (issue) =>
      !issue.pullRequest &&
      (states === undefined || states.includes(issue.state.toUpperCase())) &&
      (labels.length === 0 || labels.some((label) => issue.labels.has(label))) &&
      (filter['createdBy'] === undefined || filter['createdBy'] === issue.user.login) &&
      issue.updatedAt >= since,
  )
  return connect({ name: 'issues', args }, found.sort(order(args['orderBy'] as Arguments | undefined)), byNodeId)
}

function order(
  { field, direction }: Arguments = { field: 'CREATED_AT', direction: 'ASC' },
): (a: Issue, b: Issue) => number {
  const sign = direction === 'DESC' ? -1 : 1
  const key = (issue: Issue) => {
    if (field === 'COMMENTS') return issue.comments.length
    return (field === 'UPDATED_AT' ? issue.updatedAt : issue.createdAt).getTime()
  }
  return (a, b) => sign * (key(a) - key(b) || a.id - b.id)
}
