import * as v from 'valibot'
import { renderAbandoned } from './abandoned-comment.ts'
import type { Client } from './github/client.ts'
import { isWritten, writeComment } from './github/comment.ts'
import { closeIssue, findIssue, type Issue, readIssue, type Trace } from './github/issue.ts'

/** By what an issue is found again that may have been opened. */
export type Left = Trace & {
  /** `owner/name` */
  readonly repository: string
  /** Undefined where the answer never came. */
  readonly number: number | undefined
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
 * Closes an issue that nobody waits for any more; one that is closed stays so.
 * @returns whether it was found: one that was asked for and never answered may come to be later
 * @throws Stop
 */
export async function abandon(client: Client, left: Left, why: string): Promise<boolean> {
  const issue = await find(client, left)
  if (issue === undefined) return false
  if (!issue.isOpen) return true
  const place = { repository: left.repository, number: issue.number }
  const farewell = renderAbandoned({ why, nonce: left.nonce })
  // What ended between its verdict and the close has said how.
  if (!(await isWritten(client, place, { authorId: issue.authorId, tag: farewell.tag }))) {
    await writeComment(client, place, farewell)
  }
  await closeIssue(client, place, 'not_planned')
  return true
}

async function find(client: Client, left: Left): Promise<Issue | undefined> {
  const { repository, number } = left
  return number === undefined
    ? await findIssue(client, repository, left)
    : await readIssue(client, { repository, number })
}
