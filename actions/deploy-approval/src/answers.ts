import type { Reaction } from './github/comment.ts'
import { parseTag } from './texts/own-comment.ts'
import { parseCommand } from './voting/command.ts'
import type { Account, Person } from './voting/people.ts'
import type { Comment, Thread } from './voting/thread.ts'
import type { Count, Vote, Why } from './voting/votes.ts'

/** What we say to comments: a sign under each command, and a reply where one was ignored. */
export interface Answers {
  readonly reactions: readonly { readonly commentId: number; readonly content: Reaction }[]
  readonly replies: readonly Reply[]
}

export interface Reply {
  readonly to: Account
  readonly why: Why | 'look-alike' | 'bare-word'
}

// Strangers can write as much as they like.
const mostReplies = 20

export interface Conversation {
  readonly thread: Thread
  readonly count: Count
  /** Ids of those who may vote. */
  readonly eligible: ReadonlySet<number>
  readonly us: Person
  /** Comments up to this id have been answered. */
  readonly answeredId: number
}

/** Decides what to say. Pure. */
export function answersTo(conversation: Conversation): Answers {
  const replies = repliesTo(conversation)
  const replied = new Set(replies.map(({ commentId }) => commentId))
  const { count, eligible, answeredId } = conversation
  const reactions = count.votes
    .filter(({ comment }) => replied.has(comment.id) || (comment.id > answeredId && isEligible(comment, eligible)))
    .flatMap(reactionTo)
  return { reactions, replies: replies.map(({ to, why }) => ({ to, why })) }
}

function reactionTo({ comment, command, counted, why }: Vote): { commentId: number; content: Reaction }[] {
  if (why === 'deleted') return []
  // What was replaced counted, until somebody thought better of it.
  if (!counted && why !== 'replaced') return [{ commentId: comment.id, content: 'confused' }]
  const content = command.kind === 'deny' ? '-1' : command.kind === 'status' ? 'eyes' : '+1'
  return [{ commentId: comment.id, content }]
}

function repliesTo({ thread, count, eligible, us, answeredId }: Conversation): (Reply & { commentId: number })[] {
  const told = new Set(
    thread.comments
      .filter(({ author }) => author?.id === us.id)
      .flatMap(({ body }) => parseTag(body) ?? [])
      .filter(({ kind }) => kind === 'reply')
      .map(({ key }) => Number(key)),
  )
  const left = Math.max(0, mostReplies - told.size)
  const ignored = thread.comments
    .flatMap((comment) => ignoredIn(comment, count, eligible))
    // An edit can make an old comment one that is ignored.
    .filter(({ commentId, why }) => commentId > answeredId || why === 'edited')
    .filter(({ to }) => to.isUser && to.id !== us.id && !told.has(to.id))
  const byPerson = Map.groupBy(ignored, ({ to }) => to.id)
  return [...byPerson.values()].flatMap(([first]) => first ?? []).slice(0, left)
}

function ignoredIn(
  comment: Comment,
  { votes }: Count,
  eligible: ReadonlySet<number>,
): (Reply & { commentId: number })[] {
  const { author: to, id: commentId } = comment
  if (to === undefined) return []
  const vote = votes.find((candidate) => candidate.comment.id === commentId)
  if (vote !== undefined) {
    const isSilent = vote.counted || vote.why === 'replaced' || vote.why === 'deleted'
    return isSilent ? [] : [{ to, why: vote.why, commentId }]
  }
  const kind = parseCommand(comment.body)?.kind
  if (kind === 'look-alike') return [{ to, why: kind, commentId }]
  return kind === 'bare-word' && isEligible(comment, eligible) ? [{ to, why: kind, commentId }] : []
}

function isEligible({ author }: Comment, eligible: ReadonlySet<number>): boolean {
  return author !== undefined && eligible.has(author.id)
}
