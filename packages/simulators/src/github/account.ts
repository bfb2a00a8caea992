import { nodeId } from './ids.ts'

export type AccountType = 'User' | 'Bot' | 'Organization' | 'Mannequin'

export interface Account {
  readonly id: number
  readonly nodeId: string
  readonly type: AccountType
  /** Can be renamed; the id stays. A bot's ends in `[bot]`, as REST shows it. */
  readonly login: string
}

const prefixes = { User: 'U', Bot: 'BOT', Organization: 'O', Mannequin: 'MQ' } as const

/** Logins are found in any case, and a freed one can be taken by another account. */
export class Accounts {
  readonly #accounts: { -readonly [Key in keyof Account]: Account[Key] }[] = []
  #nextId = 1_000

  add(login: string, type: AccountType = 'User', id = this.#nextId): Account {
    if (this.find(login) !== undefined) throw new Error(`The login ${login} is taken`)
    if (this.byId(id) !== undefined) throw new Error(`The id ${id} is taken`)
    this.#nextId = Math.max(this.#nextId, id < 1_000_000 ? id : 0) + 1
    const account = { id, nodeId: nodeId(prefixes[type], id), type, login }
    this.#accounts.push(account)
    return account
  }

  find(login: string): Account | undefined {
    const lower = login.toLowerCase()
    return this.#accounts.find((account) => account.login.toLowerCase() === lower)
  }

  get(login: string): Account {
    const account = this.find(login)
    if (account === undefined) throw new Error(`There is no account ${login}`)
    return account
  }

  byId(id: number): Account | undefined {
    return this.#accounts.find((account) => account.id === id)
  }

  byNodeId(id: string): Account | undefined {
    return this.#accounts.find((account) => account.nodeId === id)
  }

  rename(login: string, to: string): void {
    if (this.find(to) !== undefined) throw new Error(`The login ${to} is taken`)
    const account = this.#accounts.find((one) => one === this.get(login))
    if (account !== undefined) account.login = to
  }
}
