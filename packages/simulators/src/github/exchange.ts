import { type Description, descriptionOf, type Match } from './description.ts'
import type { ApiRequest } from './http.ts'
import type { Resource } from './token.ts'
import { View } from './view.ts'
import type { World } from './world.ts'

/** A request as the simulator understands it, whoever asks. */
export interface Exchange {
  readonly request: ApiRequest
  readonly url: URL
  readonly match: Match | undefined
  /** The id of the operation, or `graphql`. */
  readonly operation: string | undefined
  readonly resource: Resource
  readonly view: View
  readonly description: Description
}

/** Where the API is below its origin. */
export const places = {
  'api.github.com': { rest: '', graphql: '/graphql', origin: 'https://api.github.com' },
  'ghes-3.17': { rest: '/api/v3', graphql: '/api/graphql', origin: 'https://ghes.example' },
} as const

export function exchangeOf(world: World, request: ApiRequest): Exchange {
  const { rest, graphql } = places[world.profile]
  const description = descriptionOf(world.profile)
  const url = new URL(request.url)
  const asksGraphql = url.pathname === graphql && request.method === 'POST'
  const path = url.pathname.startsWith(`${rest}/`) ? byName(world, url.pathname.slice(rest.length)) : undefined
  const match = asksGraphql || path === undefined ? undefined : description.match(request.method, path)
  const web = world.profile === 'api.github.com' ? 'https://github.com' : url.origin
  const view = new View(description, url.origin + rest, web)
  const operation = asksGraphql ? 'graphql' : match?.operation
  return { request, url, match, operation, resource: asksGraphql ? 'graphql' : 'core', view, description }
}

/** Redirects name a repository by its id, so that no renaming breaks them. */
function byName(world: World, path: string): string {
  return path.replace(/^\/repositories\/(\d+)(?=\/|$)/, (whole, id: string) => {
    const repository = world.repositories.find((one) => one.id === Number(id))
    return repository === undefined ? whole : `/repos/${repository.fullName}`
  })
}
