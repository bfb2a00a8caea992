import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ActionError } from '@deploy-safety/common/errors'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { vi } from 'vitest'
import { contract } from '../../src/contract.ts'
import { type Inputs, readInputs } from '../../src/inputs.ts'

export const sha = 'c0ffee'.padEnd(40, '0')
export const base = 'ba5e'.padEnd(40, '0')

/** What the runner says of a run for the tag v1.4.0. */
const runner = {
  GITHUB_REPOSITORY: 'octo-org/octo-app',
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_SHA: sha,
  GITHUB_REF: 'refs/tags/v1.4.0',
  GITHUB_WORKFLOW: 'Deploy',
  GITHUB_JOB: 'approve',
  GITHUB_WORKFLOW_REF: 'octo-org/octo-app/.github/workflows/deploy.yml@refs/tags/v1.4.0',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
  GITHUB_EVENT_PATH: '',
  RUNNER_ENVIRONMENT: 'self-hosted',
}

/** The least that a workflow has to say; the runner fills in the token. */
const least = { approvers: 'alice,bob', environment: 'production', 'github-token': 'ghs_token' }

/** Reads inputs as the runner gives them: every input of action.yml is there, with its default or empty. */
export async function read(given: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Inputs> {
  for (const [name, value] of Object.entries({ ...contract.inputs, ...least, ...given }))
    vi.stubEnv(`INPUT_${name.toUpperCase()}`, value)
  for (const [name, value] of Object.entries({ ...runner, ...env })) vi.stubEnv(name, value)
  return await readInputs()
}

/** Why the inputs are refused. */
export async function refusal(given: Record<string, string>, env: Record<string, string> = {}): Promise<string> {
  const error = await read(given, env).catch((thrown: unknown) => thrown)
  if (error instanceof ActionError && error.code === 'invalid-input') return error.message
  throw new Error(`Not refused, but: ${JSON.stringify(error)}`)
}

/** The path of a file with the event, as the runner leaves it. */
export function eventFile(event: unknown): string {
  const path = join(temporaryFolder('event').path, 'event.json')
  writeFileSync(path, typeof event === 'string' ? event : JSON.stringify(event))
  return path
}
