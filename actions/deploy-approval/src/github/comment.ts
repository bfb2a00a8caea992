import * as v from 'valibot'
import { Stop } from '../stop.ts'
import { parseTag, type Tag } from '../texts/own-comment.ts'
import type { Client } from './client.ts'
import { explainGone, type IssuePlace, readIssue } from './issue.ts'
import { repositoryOf } from './repository.ts'
import { account, id, time } from './shapes.ts'

/** A comment as REST shows it: without what became of it, but with the App behind it. */
export type RestComment = v.InferOutput<typeof schema>

const schema = v.object({
  id,
  user: v.nullish(account),
  body: v.optional(v.string(), ''),
  created_at: time,
  updated_at: time,
  performed_via_github_app: v.nullish(v.unknown()),
})
const list = v.array(schema)

/** All comments of an issue. @throws Stop `issue-gone` */
export async function readComments(client: Client, place: IssuePlace): Promise<RestComment[]> {
  const { repository, number } = place
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const all: RestComment[] = []
  for (let page = 1; ; page += 1) {
    const parameters = { ...repositoryOf(repository), issue_number: number, per_page: 100, page }
    const { data, hasNext } = await client.send(route, parameters, list).catch(explainGone(place))
    all.push(...data)
    if (!hasNext) return all
  }
}

/** As many as the issue counts: a list may lag behind. @throws Stop */
export async function readAllComments(client: Client, place: IssuePlace): Promise<RestComment[]> {
  for (let read = 1; ; read += 1) {
    const { comments: count } = await readIssue(client, place)
    const comments = await readComments(client, place)
    if (comments.length === count) return comments
    const message = `Issue #${place.number} has ${count} comments, and GitHub lists ${comments.length}`
    await client.bear(new Stop('api-error', message), { count: read })
  }
}

/** What was to be written is not true any more. */
export class Overtaken extends Error {}

/**
 * Writes a comment of ours, once: where its answer was lost it is looked for by its tag.
 * @param holds whether it may still be written; asked before every repetition
 * @throws Stop, ActionError `cancelled`; Overtaken when it may not
 */
export async function writeComment(
  client: Client,
  place: IssuePlace,
  { body, tag, holds = async () => true }: { body: string; tag: Tag; holds?: () => Promise<boolean> },
): Promise<RestComment> {
  const find = async () => {
    const written = (await readAllComments(client, place)).find((comment) => isTagged(comment.body, tag))
    if (written === undefined && !(await holds())) throw new Overtaken()
    return written
  }
  const parameters = { ...repositoryOf(place.repository), issue_number: place.number, body }
  return await client.create('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', parameters, { schema, find })
}

/** Replaces the text of a comment of ours. */
export async function editComment(
  client: Client,
  repository: string,
  { commentId, body }: { commentId: number; body: string },
): Promise<RestComment> {
  const parameters = { ...repositoryOf(repository), comment_id: commentId, body }
  return (await client.send('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', parameters, schema)).data
}

/** The signs that a comment can get. */
export type Reaction = '+1' | '-1' | 'eyes' | 'confused'

/** Puts a sign under a comment; a second time it is there already. */
export async function react(
  client: Client,
  repository: string,
  { commentId, content }: { commentId: number; content: Reaction },
): Promise<void> {
  const route = 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions'
  await client.send(route, { ...repositoryOf(repository), comment_id: commentId, content }, v.object({ id }))
}

function isTagged(body: string, { kind, key }: Tag): boolean {
  const tag = parseTag(body)
  return tag?.kind === kind && tag.key === key
}
