import { invalidInput } from '@deploy-safety/common/errors'
import { maskAll } from '@deploy-safety/common/runner'
import { readProxies } from '@deploy-safety/probe/proxy'
import type { PostOptions } from './clean-up.ts'
import { fetchThrough } from './github/transport.ts'

/** What the post step needs of what the runner gives every step. @throws ActionError `invalid-input` */
export function readPostOptions(): PostOptions {
  const token = variable('INPUT_GITHUB-TOKEN').trim()
  maskAll([token])
  return {
    apiUrl: variable('GITHUB_API_URL').replace(/\/+$/, ''),
    graphqlUrl: variable('GITHUB_GRAPHQL_URL'),
    token,
    fetch: fetchThrough(readProxies(process.env)),
  }
}

function variable(name: string): string {
  const value = process.env[name]
  if (value) return value
  throw invalidInput(`The variable ${name} is not set.`, 'Run this action in a workflow.')
}
