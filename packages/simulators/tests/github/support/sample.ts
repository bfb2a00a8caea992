import type { Account } from '@deploy-safety/simulators/github/account'
import { GitHub } from '@deploy-safety/simulators/github/github'
import type { Repository } from '@deploy-safety/simulators/github/repository'
import type { Token } from '@deploy-safety/simulators/github/token'
import type { WorldOptions } from '@deploy-safety/simulators/github/world'
import { VirtualClock } from '../../../src/clock.ts'

export const never = new AbortController().signal

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** What is at a place of an answer: `at(answer, 'data', 'viewer')`. */
export function at({ body }: Answered, ...place: readonly (string | number)[]): unknown {
  return place.reduce((value: unknown, key) => Object(value)[key], body)
}

/** A repository with three people and a token like GITHUB_TOKEN. */
export class Sample {
  readonly clock = new VirtualClock(new Date('2026-03-01T10:00:00.250Z'))
  readonly github: GitHub
  readonly alice: Account
  readonly bob: Account
  readonly repository: Repository
  readonly token: Token

  constructor(options: WorldOptions = {}) {
    this.github = new GitHub({ clock: this.clock, ...options })
    this.alice = this.github.account('alice')
    this.bob = this.github.account('bob')
    this.repository = this.github.repository('octo-org/octo-app')
    this.repository.collaborators.set(this.alice, 'write')
    this.repository.collaborators.set(this.bob, 'read')
    this.token = this.tokenOf()
  }

  tokenOf(permissions: Token['permissions'] = { issues: 'write', actions: 'read', contents: 'read' }): Token {
    return this.github.token({ identity: this.github.actionsBot, permissions })
  }

  async rest(method: string, path: string, options: RequestOptions = {}): Promise<Answered> {
    return this.#ask(`${this.github.url}${path}`, { method, ...options })
  }

  async graphql(query: string, options: RequestOptions & { readonly variables?: unknown } = {}): Promise<Answered> {
    const { variables = {}, ...others } = options
    return this.#ask(this.github.graphqlUrl, { method: 'POST', ...others, body: { query, variables } })
  }

  async #ask(url: string, options: RequestOptions & { readonly method: string }): Promise<Answered> {
    const { body, headers = {}, method, token = this.token } = options
    const response = await this.github.fetch(url, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${token.value}`, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(options.signal && { signal: options.signal }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
}

export interface RequestOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: { readonly value: string }
  readonly signal?: AbortSignal
}

export const issuesPath = '/repos/octo-org/octo-app/issues'
