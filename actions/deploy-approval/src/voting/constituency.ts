import type { Policy } from '../policy.ts'
import type { Account, Person } from './people.ts'
import type { Standing } from './standing.ts'

/** Everybody who is named, resolved to ids. */
export interface Named {
  /** By login as it was asked for, without those that are no User. */
  readonly users: ReadonlyMap<string, Person | undefined>
  readonly teamMembers: readonly Account[]
  readonly initiators: readonly Person[]
  /** Who authored or committed what is new; empty unless they are excluded. */
  readonly commitAuthors: readonly Person[]
  /** Nobody knows who is behind the run. */
  readonly isBotRun: boolean
}

/** Who may vote, and how many have to. */
export interface Constituency {
  /** Everybody in the list, before exclusions. */
  readonly listed: readonly Person[]
  readonly eligible: readonly Person[]
  /** Those of them who are in the list by a team alone. */
  readonly viaTeam: readonly Person[]
  readonly excluded: readonly Excluded[]
  readonly quorum: number
  /** Why it is one more than required-approvals; empty when it is not. */
  readonly quorumReason: string
}

/** Somebody in the list of approvers who may not vote, or a name in it that is nobody's. */
export interface Excluded {
  readonly login: string
  readonly why: Exclude<Standing, 'eligible' | 'left' | 'stranger'> | 'no-such-user'
}

/** Makes the exclusions. Pure. */
export function constituencyOf(policy: Policy, named: Named): Constituency {
  const listed = [...named.users.values()].filter((user) => user !== undefined)
  const members = named.teamMembers.filter(({ isUser }) => isUser)
  const everybody = distinct([...listed, ...members.map(({ id, login }) => ({ id, login }))])
  const isListed = idsOf(listed)
  const initiators = barred(policy, named.initiators)
  const authors = idsOf(named.commitAuthors)
  const excluded = everybody.flatMap(({ id, login }): Excluded[] => {
    if (initiators.has(id)) return [{ login, why: 'initiator' }]
    return authors.has(id) ? [{ login, why: 'commit-author' }] : []
  })
  const nobody = [...named.users].filter(([, user]) => user === undefined)
  const eligible = everybody.filter(({ id }) => !initiators.has(id) && !authors.has(id))
  return {
    listed: everybody,
    eligible,
    viaTeam: eligible.filter(({ id }) => !isListed.has(id)),
    excluded: [...excluded, ...nobody.map(([login]) => ({ login, why: 'no-such-user' as const }))],
    quorum: policy.requiredApprovals + (named.isBotRun ? 1 : 0),
    quorumReason: named.isBotRun ? 'nobody knows who is behind a run that a bot or a schedule started' : '',
  }
}

/** Ids of the initiators, where these may not vote. */
export function barred({ initiator }: Pick<Policy, 'initiator'>, initiators: readonly Person[]): Set<number> {
  return initiator === 'excluded' ? idsOf(initiators) : new Set()
}

/** Each person once, by id. */
export function distinct(people: readonly Person[]): Person[] {
  return [...new Map(people.map((person) => [person.id, person])).values()]
}

export function idsOf(people: readonly Person[]): Set<number> {
  return new Set(people.map(({ id }) => id))
}

/** Why somebody in the list may not vote, behind a name. */
export const whys: Readonly<Record<Excluded['why'], string>> = {
  initiator: 'started this run',
  'commit-author': 'wrote what is to be deployed',
  'no-such-user': 'no such user',
}

/** Why too few people may vote; undefined when there are enough. */
export function unreachable({ eligible, excluded, quorum, quorumReason }: Constituency): string | undefined {
  if (eligible.length >= quorum) return undefined
  const names = eligible.map(({ login }) => login).join(', ') || 'nobody'
  const others = excluded.map(({ login, why }) => `${login} (${whys[why]})`).join(', ')
  const more = quorumReason === '' ? '' : ` (one more, since ${quorumReason})`
  const without = others === '' ? '' : `; not ${others}`
  return `${quorum} people have to approve${more}, but only ${eligible.length} may: ${names}${without}.`
}
