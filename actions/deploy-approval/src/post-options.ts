import { invalidInput } from '@deploy-safety/common/errors'
import { readProxies } from '@deploy-safety/probe/proxy'
import type { PostOptions } from './clean-up.ts'
import { fetchThrough } from './github/transport.ts'

/** What the post step needs of what the runner gives every step; the step before it has masked the token. @throws ActionError `invalid-input` */
export function readPostOptions(): PostOptions {
  const token = variable('INPUT_GITHUB-TOKEN').trim()
  return {
    apiUrl: variable('GITHUB_API_URL').replace(/\/+$/, ''),
    graphqlUrl: variable('GITHUB_GRAPHQL_URL'),
    token,
    fetch: fetchThrough(readProxies(process.env), [token]),
  }
}

function variable(name: string): string {
  const value = process.env[name]
  if (value) return value
  throw invalidInput(`The variable ${name} is not set.`, 'Run this action in a workflow.')
}
