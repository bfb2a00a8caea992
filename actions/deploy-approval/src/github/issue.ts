import { messageOf } from '@deploy-safety/common/errors'
import * as v from 'valibot'
import { Stop } from '../stop.ts'
import type { Client } from './client.ts'
import { repositoryOf } from './repository.ts'
import { id, time } from './shapes.ts'

/** An issue as REST shows it, without its comments. */
export interface Issue {
  readonly number: number
  readonly url: string
  readonly title: string
  readonly body: string
  readonly isOpen: boolean
  /** Id of its author; undefined for an account that is gone. */
  readonly authorId: number | undefined
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** How many there are. */
  readonly comments: number
  readonly isPullRequest: boolean
  readonly labels: readonly string[]
}

const schema = v.object({
  number: id,
  html_url: v.string(),
  title: v.string(),
  body: v.nullish(v.string()),
  state: v.picklist(['open', 'closed']),
  user: v.nullish(v.object({ id })),
  created_at: time,
  updated_at: time,
  comments: v.number(),
  pull_request: v.nullish(v.unknown()),
  labels: v.optional(v.array(v.union([v.string(), v.object({ name: v.nullish(v.string()) })])), []),
})
const list = v.array(schema)

/** Where an issue is. */
export interface IssuePlace {
  /** `owner/name` */
  readonly repository: string
  readonly number: number
}

export interface NewIssue {
  readonly title: string
  readonly body: string
  readonly labels: readonly string[]
  readonly assignees: readonly string[]
}

const looksAfterMs = [0, 2_000, 4_000, 8_000, 16_000]
const one = 'GET /repos/{owner}/{repo}/issues/{issue_number}'
const many = 'GET /repos/{owner}/{repo}/issues'

/** @throws Stop `issue-gone` when it was deleted or transferred */
export async function readIssue(client: Client, place: IssuePlace): Promise<Issue> {
  const { data } = await client.send(one, parametersOf(place), schema).catch(explainGone(place))
  return issueOf(data)
}

/** Reads an issue that has changed since an earlier answer. @throws Stop `issue-gone` */
export async function readChangedIssue(
  client: Client,
  place: IssuePlace,
  etag: string | undefined,
): Promise<{ issue: Issue; etag: string | undefined } | undefined> {
  const parameters = { ...parametersOf(place), etag }
  const answer = await client.sendIfChanged(one, parameters, schema).catch(explainGone(place))
  return answer === undefined ? undefined : { issue: issueOf(answer.data), etag: answer.etag }
}

/** How an issue of ours is known again. */
export interface Trace {
  /** A text that only it has, unless somebody copies it. */
  readonly nonce: string
  /** The id of the account that we act as. */
  readonly authorId: number
}

/**
 * Opens an issue, once: where its answer was lost it is looked for.
 * @param refused is called where GitHub refused it, so that there certainly is none
 * @throws Stop `issues-disabled`, `missing-permission`
 */
export async function openIssue(
  client: Client,
  repository: string,
  { issue, trace, refused }: { issue: NewIssue; trace: Trace; refused: () => void },
): Promise<Issue> {
  let isUncertain = false
  const find = async () => {
    isUncertain = true
    return await findLagging(client, repository, trace)
  }
  const create = (asked: Partial<NewIssue>) =>
    client.create('POST /repos/{owner}/{repo}/issues', { ...repositoryOf(repository), ...asked }, { schema, find })
  const { title, body, labels } = issue
  const instead = (asked: Partial<NewIssue>) => (error: unknown) =>
    isStatus(error, 422) ? create(asked) : raise(error)
  try {
    // Whoever cannot be assigned, and a label that may not be made, would keep the issue from being opened.
    const opened = create({ ...issue }).catch(instead({ title, body, labels }))
    return issueOf(await opened.catch(instead({ title, body })))
  } catch (error) {
    if (error instanceof Stop && error.status !== undefined && !isUncertain) refused()
    // GitHub does not tell everybody that there is something.
    if (isStatus(error, 404)) {
      const message = `The token lacks issues: write in ${repository}, or the repository was deleted.`
      throw new Stop('missing-permission', message, { cause: error })
    }
    if (!isStatus(error, 410)) throw error
    throw new Stop('issues-disabled', `Issues are disabled in ${repository}.`, { cause: error })
  }
}

