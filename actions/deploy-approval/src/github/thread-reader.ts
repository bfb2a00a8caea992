import { Stop } from '../stop.ts'
import type { Person } from '../voting/people.ts'
import type { Comment, Thread } from '../voting/thread.ts'
import type { Client } from './client.ts'
import { type RestComment, readComments } from './comment.ts'
import { type History, type HistoryComment, readHistory } from './history.ts'
import { type Issue, type IssuePlace, readIssue } from './issue.ts'

/** A complete read. */
export interface Reading {
  readonly issue: Issue
  readonly thread: Thread
  /** The account that the token acts as. */
  readonly us: Person
}

// With the pauses between them, a lag of 15 s is borne.
const leastReads = 5

/**
 * Reads everything without cache, from REST and GraphQL, which must agree: each knows something that the other does not,
 * and their copies may lag behind each other by seconds. A comment that the issue counts and nobody shows could be a denial.
 * @param known the issue as it has just been read
 * @throws Stop `issue-gone`, `api-error`
 */
export async function readThread(
  client: Client,
  place: IssuePlace,
  known: Issue | undefined = undefined,
): Promise<Reading> {
  for (let read = 1; ; read += 1) {
    const issue = (read === 1 ? known : undefined) ?? (await readIssue(client, place))
    const comments = await readComments(client, place)
    const history = await readHistory(client, place)
    const joined = join(comments, history)
    if (joined?.length === issue.comments) {
      const { us, events } = history
      return { issue, us, thread: { isOpen: issue.isOpen, events, comments: joined } }
    }
    const message = `Issue #${place.number} has ${issue.comments} comments, but GitHub shows ${comments.length} by REST and ${history.comments.length} by GraphQL`
    await client.bear(new Stop('api-error', message), { count: read, attempts: leastReads })
  }
}

/** Undefined when one knows a comment that the other does not, or knows it otherwise. */
function join(comments: readonly RestComment[], history: History): Comment[] | undefined {
  const known = new Map(history.comments.map((comment) => [comment.id, comment]))
  if (known.size !== comments.length) return undefined
  const joined = comments.flatMap((comment) => {
    const other = known.get(comment.id)
    return other !== undefined && isSame(comment, other) ? [commentOf(comment, other)] : []
  })
  return joined.length === comments.length ? joined.sort((one, other) => one.id - other.id) : undefined
}

function isSame(rest: RestComment, { body, createdAtMs }: HistoryComment): boolean {
  const lines = (text: string) => text.replaceAll('\r\n', '\n')
  return rest.created_at === createdAtMs && lines(rest.body) === lines(body)
}

function commentOf({ user, performed_via_github_app: app, ...rest }: RestComment, other: HistoryComment): Comment {
  return {
    id: rest.id,
    author: user == null ? undefined : { id: user.id, login: user.login, isUser: user.type === 'User' },
    body: rest.body,
    createdAtMs: rest.created_at,
    isEdited: other.isEdited,
    editors: other.editors,
    viaEmail: other.viaEmail,
    viaApp: app != null,
  }
}
