import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Policy } from '../src/policy.ts'
import { constituencyOf, distinct, idsOf, type Named, unreachable } from '../src/voting/constituency.ts'
import type { Person } from '../src/voting/people.ts'
import { type Electorate, standingOf } from '../src/voting/standing.ts'

const person = (id: number, login: string): Person => ({ id, login })
const member = (id: number, login: string, isUser = true) => ({ id, login, isUser })
const [alice, bob, carol, dave] = [person(1, 'alice'), person(2, 'bob'), person(3, 'carol'), person(4, 'dave')]
const listed = (...people: readonly Person[]) =>
  new Map<string, Person | undefined>(people.map((one) => [one.login, one]))

const nobody: Named = { users: new Map(), teamMembers: [], initiators: [], commitAuthors: [], isBotRun: false }
const rules: Pick<Policy, 'requiredApprovals' | 'initiator'> = { requiredApprovals: 2, initiator: 'excluded' }

function constituency(named: Partial<Named>, policy: Partial<Policy> = {}) {
  const approvers = { logins: [], teams: [] }
  const rest = { excludeAuthors: true, versionPattern: '', allowedRefs: [], checklist: [], checklistRequired: false }
  return constituencyOf({ approvers, ...rest, timeoutMs: 1_000, ...rules, ...policy }, { ...nobody, ...named })
}

describe('who may vote', () => {
  it('are the people in the list and the members of its teams', () => {
    const found = constituency({ users: listed(alice, bob), teamMembers: [member(3, 'carol')] })
    expect(found).toEqual({
      listed: [alice, bob, carol],
      eligible: [alice, bob, carol],
      viaTeam: [carol],
      excluded: [],
      ...{ quorum: 2, quorumReason: '' },
    })
  })

  it('is nobody twice, and whoever is listed by login needs no team', () => {
    const users = new Map([
      ['alice', alice],
      ['alice-old', person(1, 'alice')],
    ])
    const found = constituency({ users, teamMembers: [member(1, 'Alice'), member(3, 'carol'), member(3, 'carol')] })
    expect(found.eligible.map(({ id }) => id)).toEqual([1, 3])
    expect(found.viaTeam).toEqual([carol])
  })

  it('is no program in a team', () => {
    expect(constituency({ teamMembers: [member(7, 'robot', false), member(3, 'carol')] }).eligible).toEqual([carol])
  })

  it('is no initiator, unless initiators count', () => {
    const named = { users: listed(alice, dave), initiators: [dave] }
    expect(constituency(named)).toMatchObject({ eligible: [alice], excluded: [{ login: 'dave', why: 'initiator' }] })
    expect(constituency(named).listed).toEqual([alice, dave])
    expect(constituency(named, { initiator: 'counts' })).toMatchObject({ eligible: [alice, dave], excluded: [] })
  })

  it('is no initiator under another login, nor by a team', () => {
    const named = { users: listed(alice), teamMembers: [member(4, 'dave-2')], initiators: [dave] }
    expect(constituency(named)).toMatchObject({ eligible: [alice], excluded: [{ login: 'dave-2', why: 'initiator' }] })
  })

  it('is no author of the code, also where initiators count', () => {
    const named = { users: listed(alice, dave), initiators: [dave], commitAuthors: [dave] }
    expect(constituency(named).excluded).toEqual([{ login: 'dave', why: 'initiator' }])
    const counts = constituency(named, { initiator: 'counts' })
    expect(counts).toMatchObject({ eligible: [alice], excluded: [{ login: 'dave', why: 'commit-author' }] })
  })

  it('is no initiator for not being in the list', () => {
    expect(constituency({ users: listed(alice), initiators: [dave] }).excluded).toEqual([])
  })

  it('is nobody under a name that nobody has', () => {
    const users = new Map<string, Person | undefined>([
      ['alice', alice],
      ['ghost', undefined],
    ])
    expect(constituency({ users })).toMatchObject({
      listed: [alice],
      eligible: [alice],
      excluded: [{ login: 'ghost', why: 'no-such-user' }],
    })
  })
})

describe('how many have to', () => {
  it.each([
    [1, false, 1],
    [100, false, 100],
    [1, true, 2],
    [100, true, 101],
  ])('of %d, with a run of a program: %s, are %d', (requiredApprovals, isBotRun, quorum) => {
    const found = constituency({ isBotRun }, { requiredApprovals })
    expect(found.quorum).toBe(quorum)
    expect(found.quorumReason !== '').toBe(isBotRun)
  })
})

describe('too few', () => {
  it('are named, with those who are excluded and why', () => {
    const users = new Map<string, Person | undefined>([...listed(alice, bob, dave), ['ghost', undefined]])
    const found = constituency({ users, initiators: [dave], commitAuthors: [bob] })
    expect(unreachable(found)).toBe(
      '2 people have to approve, but only 1 may: alice; not bob (wrote what is to be deployed), dave (started this run), ghost (no such user).',
    )
  })

  it('are told why one more is needed', () => {
    expect(unreachable(constituency({ users: listed(alice, bob), isBotRun: true }))).toBe(
      '3 people have to approve (one more, since nobody knows who is behind a run that a bot or a schedule started), but only 2 may: alice, bob.',
    )
  })

  it('can be nobody', () => {
    expect(unreachable(constituency({}))).toBe('2 people have to approve, but only 0 may: nobody.')
  })

  it('are not as many as have to', () => {
    expect(unreachable(constituency({ users: listed(alice, bob) }))).toBeUndefined()
    expect(unreachable(constituency({ users: listed(alice) }, { requiredApprovals: 1 }))).toBeUndefined()
  })
})

it('whoever may vote is in the list, is once there and is not excluded', () => {
  const people = fc.array(
    fc.integer({ min: 1, max: 6 }).map((id) => person(id, `p${id}`)),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(people, people, people, people, fc.boolean(), (users, team, initiators, commitAuthors, counts) => {
      const teamMembers = team.map((one) => ({ ...one, isUser: true }))
      const named = { users: listed(...users), teamMembers, initiators, commitAuthors }
      const { eligible, viaTeam } = constituency(named, { initiator: counts ? 'counts' : 'excluded' })
      const may = [1, 2, 3, 4, 5, 6].filter(
        (id) =>
          [...users, ...team].some((one) => one.id === id) &&
          commitAuthors.every((one) => one.id !== id) &&
          (counts || initiators.every((one) => one.id !== id)),
      )
      expect(eligible.map(({ id }) => id).sort()).toEqual(may)
      expect(viaTeam.map(({ id }) => id).sort()).toEqual(may.filter((id) => users.every((one) => one.id !== id)))
    }),
  )
})

it('of a person twice, the later login is kept', () => {
  expect(distinct([alice, bob, person(1, 'alice-2')])).toEqual([person(1, 'alice-2'), bob])
  expect([...idsOf([alice, bob, alice])]).toEqual([1, 2])
})

describe('the standing of a person', () => {
  const electorate: Electorate = {
    eligible: new Set([1, 2, 4, 5]),
    remaining: new Set([1, 4, 5, 9]),
    initiators: new Set([3, 4, 6]),
    commitAuthors: new Set([5, 6, 7]),
  }

  it.each([
    [1, 'eligible'],
    [2, 'left'],
    [3, 'initiator'],
    [4, 'eligible'],
    [5, 'eligible'],
    [6, 'initiator'],
    [7, 'commit-author'],
    [8, 'stranger'],
    [9, 'stranger'],
  ])('%d is %s', (id, standing) => {
    expect(standingOf(id, electorate)).toBe(standing)
  })
})
