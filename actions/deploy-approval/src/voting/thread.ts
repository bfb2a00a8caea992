import type { Account, Person } from './people.ts'

/** Somebody whom GitHub does not name: the account was deleted, or the event says nobody. */
export type Someone = Person | undefined

/** A comment as it is now. */
export interface Comment {
  readonly id: number
  /** Undefined when the account was deleted. */
  readonly author: Account | undefined
  readonly body: string
  /** Milliseconds since 1970 by GitHub's clock, which has whole seconds here. */
  readonly createdAtMs: number
  readonly isEdited: boolean
  /** Who edited it, as far as the history says. */
  readonly editors: readonly Someone[]
  readonly viaEmail: boolean
  readonly viaApp: boolean
}

/** What happened to the issue itself. */
export type ThreadEvent =
  | { readonly kind: 'retitled' | 'rewritten' | 'closed'; readonly by: Someone }
  | { readonly kind: 'comment-deleted'; readonly by: Someone; readonly author: Someone }

/** The issue with all its comments, as one complete read found them. */
export interface Thread {
  readonly isOpen: boolean
  /** In the order of time. */
  readonly events: readonly ThreadEvent[]
  /** In the order of their ids, which is the order of creation. */
  readonly comments: readonly Comment[]
}

/**
 * What is known of every comment that was ever in sight: as the first read found it, with the editors of the last one in
 * which its author was to be seen. Whoever deletes an account takes the name off everything it did.
 */
export function remember(seen: ReadonlyMap<number, Comment>, { comments }: Thread): Map<number, Comment> {
  const known = new Map(seen)
  for (const comment of comments) {
    const first = known.get(comment.id) ?? comment
    const isSameAuthor = comment.author?.id === first.author?.id
    known.set(comment.id, isSameAuthor ? { ...first, editors: comment.editors } : first)
  }
  return known
}
