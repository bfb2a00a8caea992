import * as v from 'valibot'
import { Stop } from '../stop.ts'
import type { Account } from '../voting/people.ts'
import type { Client } from './client.ts'
import { repositoryOf } from './repository.ts'
import { account, id, time } from './shapes.ts'

/** A run of a workflow, with everybody who started one of its attempts. */
export interface Run {
  readonly id: number
  /** The newest one, from 1. */
  readonly attempt: number
  readonly event: string
  /** `.github/workflows/deploy.yml` */
  readonly workflowPath: string
  readonly headSha: string
  /** The branch or tag, without `refs/…/`; empty where GitHub says nothing. */
  readonly headBranch: string
  readonly isOfFork: boolean
  readonly isCompleted: boolean
  readonly startedAtMs: number
  readonly attempts: readonly Attempt[]
}

interface Attempt {
  readonly actor: Account | undefined
  /** Who started this attempt: after a re-run somebody else than the actor. */
  readonly triggeringActor: Account | undefined
  /** `success`, `failure`, `cancelled` …; empty while it runs. */
  readonly conclusion: string
}

const person = v.nullish(account)
const schema = v.object({
  id,
  run_attempt: v.optional(id, 1),
  event: v.string(),
  path: v.string(),
  head_sha: v.string(),
  head_branch: v.nullish(v.string()),
  status: v.nullish(v.string()),
  conclusion: v.nullish(v.string()),
  run_started_at: v.optional(time),
  created_at: time,
  actor: person,
  triggering_actor: person,
  repository: v.object({ id, full_name: v.string() }),
  head_repository: v.nullish(v.object({ id })),
})
type Raw = v.InferOutput<typeof schema>

/** Reads a run with its attempts up to the given one, or all of them. */
export async function readRun(
  client: Client,
  { repository, runId, attempt }: { repository: string; runId: number; attempt?: number },
): Promise<Run> {
  const parameters = { ...repositoryOf(repository), run_id: runId }
  const { data } = await client.send('GET /repos/{owner}/{repo}/actions/runs/{run_id}', parameters, schema)
  const count = Math.max(data.run_attempt, attempt ?? 1)
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const attempts: Raw[] = []
  for (const number of numbers) {
    attempts.push(number === data.run_attempt ? data : await readAttempt(client, { ...parameters, number }))
  }
  return runOf(data, attempts)
}

async function readAttempt(
  client: Client,
  { number, ...parameters }: { owner: string; repo: string; run_id: number; number: number },
): Promise<Raw> {
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}'
  const { data } = await client.send(route, { ...parameters, attempt_number: number }, schema)
  if (data.id === parameters.run_id) return data
  throw new Stop('api-error', `GitHub answered with run ${data.id} when asked for ${parameters.run_id}.`)
}

function runOf(data: Raw, attempts: readonly Raw[]): Run {
  return {
    id: data.id,
    attempt: data.run_attempt,
    event: data.event,
    workflowPath: workflowPathOf(data.path, data.repository.full_name),
    headSha: data.head_sha,
    headBranch: data.head_branch ?? '',
    isOfFork: data.head_repository?.id !== data.repository.id,
    isCompleted: data.status === 'completed',
    startedAtMs: Math.min(...attempts.map((raw) => raw.run_started_at ?? raw.created_at), data.created_at),
    attempts: attempts.map((raw) => ({
      actor: accountOf(raw.actor),
      triggeringActor: accountOf(raw.triggering_actor),
      conclusion: raw.conclusion ?? '',
    })),
  }
}

/** Documented with the ref behind it and the repository before it, and seen without both. Another repository's stays. */
function workflowPathOf(path: string, repository: string): string {
  const [file = ''] = path.split('@')
  const prefix = `${repository}/`
  return file.toLowerCase().startsWith(prefix.toLowerCase()) ? file.slice(prefix.length) : file
}

function accountOf(raw: Raw['actor']): Account | undefined {
  return raw == null ? undefined : { id: raw.id, login: raw.login, isUser: raw.type === 'User' }
}
