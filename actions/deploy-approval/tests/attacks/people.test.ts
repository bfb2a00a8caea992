import { describe, expect, it } from 'vitest'
import { parseApprovers } from '../../src/approver-list.ts'
import type { Outcome } from '../../src/outcome.ts'
import { Stage } from '../support/stage.ts'

const short = { timeoutMs: 60_000 }
const approversOf = ({ count }: Outcome) => count.approvers.map(({ login }) => login)
const whyOf = ({ count }: Outcome) => count.votes.map(({ comment, why }) => [comment.author?.login, why])

describe('attack 1: the initiator approves himself', () => {
  it.each(['actor', 'triggering actor of another attempt', 'sender of the event', 'requested-by'])(
    'who is %s does not count',
    async (role) => {
      const stage = new Stage()
      const { alice } = stage.people
      if (role === 'actor') stage.run = stage.startRun(alice)
      if (role.startsWith('triggering')) {
        stage.run.rerun(alice)
        stage.run.rerun(stage.people.dave)
      }
      const { context } = stage.inputs()
      const event = { ...context.event, sender: role.startsWith('sender') ? alice : undefined }
      stage.says(5, 'alice', '/approve')
      stage.says(6, 'bob', '/approve')
      const requestedBy = role === 'requested-by' ? 'alice' : ''
      const outcome = await stage.play({ policy: short, requestedBy, context: { ...context, event } })
      expect(outcome.outcome).toBe('timed-out')
      expect(whyOf(outcome)).toEqual([
        ['alice', 'initiator'],
        ['bob', 'counted'],
      ])
    },
  )
})

describe('attack 2: a re-run makes the initiator somebody else', () => {
  it('neither who started the run nor who started it again counts', async () => {
    const stage = new Stage()
    stage.run.rerun(stage.people.bob)
    for (const login of ['dave', 'bob', 'alice']) stage.says(5, login, '/approve')
    const outcome = await stage.play({ policy: short })
    expect(outcome.outcome).toBe('timed-out')
    expect(approversOf(outcome)).toEqual(['alice'])
  })
})

describe('attack 3: the initiator hides behind a bot, a schedule or an App', () => {
  it.each(['bot', 'schedule'])('a run of a %s needs one approval more', async (kind) => {
    const stage = new Stage()
    const robot = stage.github.account('release-bot[bot]', 'Bot')
    stage.run = kind === 'bot' ? stage.startRun(robot) : stage.startRun(stage.people.dave, 'schedule')
    const policy = { ...short, approvers: { logins: ['alice', 'bob', 'carol'], teams: [] } }
    stage.says(5, 'alice', '/approve')
    stage.says(6, 'bob', '/approve')
    expect(await stage.play({ policy })).toMatchObject({ outcome: 'timed-out' })
    stage.says(5, 'alice', '/approve')
    stage.says(6, 'bob', '/approve')
    stage.says(7, 'carol', '/approve')
    expect(approversOf(await stage.play({ policy }))).toEqual(['alice', 'bob', 'carol'])
  })
})

describe('attack 4: who wrote the code approves it', () => {
  it('with exclude-authors, neither author nor committer of a commit counts', async () => {
    const stage = new Stage()
    const { alice, bob, carol } = stage.people
    const sha = stage.repository.git.commit({ message: 'Fix', author: alice, committer: bob, parents: [stage.sha] })
    const approvers = { logins: ['alice', 'bob', 'carol', 'dave', 'mallory'], teams: [] }
    for (const login of ['alice', 'bob', 'carol']) stage.says(5, login, '/approve')
    const policy = { ...short, approvers, excludeAuthors: true }
    const outcome = await stage.play({ sha, base: stage.sha, policy })
    expect(outcome.outcome).toBe('timed-out')
    expect(approversOf(outcome)).toEqual([carol.login])
  })
})

describe('attack 5: one person, two votes', () => {
  it('counts once, however often and in whatever letters a person is listed and votes', async () => {
    const stage = new Stage()
    stage.token.permissions = { ...stage.token.permissions, members: 'read' }
    stage.github.team('octo-org/ops', [stage.people.alice])
    const approvers = parseApprovers('alice, Alice, @ALICE, octo-org/ops, bob')
    for (const second of [5, 6, 7]) stage.says(second, 'alice', '/approve')
    stage.after(8, () => stage.issue.comments.at(-1)?.react(stage.github.world.act(stage.people.bob), '+1'))
    const outcome = await stage.play({ policy: { ...short, approvers } })
    expect(outcome.outcome).toBe('timed-out')
    expect(approversOf(outcome)).toEqual(['alice'])
  })
})

describe('attack 6: a login changes hands', () => {
  it('who was renamed keeps the vote, and who took the login has none', async () => {
    const stage = new Stage()
    stage.says(5, 'alice', '/approve')
    stage.after(10, () => {
      stage.github.rename('alice', 'alice-new')
      stage.github.account('alice')
    })
    stage.says(12, 'alice', '/approve')
    stage.says(14, 'alice', '/deny')
    stage.says(20, 'bob', '/approve')
    const outcome = await stage.play({ policy: short })
    expect(outcome.outcome).toBe('approved')
    expect(outcome.count.approvers.map(({ id }) => id)).toEqual([stage.people.alice.id, stage.people.bob.id])
    expect(whyOf(outcome).filter(([, why]) => why === 'stranger')).toHaveLength(2)
  })

  it('the taker of a login does not count where its owner has not voted', async () => {
    const stage = new Stage()
    stage.after(5, () => {
      stage.github.rename('alice', 'alice-new')
      stage.github.account('alice')
    })
    stage.says(10, 'alice', '/approve')
    stage.says(11, 'bob', '/approve')
    expect(await stage.play({ policy: short })).toMatchObject({ outcome: 'timed-out' })
  })
})