/** Finds an issue of ours among the newest of all. */
export async function findIssue(client: Client, repository: string, trace: Trace): Promise<Issue | undefined> {
  const found = await findNewest(client, repository, trace)
  return found === undefined ? undefined : issueOf(found)
}

/** Closes an issue; closing it twice is closing it once. @throws Stop */
export async function closeIssue(
  client: Client,
  place: IssuePlace,
  reason: 'completed' | 'not_planned',
): Promise<void> {
  const parameters = { ...parametersOf(place), state: 'closed', state_reason: reason }
  await client.send('PATCH /repos/{owner}/{repo}/issues/{issue_number}', parameters, schema).catch(explainGone(place))
}

/** The open issues with a label. */
export async function readOpenIssues(client: Client, repository: string, label: string): Promise<Issue[]> {
  return await readPages(client, { ...repositoryOf(repository), state: 'open', labels: label }, () => true)
}

/** All issues, open or not, that were opened at that time or later: the newest first. */
export async function readIssuesSince(client: Client, repository: string, sinceMs: number): Promise<Issue[]> {
  const parameters = { ...repositoryOf(repository), state: 'all', sort: 'created', direction: 'desc' }
  return await readPages(client, parameters, ({ createdAtMs }) => createdAtMs >= sinceMs)
}

/** Reads as long as the last of a page is still wanted. */
async function readPages(
  client: Client,
  parameters: Readonly<Record<string, string>>,
  isWanted: (issue: Issue) => boolean,
): Promise<Issue[]> {
  const all: Issue[] = []
  for (let page = 1; ; page += 1) {
    const { data, hasNext } = await client.send(many, { ...parameters, per_page: 100, page }, list)
    all.push(...data.map(issueOf))
    const last = all.at(-1)
    if (!hasNext || (last !== undefined && !isWanted(last))) return all.filter(isWanted)
  }
}

/** Looks for an issue as long as the list may lag behind. */
async function findLagging(client: Client, repository: string, trace: Trace): Promise<Raw | undefined> {
  for (const pauseMs of looksAfterMs) {
    await client.pause(pauseMs)
    const found = await findNewest(client, repository, trace)
    if (found !== undefined) return found
  }
  return undefined
}

async function findNewest(client: Client, repository: string, { nonce, authorId }: Trace): Promise<Raw | undefined> {
  const parameters = { ...repositoryOf(repository), state: 'all', sort: 'created', direction: 'desc', per_page: 30 }
  const { data } = await client.send(many, parameters, list)
  return data.findLast(({ body, user }) => user?.id === authorId && body?.includes(nonce))
}

type Raw = v.InferOutput<typeof schema>

function issueOf(raw: Raw): Issue {
  return {
    number: raw.number,
    url: raw.html_url,
    title: raw.title,
    body: raw.body ?? '',
    isOpen: raw.state === 'open',
    authorId: raw.user?.id,
    createdAtMs: raw.created_at,
    updatedAtMs: raw.updated_at,
    comments: raw.comments,
    isPullRequest: raw.pull_request != null,
    labels: raw.labels.flatMap((label) => (typeof label === 'string' ? label : (label.name ?? []))),
  }
}

function parametersOf({ repository, number }: IssuePlace) {
  return { ...repositoryOf(repository), issue_number: number }
}

const gone: Readonly<Record<number, string>> = {
  301: 'was transferred to another repository, or the repository was renamed',
  404: 'does not exist, or the token cannot see it',
  410: 'was deleted',
}

/** What became of an issue whose answer, or that of its comments, is that it is not there. */
export function explainGone({ repository, number }: IssuePlace): (error: unknown) => never {
  return (error) => {
    if (isStatus(error, 410) && /disabled/.test(messageOf(error))) {
      throw new Stop('issues-disabled', `Issues are disabled in ${repository} now.`, { cause: error })
    }
    const what = error instanceof Stop ? gone[error.status ?? 0] : undefined
    throw what === undefined ? error : new Stop('issue-gone', `Issue #${number} ${what}.`, { cause: error })
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof Stop && error.status === status
}

function raise(error: unknown): never {
  throw error
}
