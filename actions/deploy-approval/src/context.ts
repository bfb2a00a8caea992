import { readFileSync } from 'node:fs'
import { invalidInput } from '@deploy-safety/common/errors'
import * as v from 'valibot'
import type { Person } from './voting/people.ts'

/** The run that this step is part of, as the runner tells it. */
export interface Context {
  /** `owner/name` */
  readonly repository: string
  readonly runId: number
  readonly attempt: number
  readonly eventName: string
  readonly sha: string
  /** `refs/heads/main`; empty for a deployment of a commit. */
  readonly ref: string
  readonly workflow: string
  readonly job: string
  /** `.github/workflows/deploy.yml`; empty where the runner does not say it, as act does not. */
  readonly workflowPath: string
  readonly serverUrl: string
  readonly apiUrl: string
  readonly graphqlUrl: string
  /** Whether the runner is one of GitHub's. */
  readonly isHosted: boolean
  readonly event: Event
}

/** What is used of the event. */
interface Event {
  readonly sender: Person | undefined
  /** Of a push: the commit before it; undefined for a new branch or tag. */
  readonly before: string | undefined
  /** Of a pull request: whether it comes from another repository. */
  readonly isFork: boolean
  readonly issueNumber: number | undefined
}

const variable = {
  GITHUB_REPOSITORY: v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/)),
  GITHUB_RUN_ID: v.pipe(v.string(), v.regex(/^\d{1,15}$/)),
  GITHUB_RUN_ATTEMPT: v.pipe(v.string(), v.regex(/^\d{1,6}$/)),
  GITHUB_EVENT_NAME: v.string(),
  GITHUB_SHA: v.pipe(v.string(), v.regex(/^[\da-f]{40}$/)),
  GITHUB_REF: v.optional(v.string(), ''),
  GITHUB_WORKFLOW: v.string(),
  GITHUB_JOB: v.string(),
  GITHUB_SERVER_URL: v.pipe(v.string(), v.url()),
  GITHUB_API_URL: v.pipe(v.string(), v.url()),
  GITHUB_GRAPHQL_URL: v.pipe(v.string(), v.url()),
}

const repositorySchema = v.nullish(v.object({ id: v.number() }))
const eventSchema = v.object({
  sender: v.nullish(v.object({ id: v.number(), login: v.string() })),
  before: v.nullish(v.string()),
  pull_request: v.nullish(
    v.object({ head: v.object({ repo: repositorySchema }), base: v.object({ repo: repositorySchema }) }),
  ),
  issue: v.nullish(v.object({ number: v.number() })),
})

/** @throws ActionError `invalid-input` when a variable of the runner is missing */
export function readContext(env: Readonly<Record<string, string | undefined>>): Context {
  const read = (name: keyof typeof variable): string => {
    const result = v.safeParse(variable[name], env[name])
    if (result.success) return result.output
    throw invalidInput(`The variable ${name} is ${JSON.stringify(env[name] ?? '')}.`, 'Run this action in a workflow.')
  }
  const repository = read('GITHUB_REPOSITORY')
  const eventName = read('GITHUB_EVENT_NAME')
  return {
    repository,
    runId: Number(read('GITHUB_RUN_ID')),
    attempt: Number(read('GITHUB_RUN_ATTEMPT')),
    eventName,
    sha: read('GITHUB_SHA'),
    ref: read('GITHUB_REF'),
    workflow: read('GITHUB_WORKFLOW'),
    job: read('GITHUB_JOB'),
    workflowPath: workflowPathIn(env.GITHUB_WORKFLOW_REF ?? '', repository),
    serverUrl: read('GITHUB_SERVER_URL').replace(/\/+$/, ''),
    apiUrl: read('GITHUB_API_URL').replace(/\/+$/, ''),
    graphqlUrl: read('GITHUB_GRAPHQL_URL'),
    isHosted: env.RUNNER_ENVIRONMENT === 'github-hosted',
    event: readEvent(env.GITHUB_EVENT_PATH ?? '', eventName),
  }
}

/** The workflow of another repository, which an organisation may require, is not one of ours. */
function workflowPathIn(workflowRef: string, repository: string): string {
  const [, owner, path = ''] = /^([^/]+\/[^/]+)\/(\.github\/workflows\/.+?\.ya?ml)@/.exec(workflowRef) ?? []
  return owner?.toLowerCase() === repository.toLowerCase() ? path : ''
}

function readEvent(path: string, name: string): Event {
  const { sender, before, pull_request: pull, issue } = path === '' ? {} : parseEvent(path)
  return {
    sender: sender ?? undefined,
    // A pull request has one too: the head before the last push to it.
    before: name === 'push' && before && /[1-9a-f]/.test(before) ? before : undefined,
    isFork: pull != null && (pull.head.repo?.id === undefined || pull.head.repo.id !== pull.base.repo?.id),
    issueNumber: issue?.number,
  }
}

function parseEvent(path: string): v.InferOutput<typeof eventSchema> {
  try {
    return v.parse(eventSchema, JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw invalidInput(
      `The event at GITHUB_EVENT_PATH cannot be read: ${path}.`,
      'Run this action in a workflow.',
      error,
    )
  }
}
