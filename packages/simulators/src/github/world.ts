import { type Account, Accounts } from './account.ts'
import type { Act } from './content.ts'
import { Ids } from './ids.ts'
import { Repository, type RepositoryOptions } from './repository.ts'
import { Team } from './team.ts'
import { Token, type TokenOptions } from './token.ts'

export type Profile = 'api.github.com' | 'ghes-3.17'

export interface WorldOptions {
  readonly clock?: { date(): Date }
  readonly profile?: Profile
  /** How long lists do not show a new comment or issue: they are read from a replica. */
  readonly readLagMs?: number
}

interface Scripted {
  readonly at: Date
  readonly happens: () => void
}

/** They are below 2^31, as GraphQL wants it of theirs. */
const firstRepositoryId = 700_000_000

const defaultLimits = { Bot: 1_000, User: 5_000, Organization: 5_000, Mannequin: 0 } as const

/** All that GitHub knows. Deterministic: the same calls give the same ids. */
export class World {
  readonly profile: Profile
  readonly accounts = new Accounts()
  readonly ids = new Ids()
  readonly repositories: Repository[] = []
  readonly actionsBot: Account
  readLagMs: number
  readonly #teams: Team[] = []
  readonly #tokens = new Map<string, Token>()
  readonly #clock: { date(): Date }
  #script: readonly Scripted[] = []
  #playing: Date | undefined

  constructor({ clock = { date: () => new Date() }, profile = 'api.github.com', readLagMs = 0 }: WorldOptions) {
    this.#clock = clock
    this.profile = profile
    this.readLagMs = readLagMs
    this.actionsBot = this.accounts.add('github-actions[bot]', 'Bot', 41_898_282)
  }

  /** The clock's time; while a scripted event happens, the time it was meant for. */
  now(): Date {
    return this.#playing ?? this.#clock.date()
  }

  act(actor: Account): Act {
    return { actor, at: this.now(), ids: this.ids }
  }

  script(at: Date | number, happens: () => void): void {
    const scripted = { at: new Date(at), happens }
    this.#script = [...this.#script, scripted].sort((a, b) => a.at.getTime() - b.at.getTime())
  }

  /** Lets happen, in the order of time, what should have happened by now; also what such an event scripts anew. */
  play(): void {
    const now = this.#clock.date()
    for (let next = this.#script[0]; next !== undefined && next.at <= now; next = this.#script[0]) {
      this.#script = this.#script.slice(1)
      this.#playing = next.at
      try {
        next.happens()
      } finally {
        this.#playing = undefined
      }
    }
  }

  addRepository(fullName: string, options: RepositoryOptions = {}): Repository {
    const [owner = '', name = ''] = fullName.split('/')
    const account = this.accounts.find(owner) ?? this.accounts.add(owner, 'Organization')
    const repository = new Repository(
      options.id ?? firstRepositoryId + this.repositories.length,
      { owner: account, name },
      options,
    )
    this.repositories.push(repository)
    return repository
  }

  findRepository(owner: string, name: string): Repository | undefined {
    const fullName = `${owner}/${name}`.toLowerCase()
    return this.repositories.find((repository) => repository.fullName.toLowerCase() === fullName)
  }

  addTeam(name: string, parent?: Team): Team {
    const [login = '', slug = ''] = name.split('/')
    const organization = this.accounts.find(login) ?? this.accounts.add(login, 'Organization')
    const team = new Team(this.ids.next(), { organization, slug, ...(parent && { parent }) })
    this.#teams.push(team)
    return team
  }

  findTeam(login: string, slug: string): Team | undefined {
    const organization = this.accounts.find(login)
    return this.#teams.find((team) => team.organization === organization && team.slug === slug.toLowerCase())
  }

  addToken(options: TokenOptions): Token {
    const value = `ghs_${String(this.#tokens.size + 1).padStart(36, '0')}`
    const limit = this.profile === 'api.github.com' ? { limit: defaultLimits[options.identity.type] } : {}
    const token = new Token(value, { ...limit, ...options })
    this.#tokens.set(value, token)
    return token
  }

  findToken(value: string): Token | undefined {
    const token = this.#tokens.get(value)
    return token?.expiresAt !== undefined && token.expiresAt <= this.now() ? undefined : token
  }
}
