import type { Account } from './account.ts'

export type Membership = 'active' | 'pending'

/** A team of an organisation. Members of child teams are members; who has not accepted the invitation is not listed. */
export class Team {
  readonly id: number
  readonly organization: Account
  readonly slug: string
  readonly parent: Team | undefined
  readonly #children: Team[] = []
  readonly #memberships = new Map<Account, Membership>()

  constructor(id: number, place: { readonly organization: Account; readonly slug: string; readonly parent?: Team }) {
    this.id = id
    this.organization = place.organization
    this.slug = place.slug
    this.parent = place.parent
    place.parent?.adopt(this)
  }

  adopt(child: Team): void {
    this.#children.push(child)
  }

  add(account: Account, membership: Membership = 'active'): void {
    this.#memberships.set(account, membership)
  }

  remove(account: Account): void {
    this.#memberships.delete(account)
  }

  members(): Account[] {
    const own = [...this.#memberships].filter(([, membership]) => membership === 'active').map(([account]) => account)
    const all = new Set([...own, ...this.#children.flatMap((child) => child.members())])
    return [...all].sort((a, b) => a.id - b.id)
  }
}
