import { Refusal } from './http.ts'
import type { Resource, Token } from './token.ts'

/** @throws Refusal when the hour's budget is used up; GraphQL says so with a 200 */
export function checkBudget(token: Token, resource: Resource, now: Date): void {
  if (token.budget(resource, now).used < token.limit) return
  const message = `API rate limit exceeded for ${token.identity.type === 'Bot' ? 'installation' : 'user'}.`
  if (resource === 'core') throw new Refusal(403, message)
  const error = { type: 'RATE_LIMIT', code: 'graphql_rate_limit', message }
  throw new Refusal(200, message, { body: { errors: [error] } })
}

export function charge(token: Token, resource: Resource, now: Date): void {
  const budget = token.budget(resource, now)
  budget.used = Math.min(budget.used + 1, token.limit)
}

/** A server without limits says nothing of them. */
export function budgetHeaders(token: Token, resource: Resource, now: Date): Record<string, string> {
  if (token.limit === Number.POSITIVE_INFINITY) return {}
  const { used, resetAt } = token.budget(resource, now)
  return {
    'x-ratelimit-limit': String(token.limit),
    'x-ratelimit-remaining': String(token.limit - used),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(Math.ceil(resetAt.getTime() / 1_000)),
    'x-ratelimit-resource': resource,
  }
}
