import { ActionError } from '@deploy-safety/common/errors'
import { expect, vi } from 'vitest'
import { contract } from '../../src/contract.ts'
import { type Inputs, readInputs } from '../../src/inputs.ts'

export const url = 'https://app.example.com/health'

/** Reads inputs as the runner gives them: every input of action.yml is there, with its default or empty. */
export async function read(given: Record<string, string>, env: Record<string, string> = {}): Promise<Inputs> {
  for (const [name, value] of Object.entries({ ...contract.inputs, ...given }))
    vi.stubEnv(`INPUT_${name.toUpperCase()}`, value)
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  return readInputs()
}

export async function refusal(given: Record<string, string>): Promise<{ message: string; hint: string }> {
  const error = await read(given).catch((thrown: unknown) => thrown)
  if (!(error instanceof ActionError)) throw new Error(`Not refused, but: ${JSON.stringify(error)}`)
  expect(error.code).toBe('invalid-input')
  return { message: error.message, hint: error.hint ?? '' }
}

export async function only(given: Record<string, string>) {
  const { checks } = await read(given)
  const [check] = checks
  if (check === undefined || checks.length > 1) throw new Error(`${checks.length} checks`)
  return check
}
