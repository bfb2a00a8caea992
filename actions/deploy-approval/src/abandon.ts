import * as v from 'valibot'
import type { Client } from './github/client.ts'
import { readAllComments, writeComment } from './github/comment.ts'
import { closeIssue, findIssue, type Issue, type IssuePlace, readIssue, type Trace } from './github/issue.ts'
import { Stop } from './stop.ts'
import { renderAbandoned } from './texts/abandoned-comment.ts'
import { parseTag, verdictKey } from './texts/own-comment.ts'

/** By what an issue is found again that may have been opened. */
export type Left = Trace & {
  /** `owner/name` */
  readonly repository: string
  /** Undefined where the answer never came. */
  readonly number: number | undefined
  /** For people: of the issue, or of where it would be. */
  readonly url: string
}

/** What a part of the story has to have that opens an issue. */
export interface Leaving {
  /** Says what would have to be closed if everything ended now; undefined: nothing. */
  readonly leave: (left: Left | undefined) => void
}

const schema = v.object({
  repository: v.string(),
  nonce: v.string(),
  authorId: v.number(),
  number: v.optional(v.number()),
  url: v.string(),
})

/** For the post step: written before the issue is there, and again once its number is known. */
export function renderLeft(left: Left): string {
  return JSON.stringify(left)
}

export function parseLeft(text: string): Left {
  const { number, ...left } = v.parse(schema, JSON.parse(text))
  return { ...left, number }
}

/**
 * Closes an issue that nobody waits for any more; one that is closed, or gone, stays so.
 * @returns whether it was found: one that was asked for and never answered may come to be later
 * @throws Stop
 */
export async function abandon(client: Client, left: Left, why: string): Promise<boolean> {
  const issue = await find(client, left)
  if (issue === undefined) return false
  if (issue === 'gone' || !issue.isOpen) return true
  const place = { repository: left.repository, number: issue.number }
  const { nonce } = left
  const said = await closingKey(client, place, { nonce, authorId: issue.authorId })
  if (said === undefined || said === verdictKey(nonce, 'emergency')) await sayFarewell(client, place, { why, nonce })
  // What ended between its verdict and the close has said how.
  await closeIssue(client, place, said === verdictKey(nonce, 'approved') ? 'completed' : 'not_planned')
  return true
}

async function find(client: Client, left: Left): Promise<Issue | 'gone' | undefined> {
  const { repository, number } = left
  if (number === undefined) return await findIssue(client, repository, left)
  return await readIssue(client, { repository, number }).catch((error: unknown) => {
    if (error instanceof Stop && error.reasonCode === 'issue-gone') return 'gone'
    throw error
  })
}

/** The key of the last of our comments that says how it ended. */
async function closingKey(
  client: Client,
  place: IssuePlace,
  { nonce, authorId }: { nonce: string; authorId: Issue['authorId'] },
): Promise<string | undefined> {
  const comments = await readAllComments(client, place)
  const tags = comments.filter(({ user }) => user?.id === authorId).map(({ body }) => parseTag(body))
  return tags.findLast((tag) => tag?.kind === 'closing' && tag.key.startsWith(nonce))?.key
}

/** That it cannot be said does not keep the issue open. */
async function sayFarewell(client: Client, place: IssuePlace, texts: { why: string; nonce: string }): Promise<void> {
  await writeComment(client, place, renderAbandoned(texts)).catch((error: unknown) => {
    if (!(error instanceof Stop)) throw error
  })
}
