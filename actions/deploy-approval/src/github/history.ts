import * as v from 'valibot'
import { Stop } from '../stop.ts'
import type { Person } from '../voting/people.ts'
import type { Someone, ThreadEvent } from '../voting/thread.ts'
import type { Client } from './client.ts'
import type { IssuePlace } from './issue.ts'
import { repositoryOf } from './repository.ts'
import { actor, actorFields, bigId, time } from './shapes.ts'
import { viewer } from './viewer.ts'

/** What only GraphQL knows of an issue: who edited, deleted, renamed and closed. */
export interface History {
  /** The account that the token acts as. */
  readonly us: Person
  readonly events: readonly ThreadEvent[]
  readonly comments: readonly HistoryComment[]
}

export interface HistoryComment {
  readonly id: number
  readonly body: string
  readonly createdAtMs: number
  readonly isEdited: boolean
  readonly editors: readonly Someone[]
  readonly viaEmail: boolean
}

const edits = v.nullish(
  v.object({ totalCount: v.number(), nodes: v.nullish(v.array(v.nullable(v.object({ editor: actor })))) }),
)
const pageInfo = v.object({ hasNextPage: v.boolean(), endCursor: v.nullish(v.string()) })
const edited = { lastEditedAt: v.nullish(v.string()), editor: actor, userContentEdits: edits }
const comment = v.object({
  ...edited,
  fullDatabaseId: bigId,
  body: v.string(),
  createdAt: time,
  createdViaEmail: v.boolean(),
})
const event = v.object({ __typename: v.string(), actor, deletedCommentAuthor: actor })
const schema = v.object({
  data: v.object({
    viewer,
    repository: v.nullish(
      v.object({
        issue: v.nullish(
          v.object({
            ...edited,
            comments: v.optional(v.object({ pageInfo, nodes: v.array(v.nullable(comment)) })),
            timelineItems: v.optional(v.object({ pageInfo, nodes: v.array(v.nullable(event)) })),
          }),
        ),
      }),
    ),
  }),
})

const editFields = `lastEditedAt editor { ${actorFields} } userContentEdits(first: 100) { totalCount nodes { editor { ${actorFields} } } }`
const query = `query($owner: String!, $repo: String!, $number: Int!, $comments: String, $events: String, $moreComments: Boolean!, $moreEvents: Boolean!) {
  viewer { login databaseId }
  repository(owner: $owner, name: $repo) { issue(number: $number) {
    ${editFields}
    comments(first: 100, after: $comments) @include(if: $moreComments) {
      pageInfo { hasNextPage endCursor }
      nodes { fullDatabaseId body createdAt createdViaEmail ${editFields} }
    }
    timelineItems(first: 100, after: $events, itemTypes: [RENAMED_TITLE_EVENT, COMMENT_DELETED_EVENT, CLOSED_EVENT]) @include(if: $moreEvents) {
      pageInfo { hasNextPage endCursor }
      nodes { __typename
        ... on RenamedTitleEvent { actor { ${actorFields} } }
        ... on ClosedEvent { actor { ${actorFields} } }
        ... on CommentDeletedEvent { actor { ${actorFields} } deletedCommentAuthor { ${actorFields} } }
      }
    }
  } }
}`

interface Cursor {
  readonly hasNext: boolean
  readonly after: string | undefined
}

/** Reads all of it. @throws Stop `issue-gone` */
export async function readHistory(client: Client, { repository, number }: IssuePlace): Promise<History> {
  const comments: HistoryComment[] = []
  const events: ThreadEvent[] = []
  let commentPage: Cursor = { hasNext: true, after: undefined }
  let eventPage: Cursor = { hasNext: true, after: undefined }
  for (;;) {
    const variables = {
      ...repositoryOf(repository),
      number,
      ...{ comments: commentPage.after, moreComments: commentPage.hasNext },
      ...{ events: eventPage.after, moreEvents: eventPage.hasNext },
    }
    const { data } = await client.query(query, variables, schema)
    const issue = data.repository?.issue
    if (issue == null) throw new Stop('issue-gone', `Issue #${number} is gone: GitHub does not find it any more.`)
    if (comments.length === 0 && events.length === 0) events.push(...rewritten(issue))
    comments.push(...(issue.comments?.nodes ?? []).flatMap(commentOf))
    events.push(...(issue.timelineItems?.nodes ?? []).flatMap(eventOf))
    commentPage = next(issue.comments?.pageInfo)
    eventPage = next(issue.timelineItems?.pageInfo)
    if (!commentPage.hasNext && !eventPage.hasNext) return { us: data.viewer, comments, events }
  }
}

function next(page: v.InferOutput<typeof pageInfo> | undefined): Cursor {
  const after = page?.endCursor ?? undefined
  return { hasNext: page?.hasNextPage === true && after !== undefined, after }
}

type Edited = v.InferOutput<v.ObjectSchema<typeof edited, undefined>>

/** The editors of a text; its author wrote it and is among them once there are any. */
function editorsOf({ lastEditedAt, editor, userContentEdits }: Edited): Someone[] {
  const nodes = userContentEdits?.nodes?.filter((node) => node !== null) ?? []
  if (lastEditedAt == null && nodes.length === 0) return []
  // Of more edits than are shown, any could be anybody's.
  const hidden = (userContentEdits?.totalCount ?? 0) > nodes.length ? [undefined] : []
  return [...[editor, ...nodes.map((node) => node.editor)].map(someone), ...hidden]
}

function rewritten(issue: Edited): ThreadEvent[] {
  const [by] = editorsOf(issue)
  return editorsOf(issue).length === 0 ? [] : [{ kind: 'rewritten', by }]
}

function commentOf(raw: v.InferOutput<typeof comment> | null): HistoryComment[] {
  if (raw === null) return []
  const editors = editorsOf(raw)
  return [
    {
      id: raw.fullDatabaseId,
      body: raw.body,
      createdAtMs: raw.createdAt,
      isEdited: editors.length > 0,
      editors,
      viaEmail: raw.createdViaEmail,
    },
  ]
}

function eventOf(raw: v.InferOutput<typeof event> | null): ThreadEvent[] {
  const by = someone(raw?.actor)
  if (raw?.__typename === 'RenamedTitleEvent') return [{ kind: 'retitled', by }]
  if (raw?.__typename === 'ClosedEvent') return [{ kind: 'closed', by }]
  if (raw?.__typename !== 'CommentDeletedEvent') return []
  return [{ kind: 'comment-deleted', by, author: someone(raw.deletedCommentAuthor) }]
}

function someone(raw: v.InferOutput<typeof actor>): Someone {
  return raw?.databaseId == null ? undefined : { id: raw.databaseId, login: raw.login }
}
