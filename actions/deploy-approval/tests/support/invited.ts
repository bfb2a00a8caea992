import type { Asked } from '../../src/asked.ts'
import type { Invitation } from '../../src/invitation.ts'
import { hashPolicy, type Policy } from '../../src/policy.ts'
import type { Request } from '../../src/request.ts'
import { type Command, parseCommand } from '../../src/voting/command.ts'
import type { Person } from '../../src/voting/people.ts'
import { type Count, nothing, type Vote, type Why } from '../../src/voting/votes.ts'

const repositoryUrl = 'https://github.com/octo-org/octo-app'
export const openedAtMs = Date.parse('2026-03-01T10:00:00Z')
export const alice: Person = { id: 1, login: 'alice' }
export const bob: Person = { id: 2, login: 'bob' }
export const carol: Person = { id: 3, login: 'carol' }
const dave: Person = { id: 4, login: 'dave' }

const policy: Policy = {
  approvers: { logins: ['alice', 'bob', 'carol', 'dave'], teams: [] },
  requiredApprovals: 2,
  initiator: 'excluded',
  excludeAuthors: false,
  versionPattern: '',
  allowedRefs: [],
  checklist: [],
  checklistRequired: false,
  timeoutMs: 3_600_000,
}

function request(given: Partial<Request> = {}): Request {
  return {
    mode: 'request',
    repository: 'octo-org/octo-app',
    runId: 77,
    attempt: 2,
    workflowPath: '.github/workflows/deploy.yml',
    ref: 'refs/tags/v1.4.0',
    sha: 'c0ffee1'.padEnd(40, '0'),
    version: 'v1.4.0',
    environment: 'production',
    gate: 'Deploy / approve',
    base: '',
    requestedBy: '',
    deadline: '2026-03-01T11:00:00.000Z',
    initiators: [dave.id],
    eligible: [alice.id, bob.id, carol.id],
    viaTeam: [],
    policySha256: hashPolicy(policy),
    nonce: 'a'.repeat(32),
    ...given,
  }
}

export function invitation({
  request: asked,
  ...given
}: Partial<Omit<Invitation, 'request'>> & { request?: Partial<Request> } = {}): Invitation {
  return {
    request: request(asked),
    repositoryUrl,
    title: '',
    body: '',
    changes: undefined,
    voters: [alice, bob, carol],
    initiators: [dave],
    excluded: [{ login: 'dave', why: 'initiator' }],
    quorum: 2,
    quorumReason: '',
    checklist: [],
    needsChecklist: false,
    ...given,
  }
}

export function asked(given: Parameters<typeof invitation>[0] = {}): Asked {
  const invited = invitation(given)
  return {
    invitation: invited,
    request: invited.request,
    policy,
    place: { repository: 'octo-org/octo-app', number: 7 },
    url: `${repositoryUrl}/issues/7`,
    openedAtMs,
    deadlineMs: openedAtMs + policy.timeoutMs,
    opened: {
      number: 7,
      url: `${repositoryUrl}/issues/7`,
      title: '',
      body: '',
      isOpen: true,
      authorId: 99,
      createdAtMs: openedAtMs,
      updatedAtMs: openedAtMs,
      comments: 0,
      isPullRequest: false,
      labels: [],
    },
    us: { id: 99, login: 'github-actions[bot]' },
    initiators: [dave],
    commitAuthors: [],
  }
}

let lastId = 1_000

/** A command as it was read, a minute after the opening. */
export function vote({ id, login }: Person, body: string, why: Why = 'counted'): Vote {
  lastId += 1
  return {
    comment: {
      id: lastId,
      author: { id, login, isUser: true },
      body,
      createdAtMs: openedAtMs + 60_000,
      isEdited: false,
      editors: [],
      viaEmail: false,
      viaApp: false,
    },
    command: parseCommand(body) as Command,
    counted: why === 'counted',
    why,
  }
}

export function count(
  given: Partial<Record<'approvers' | 'deniedBy', readonly Person[]>> & Partial<Pick<Count, 'votes' | 'checked'>>,
): Count {
  const users = (people: readonly Person[] = []) => people.map((person) => ({ ...person, isUser: true }))
  return { ...nothing, ...given, approvers: users(given.approvers), deniedBy: users(given.deniedBy) }
}
