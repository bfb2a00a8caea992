import type { Person } from './people.ts'
import type { Electorate } from './standing.ts'
import type { Comment, Someone, Thread } from './thread.ts'
import { type Count, countVotes, type Poll } from './votes.ts'

export interface Question extends Poll {
  /** How many distinct people have to approve, at least 1. */
  readonly quorum: number
  /** Whether no approval comes before every item of the checklist is ticked. */
  readonly needsChecklist: boolean
  /** The account that the token of this step acts as. */
  readonly us: Person
  /** The number of a newer request for the same environment and gate. */
  readonly newerRequest: number | undefined
  /** GitHub's clock. */
  readonly nowMs: number
}

/** Something that nobody may do to an open request. */
export interface Alteration {
  readonly by: Someone
  /** What this person did, in a sentence: `changed the title`, `deleted a comment of bob`. */
  readonly did: string
}

type Decision =
  | { readonly outcome: 'approved'; readonly reasonCode: 'ok' }
  | { readonly outcome: 'denied'; readonly reasonCode: 'denied-by-vote' }
  | { readonly outcome: 'denied'; readonly reasonCode: 'closed-by-hand'; readonly by: Someone }
  | {
      readonly outcome: 'denied'
      readonly reasonCode: 'request-altered'
      readonly alterations: readonly [Alteration, ...Alteration[]]
    }
  | { readonly outcome: 'superseded'; readonly reasonCode: 'superseded'; readonly newerRequest: number }
  | { readonly outcome: 'timed-out'; readonly reasonCode: 'timed-out' }
  | { readonly outcome: 'pending'; readonly reasonCode: 'undecided' }

export type Verdict = Decision & { readonly count: Count }

/**
 * Decides a request from one complete read of its issue. Whatever speaks against an approval beats it: a change of the
 * request, a close by hand, a newer request, a denial. Pure.
 */
export function decide(question: Question): Verdict {
  const count = countVotes(question)
  return { ...decisionOf(question, count), count }
}

/** Whether two say the same, by the same people. */
export function isSameVerdict(one: Verdict, other: Verdict): boolean {
  const key = ({ reasonCode, count: { approvers, deniedBy } }: Verdict) =>
    JSON.stringify([reasonCode, ...[approvers, deniedBy].map((people) => people.map(({ id }) => id))])
  return key(one) === key(other)
}

function decisionOf(question: Question, { approvers, deniedBy, checked }: Count): Decision {
  const { thread, us, newerRequest, quorum, needsChecklist, terms, nowMs } = question
  const [first, ...others] = alterations(thread, question.electorate, question.seen)
  if (first !== undefined) {
    return { outcome: 'denied', reasonCode: 'request-altered', alterations: [first, ...others] }
  }
  const closing = closingOf(thread, us, newerRequest !== undefined)
  if (closing !== undefined) return { outcome: 'denied', reasonCode: 'closed-by-hand', by: closing.by }
  if (newerRequest !== undefined) return { outcome: 'superseded', reasonCode: 'superseded', newerRequest }
  if (deniedBy.length > 0) return { outcome: 'denied', reasonCode: 'denied-by-vote' }
  const isComplete = !needsChecklist || checked.size === terms.items
  // A quorum below one would be reached by nobody.
  if (quorum >= 1 && approvers.length >= quorum && isComplete) return { outcome: 'approved', reasonCode: 'ok' }
  return nowMs >= terms.deadlineMs
    ? { outcome: 'timed-out', reasonCode: 'timed-out' }
    : { outcome: 'pending', reasonCode: 'undecided' }
}

/** Whoever closed the issue, reopened or not; our own account may, for a newer request. */
function closingOf(thread: Thread, us: Person, isSuperseded: boolean): { by: Someone } | undefined {
  const closings = thread.events.filter(({ kind }) => kind === 'closed')
  const byHand = closings.find(({ by }) => by?.id !== us.id || !isSuperseded)
  if (byHand !== undefined) return byHand
  // Closed, and nobody says by whom.
  return !thread.isOpen && closings.length === 0 && !isSuperseded ? { by: undefined } : undefined
}

/**
 * Everything that somebody did to the text of the request, or to the words of somebody who may vote. Whoever deletes a
 * comment of his own leaves no event; a comment that is gone without one was.
 * @param seen every comment that was ever read, as `remember` keeps it: what was done to one that is gone was done
 */
export function alterations(
  thread: Thread,
  { eligible }: Pick<Electorate, 'eligible'>,
  seen: readonly Comment[] = [],
): Alteration[] {
  const isEntitled = (someone: Someone) => someone !== undefined && eligible.has(someone.id)
  const events = thread.events.flatMap((event): Alteration[] => {
    if (event.kind === 'retitled') return [{ by: event.by, did: 'changed the title' }]
    if (event.kind === 'rewritten') return [{ by: event.by, did: 'changed the text' }]
    if (event.kind !== 'comment-deleted' || !isEntitled(event.author) || isSame(event.by, event.author)) return []
    return [{ by: event.by, did: `deleted ${commentOf(event.author)}` }]
  })
  const known = new Map([...thread.comments, ...seen].map((comment) => [comment.id, comment]))
  const edits = [...known.values()]
    .filter(({ author }) => isEntitled(author))
    .flatMap(({ author, editors }) =>
      editors.filter((editor) => !isSame(editor, author)).map((by) => ({ by, did: `changed ${commentOf(author)}` })),
    )
  return [...events, ...edits]
}

function isSame(one: Someone, other: Someone): boolean {
  return one !== undefined && one.id === other?.id
}

function commentOf(author: Someone): string {
  return `a comment of ${author?.login ?? 'a deleted account'}`
}
