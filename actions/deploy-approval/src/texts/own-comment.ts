import type { OutcomeName } from '../contract.ts'

/** By what a comment of ours is known again. */
export interface Tag {
  readonly kind: 'status' | 'reply' | 'reminder' | 'closing'
  /** Hex digits or a number. */
  readonly key: string
}

/** A comment that is to be written. */
export interface OwnComment {
  readonly tag: Tag
  readonly body: string
}

/** GitHub takes no longer ones. */
export const longestText = 65_536

/** Puts together a comment of ours: it ends with its tag, which nobody sees. */
export function ownComment(tag: Tag, blocks: readonly string[]): OwnComment {
  return { tag, body: [...blocks, `<!-- deploy-approval ${tag.kind} ${tag.key} -->`].join('\n\n') }
}

/** The key of the comment with the outcome of a run that waited, or of an emergency. */
export function verdictKey(nonce: string, outcome: OutcomeName): string {
  return `${nonce}-${outcome}`
}

/** The tag in the last line of a comment; undefined where it has none. Only in a comment of ours it means anything. */
export function parseTag(body: string): Tag | undefined {
  const line = body.trimEnd().split('\n').at(-1) ?? ''
  const [, kind, key = ''] =
    /^<!-- deploy-approval (status|reply|reminder|closing) ([0-9a-z-]{1,64}) -->\r?$/.exec(line) ?? []
  return kind === undefined ? undefined : { kind: kind as Tag['kind'], key }
}