describe('attack 17: bots and Apps vote', () => {
  it('no bot, mannequin, App or comment of ours counts', async () => {
    const stage = new Stage()
    stage.token.permissions = { ...stage.token.permissions, members: 'read' }
    const bot = stage.github.account('helper[bot]', 'Bot')
    const ghost = stage.github.account('imported', 'Mannequin')
    stage.github.team('octo-org/ops', [bot, ghost, stage.github.actionsBot, stage.people.alice, stage.people.bob])
    for (const login of ['helper[bot]', 'imported', 'github-actions[bot]']) stage.says(5, login, '/approve')
    stage.after(6, () => {
      stage.github.as('alice').comment(stage.issue, '/approve', { viaApp: { id: 7, slug: 'helper' } })
    })
    stage.says(7, 'bob', '/approve')
    const approvers = parseApprovers('octo-org/ops')
    const outcome = await stage.play({ policy: { ...short, approvers } })
    expect(outcome.outcome).toBe('timed-out')
    expect(approversOf(outcome)).toEqual(['bob'])
    expect(whyOf(outcome).map(([, why]) => why)).toEqual([
      ...['not-a-user', 'not-a-user', 'not-a-user', 'by-app', 'counted'],
    ])
  })
})

describe('attack 23: a team changes during the wait', () => {
  const approvers = parseApprovers('octo-org/ops')

  function withTeam() {
    const stage = new Stage()
    stage.token.permissions = { ...stage.token.permissions, members: 'read' }
    const { alice, bob, carol } = stage.people
    return { stage, ops: stage.github.team('octo-org/ops', [alice, bob, carol]) }
  }

  it('who left it after the vote does not count', async () => {
    const { stage, ops } = withTeam()
    stage.says(5, 'alice', '/approve')
    stage.after(10, () => ops.remove(stage.people.alice))
    stage.says(20, 'bob', '/approve')
    const outcome = await stage.play({ policy: { ...short, approvers } })
    expect(outcome.outcome).toBe('timed-out')
    expect(whyOf(outcome)).toEqual([
      ['alice', 'left'],
      ['bob', 'counted'],
    ])
  })

  it('who joins it after the request does not count', async () => {
    const { stage, ops } = withTeam()
    stage.after(3, () => ops.add(stage.people.mallory))
    stage.says(5, 'mallory', '/approve')
    stage.says(6, 'bob', '/approve')
    expect(await stage.play({ policy: { ...short, approvers } })).toMatchObject({ outcome: 'timed-out' })
  })

  it('who was invited and has not accepted does not count', async () => {
    const { stage, ops } = withTeam()
    ops.add(stage.people.mallory, 'pending')
    stage.says(5, 'mallory', '/approve')
    stage.says(6, 'bob', '/approve')
    expect(await stage.play({ policy: { ...short, approvers } })).toMatchObject({ outcome: 'timed-out' })
  })

  it('a team that cannot be read any more approves nothing', async () => {
    const { stage } = withTeam()
    stage.says(5, 'alice', '/approve')
    stage.says(6, 'bob', '/approve')
    stage.after(4, () => {
      stage.token.permissions = { issues: 'write', actions: 'read', contents: 'read' }
    })
    const outcome = await stage.play({ policy: { ...short, approvers } })
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'team-unreadable' })
    expect(stage.issue.state).toBe('closed')
  })
})

describe('attack 24: a team that cannot be read passes for a person', () => {
  it.each([
    { what: 'does not exist', members: 'read' },
    { what: 'may not be read by the token', members: undefined },
  ] as const)('a team that $what is fatal before anybody is asked', async ({ members }) => {
    const stage = new Stage()
    stage.github.account('ops')
    if (members === undefined) stage.github.team('octo-org/ops', [stage.people.alice])
    else stage.token.permissions = { ...stage.token.permissions, members }
    const outcome = await stage.play({ policy: { approvers: parseApprovers('alice, bob, octo-org/ops') } })
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'team-unreadable' })
    expect(outcome.sentence).toContain('octo-org/ops')
    expect(stage.repository.issues).toEqual([])
  })
})

describe('attack 25: a quorum of nobody is reached by nobody', () => {
  it.each([
    { name: 'an empty list', given: { approvers: { logins: [], teams: [] } } },
    { name: 'a quorum that the exclusions make unreachable', given: { requiredApprovals: 4 } },
    { name: 'nobody but the initiator', given: { approvers: parseApprovers('dave'), requiredApprovals: 1 } },
  ])('$name is refused before anybody is asked', async ({ given }) => {
    const stage = new Stage()
    expect(await stage.play({ policy: given })).toMatchObject({ outcome: 'error', reasonCode: 'quorum-impossible' })
    expect(stage.repository.issues).toEqual([])
  })

  it.each([0, -1, Number.NaN])('a quorum of %s approves nothing', async (requiredApprovals) => {
    const stage = new Stage()
    expect((await stage.play({ policy: { ...short, requiredApprovals } })).outcome).not.toBe('approved')
  })
})
