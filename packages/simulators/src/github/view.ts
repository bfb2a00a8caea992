import type { Account } from './account.ts'
import { complete, type Json } from './complete.ts'
import type { Description } from './description.ts'
import type { Repository } from './repository.ts'

/** How a token sees the world over REST: the links it gets, and the shapes that are in many answers. */
export class View {
  /** Without a slash at its end. */
  readonly api: string
  readonly web: string
  readonly #description: Description

  constructor(description: Description, api: string, web: string) {
    this.#description = description
    this.api = api
    this.web = web
  }

  complete(schema: string, known: Json): Json {
    return complete(this.#description.document.$defs, schema, known)
  }

  repositoryUrl({ fullName }: Repository): string {
    return `${this.api}/repos/${fullName}`
  }

  user(account: Account, schema = 'simple-user'): Json {
    const address = encodeURIComponent(account.login)
    const page = account.type === 'Bot' ? `apps/${account.login.replace('[bot]', '')}` : account.login
    return this.complete(schema, {
      login: account.login,
      id: account.id,
      node_id: account.nodeId,
      type: account.type,
      site_admin: false,
      url: `${this.api}/users/${address}`,
      html_url: `${this.web}/${page}`,
      avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
      gravatar_id: '',
    })
  }

  repository(repository: Repository, schema = 'minimal-repository'): Json {
    return this.complete(schema, {
      id: repository.id,
      node_id: repository.nodeId,
      name: repository.name,
      full_name: repository.fullName,
      owner: this.user(repository.owner),
      private: repository.isPrivate,
      fork: false,
      url: this.repositoryUrl(repository),
      html_url: `${this.web}/${repository.fullName}`,
      has_issues: repository.hasIssues,
      archived: repository.archived,
      disabled: repository.disabled,
      default_branch: 'main',
    })
  }
}

/** Of whole seconds, rounded down. */
export function timestamp(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}

export function timestampOf(date: Date | undefined): string | null {
  return date === undefined ? null : timestamp(date)
}
