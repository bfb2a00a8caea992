import { isRecord } from '@deploy-safety/common/record'
import type { Account } from '../account.ts'
import type { Act } from '../content.ts'
import { notFound } from '../http.ts'
import type { Repository } from '../repository.ts'
import type { Token } from '../token.ts'
import type { View } from '../view.ts'
import type { World } from '../world.ts'

/** One request of an operation, once it is known who asks and that the request is of the described form. */
export interface Call {
  readonly world: World
  readonly view: View
  readonly token: Token
  readonly act: Act
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly url: URL
  readonly body: Readonly<Record<string, unknown>>
}

/** What is not there and what one may not see answer the same. */
export function repositoryOf({ world, token, parameters }: Pick<Call, 'world' | 'token' | 'parameters'>): Repository {
  const repository = world.findRepository(parameters['owner'] ?? '', parameters['repo'] ?? '')
  if (repository === undefined) throw notFound()
  if (repository.isPrivate && !token.covers(repository)) throw notFound()
  return repository
}

export function numberOf({ parameters }: Call, name: string): number {
  return Number(parameters[name])
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Names, or objects with a name, as labels can be given. */
export function names(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.flatMap((one) => text(isRecord(one) ? one['name'] : one) ?? [])
}

/** MEMBER would need the members of organisations, which are only known by team. */
export function associationOf(account: Account, repository: Repository): 'OWNER' | 'COLLABORATOR' | 'NONE' {
  if (account === repository.owner) return 'OWNER'
  return repository.collaborators.has(account) ? 'COLLABORATOR' : 'NONE'
}
