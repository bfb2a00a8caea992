import type { Account } from './account.ts'
import type { Repository } from './repository.ts'

export type Permission = 'actions' | 'contents' | 'issues' | 'members' | 'metadata'
export type Permissions = Readonly<Partial<Record<Permission, 'read' | 'write'>>>

export interface TokenOptions {
  readonly identity: Account
  readonly permissions: Permissions
  readonly expiresAt?: Date
  /** Requests per hour; by default 1 000 for a bot, 5 000 for a person, none on an Enterprise Server. */
  readonly limit?: number
  /** By default all. */
  readonly repositories?: readonly Repository[]
}

const hourMs = 3_600_000

interface Budget {
  readonly resetAt: Date
  used: number
}

/** REST and GraphQL have budgets of their own. */
export type Resource = 'core' | 'graphql'

export class Token {
  readonly value: string
  readonly identity: Account
  readonly limit: number
  permissions: Permissions
  expiresAt: Date | undefined
  readonly #repositories: ReadonlySet<Repository> | undefined
  readonly #budgets = new Map<Resource, Budget>()

  constructor(value: string, { identity, permissions, expiresAt, limit, repositories }: TokenOptions) {
    this.value = value
    this.identity = identity
    this.permissions = permissions
    this.expiresAt = expiresAt
    this.limit = limit ?? Number.POSITIVE_INFINITY
    this.#repositories = repositories && new Set(repositories)
  }

  may(permission: Permission, access: 'read' | 'write'): boolean {
    const granted = this.permissions[permission]
    return permission === 'metadata' || granted === 'write' || granted === access
  }

  covers(repository: Repository): boolean {
    return this.#repositories?.has(repository) ?? true
  }

  /** Who pushes may label and assign; for an App that is its permission to write issues. */
  canPush(repository: Repository): boolean {
    return this.identity.type === 'Bot' ? this.may('issues', 'write') : repository.canPush(this.identity)
  }

  /** The hour of a budget begins with its first request. */
  budget(resource: Resource, now: Date): Budget {
    const current = this.#budgets.get(resource)
    if (current !== undefined && now < current.resetAt) return current
    const fresh = { resetAt: new Date(now.getTime() + hourMs), used: 0 }
    this.#budgets.set(resource, fresh)
    return fresh
  }
}
