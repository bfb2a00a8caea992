import { ActionError } from '@deploy-safety/common/errors'
import { vi } from 'vitest'
import { contract } from '../../src/contract.ts'
import { type Inputs, readInputs } from '../../src/inputs.ts'

/** What the runner says of a run. */
const runner = {
  GITHUB_REPOSITORY: 'octo-org/octo-app',
  GITHUB_RUN_ID: '77',
  GITHUB_SHA: 'c0ffee'.padEnd(40, '0'),
  GITHUB_JOB: 'rollback',
  GITHUB_ACTOR: 'dave',
  GITHUB_WORKSPACE: '/work',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'https://api.github.com',
}

/** The least that a workflow has to say; the runner fills in the token. */
const least = { provider: 'kubernetes', workload: 'deployment/api', 'github-token': 'ghs_token' }

/** Reads inputs as the runner gives them: every input of action.yml is there, with its default or empty. */
export async function read(given: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Inputs> {
  for (const [name, value] of Object.entries({ ...contract.inputs, ...least, ...given }))
    vi.stubEnv(`INPUT_${name.toUpperCase()}`, value)
  for (const [name, value] of Object.entries({ ...runner, ...env })) vi.stubEnv(name, value)
  return await readInputs()
}

/** Why the inputs are refused. */
export async function refusal(given: Record<string, string>): Promise<string> {
  const error = await read(given).catch((thrown: unknown) => thrown)
  if (error instanceof ActionError && error.code === 'invalid-input') return error.message
  throw new Error(`Not refused, but: ${JSON.stringify(error)}`)
}
