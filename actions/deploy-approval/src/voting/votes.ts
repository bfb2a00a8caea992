import { type Command, parseCommand } from './command.ts'
import type { Account } from './people.ts'
import { type Electorate, type Standing, standingOf } from './standing.ts'
import type { Comment, Thread } from './thread.ts'

/** Why a command counts or does not. */
export type Why =
  | 'counted'
  | 'replaced'
  | Exclude<Standing, 'eligible'>
  | 'not-a-user'
  | 'by-app'
  | 'by-email'
  | 'too-early'
  | 'too-late'
  | 'edited'
  | 'deleted'
  | 'no-such-item'

/** A command of anybody, and what it was worth. */
export interface Vote {
  /** As it was when the command was read. */
  readonly comment: Comment
  readonly command: Command
  readonly counted: boolean
  readonly why: Why
}

export interface Count {
  readonly votes: readonly Vote[]
  /** In the order of their votes. */
  readonly approvers: readonly Account[]
  readonly deniedBy: readonly Account[]
  /** Who ticked an item first, by its number. */
  readonly checked: ReadonlyMap<number, Account>
}

/** Before anybody has written anything. */
export const nothing: Count = { votes: [], approvers: [], deniedBy: [], checked: new Map() }

/** What the request allows. */
interface Terms {
  readonly openedAtMs: number
  readonly deadlineMs: number
  /** How many items the checklist has. */
  readonly items: number
}

export interface Poll {
  readonly terms: Terms
  readonly electorate: Electorate
  readonly thread: Thread
  /** As `remember` keeps them: a denial stands even when it is edited or deleted later. */
  readonly seen: readonly Comment[]
}

/** Counts what people wrote: the last vote of a person wins. Pure. */
export function countVotes(poll: Poll): Count {
  const { votes, positions, checked } = new Tally(poll)
  const holding = (kind: Command['kind']) =>
    [...positions.values()].filter(({ command }) => command.kind === kind).map(({ voter }) => voter)
  return { votes: [...votes], approvers: holding('approve'), deniedBy: holding('deny'), checked }
}

interface Ballot {
  readonly comment: Comment
  readonly command: Command
  readonly voter: Account
  readonly index: number
}

class Tally {
  readonly votes: Vote[] = []
  /** The vote that each person holds, by id. */
  readonly positions = new Map<number, Ballot>()
  readonly checked = new Map<number, Account>()
  readonly #poll: Poll

  constructor(poll: Poll) {
    this.#poll = poll
    for (const comment of sightings(poll)) this.#read(comment)
  }

  #read({ first, now }: Sighting): void {
    const command = commandOf(first) ?? (now && commandOf(now))
    if (command === undefined) return
    const comment = commandOf(first) === undefined && now !== undefined ? now : first
    const voter = comment.author
    const isNoItem = command.kind === 'check' && command.item > this.#poll.terms.items
    const objection =
      this.#objection(comment, command) ?? changed({ first, now }, command) ?? (isNoItem ? 'no-such-item' : undefined)
    const counted = objection === undefined
    this.votes.push({ comment, command, counted, why: objection ?? 'counted' })
    if (voter === undefined) return
    if (counted) this.#count({ comment, command, voter, index: this.votes.length - 1 })
    else if (objection === 'edited' || objection === 'deleted') this.#distrust(voter, [comment, now])
  }

  #objection(comment: Comment, command: Command): Why | undefined {
    const { electorate, terms } = this.#poll
    const { author } = comment
    if (comment.viaApp) return 'by-app'
    if (author === undefined) return 'stranger'
    if (!author.isUser) return 'not-a-user'
    const standing = standingOf(author.id, electorate)
    // Where things stand is for everybody to ask.
    if (standing !== 'eligible' && command.kind !== 'status') return standing
    if (comment.viaEmail) return 'by-email'
    if (comment.createdAtMs < terms.openedAtMs) return 'too-early'
    return comment.createdAtMs >= terms.deadlineMs ? 'too-late' : undefined
  }

  #count(ballot: Ballot): void {
    const { command, voter } = ballot
    if (command.kind === 'status') return
    if (command.kind === 'check') {
      if (!this.checked.has(command.item)) this.checked.set(command.item, voter)
      return
    }
    this.#replace(voter)
    if (command.kind !== 'withdraw') this.positions.set(voter.id, ballot)
  }

  /** What was changed is no vote; but whoever says or said no in it must not be counted as a yes by an older one. */
  #distrust(voter: Account, versions: readonly (Comment | undefined)[]): void {
    const kinds = versions.map((version) => version && commandOf(version)?.kind)
    const isRefusal = kinds.includes('deny') || kinds.includes('withdraw')
    if (isRefusal && this.positions.get(voter.id)?.command.kind === 'approve') this.#replace(voter)
  }

  #replace(voter: Account): void {
    const former = this.positions.get(voter.id)
    if (former === undefined) return
    this.positions.delete(voter.id)
    const { comment, command } = former
    this.votes[former.index] = { comment, command, counted: false, why: 'replaced' }
  }
}

interface Sighting {
  readonly first: Comment
  /** Undefined when it is gone. */
  readonly now: Comment | undefined
}

/** Every comment that ever was in sight, in the order of creation. */
function sightings({ thread, seen }: Poll): Sighting[] {
  const now = new Map(thread.comments.map((comment) => [comment.id, comment]))
  const first = new Map([...now, ...seen.map((comment) => [comment.id, comment] as const)])
  return [...first.values()]
    .sort((one, other) => one.id - other.id)
    .map((comment) => ({ first: comment, now: now.get(comment.id) }))
}

/** What became of a command. A denial that was once in sight as it was written stands. */
function changed({ first, now }: Sighting, command: Command): Why | undefined {
  if (command.kind === 'deny' && !first.isEdited && commandOf(first)?.kind === 'deny') return undefined
  // Where the account is gone, nobody stands by it any more.
  if (now === undefined || now.author?.id !== first.author?.id) return 'deleted'
  return now.isEdited || first.isEdited || now.body !== first.body ? 'edited' : undefined
}

function commandOf({ body }: Comment): Command | undefined {
  const command = parseCommand(body)
  return command?.kind === 'look-alike' || command?.kind === 'bare-word' ? undefined : command
}
