import { type ApiRequest, notFound, Refusal } from './http.ts'
import { type Call, repositoryOf } from './rest/call.ts'
import type { Operation } from './rest/operations.ts'

/** The token of a request, or nothing. */
export function credentials({ headers }: ApiRequest): string {
  return /^(?:bearer|token) (\S+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? ''
}

/** What is public can be read by everybody. @throws Refusal that names the missing permission only in a header */
export function permit(call: Call, { permission, access }: Operation): void {
  const repository = 'owner' in call.parameters ? repositoryOf(call) : undefined
  if (access === 'read' && repository?.isPrivate === false) return
  const covered = repository === undefined || call.token.covers(repository)
  if (covered && call.token.may(permission, access)) return
  if (permission === 'members' && call.token.identity.type !== 'Bot') throw notFound()
  const who = call.token.identity.type === 'Bot' ? 'integration' : 'personal access token'
  throw new Refusal(403, `Resource not accessible by ${who}`)
}
