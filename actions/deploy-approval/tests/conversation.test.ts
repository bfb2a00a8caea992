import { type FaultedRequest, faults } from '@deploy-safety/simulators/github/fault'
import type { Issue } from '@deploy-safety/simulators/github/issue'
import { describe, expect, it } from 'vitest'
import { parseTag } from '../src/texts/own-comment.ts'
import { Stage } from './support/stage.ts'

const minute = { policy: { timeoutMs: 60_000 } }

/** Which comments of ours there are, in order. */
function tagsOf(stage: Stage, issue: Issue = stage.issue): (string | undefined)[] {
  const own = issue.comments.filter(({ user }) => user === stage.github.actionsBot)
  return own.map(({ text }) => parseTag(text)?.kind)
}

const reactionsTo = (stage: Stage, login: string) =>
  stage.issue.comments
    .filter(({ user }) => user.login === login)
    .map(({ reactions }) => reactions.map(({ content }) => content))

describe('a command', () => {
  it('gets a sign: what counts, what is denied, what is asked, what is ignored', async () => {
    const stage = new Stage()
    stage.says(2, 'alice', '/approve')
    stage.says(3, 'alice', '/withdraw')
    stage.says(4, 'bob', '/status')
    stage.says(5, 'dave', '/approve')
    stage.says(6, 'mallory', '/approve')
    stage.says(12, 'carol', '/deny')
    await stage.play()
    expect(reactionsTo(stage, 'alice')).toEqual([['+1'], ['+1']])
    expect(reactionsTo(stage, 'bob')).toEqual([['eyes']])
    expect(reactionsTo(stage, 'carol')).toEqual([['-1']])
    expect(reactionsTo(stage, 'dave')).toEqual([['confused']])
    expect(reactionsTo(stage, 'mallory')).toEqual([['confused']])
  })

  it('that is ignored is answered by name, once for each person', async () => {
    const stage = new Stage()
    for (const second of [2, 8, 20]) stage.says(second, 'mallory', '/approve')
    for (const second of [3, 9]) stage.says(second, 'dave', '/deny')
    stage.says(4, 'alice', 'LGTM')
    stage.says(5, 'carol', '\uff0fapprove')
    await stage.play(minute)
    const replies = stage.issue.comments.flatMap(({ text }) => (parseTag(text)?.kind === 'reply' ? [text] : []))
    const { mallory, dave, alice, carol } = stage.people
    expect(replies.map((text) => parseTag(text)?.key).sort()).toEqual(
      [mallory, dave, alice, carol].map(({ id }) => String(id)).sort(),
    )
    for (const login of ['mallory', 'dave', 'alice', 'carol']) expect(replies.join('\n')).toContain(`@${login}`)
  })

  it('of the twenty-first who is ignored is not answered any more', async () => {
    const stage = new Stage()
    stage.after(2, () => {
      for (let count = 0; count < 25; count += 1) {
        stage.github.account(`stranger-${count}`)
        stage.github.as(`stranger-${count}`).comment(stage.issue, '/approve')
      }
    })
    await stage.play(minute)
    expect(tagsOf(stage).filter((kind) => kind === 'reply')).toHaveLength(20)
  })

  it('/status of a stranger is no reason for a reply, and that of an entitled person brings the status up to date', async () => {
    const stage = new Stage()
    stage.says(2, 'mallory', '/status')
    stage.says(10, 'alice', '/status')
    await stage.play(minute)
    expect(tagsOf(stage)).not.toContain('reply')
    const edits = stage.github.requests.filter(({ operation }) => operation === 'issues/update-comment')
    expect(edits.length).toBeGreaterThanOrEqual(1)
  })

  it('is not answered with a word of ours that begins with a slash, nor counts a comment of ours', async () => {
    const stage = new Stage()
    stage.says(2, 'mallory', '/approve')
    stage.says(3, 'github-actions[bot]', '/approve')
    stage.says(4, 'alice', '/approve')
    const outcome = await stage.play(minute)
    expect(outcome.count.approvers.map(({ login }) => login)).toEqual(['alice'])
    const own = stage.issue.comments.filter(({ text }) => parseTag(text) !== undefined)
    for (const { text } of own) expect(text).not.toMatch(/^\s*\//)
  })
})

describe('the status', () => {
  it('is one comment, edited in place', async () => {
    const stage = new Stage()
    for (const [index, login] of ['alice', 'bob', 'carol'].entries()) stage.says(5 + index * 10, login, '/approve')
    await stage.play({ policy: { timeoutMs: 60_000, requiredApprovals: 3 } })
    expect(tagsOf(stage).filter((kind) => kind === 'status')).toHaveLength(1)
    const status = stage.issue.comments.find(({ text }) => parseTag(text)?.kind === 'status')
    expect(status?.text).toContain('3 of 3')
  })

  it('is written again where somebody deletes it', async () => {
    const stage = new Stage()
    stage.after(10, () => {
      const [status] = stage.issue.comments
      if (status) stage.github.as('mallory').delete(status)
    })
    await stage.play(minute)
    expect(tagsOf(stage).filter((kind) => kind === 'status')).toHaveLength(1)
  })

  it('whose answer was lost is found, not written twice', async () => {
    for (const fault of [faults.lost(), faults.truncated(), faults.status(502), faults.hang()]) {
      const stage = new Stage()
      stage.github.fail('issues/create-comment', fault, { effect: 'after' })
      stage.says(90, 'alice', '/approve')
      await stage.play({ policy: { timeoutMs: 180_000 } })
      expect(tagsOf(stage).sort()).toEqual(['closing', 'reminder', 'status'])
    }
  })

  it('that could not be written is written a minute later', async () => {
    const stage = new Stage()
    stage.github.fail('issues/create-comment', faults.status(502))
    await stage.play({ policy: { timeoutMs: 600_000 } })
    expect(tagsOf(stage)).toEqual(['status', 'reminder', 'closing'])
    const written = stage.issue.comments[0]?.createdAt.getTime() ?? 0
    expect(written - stage.issue.createdAt.getTime()).toBeLessThan(70_000)
  })

  it('and all else that we say costs a wait without votes four writes', async () => {
    const stage = new Stage()
    await stage.play()
    expect(tagsOf(stage)).toEqual(['status', 'reminder', 'closing'])
    const writes = stage.github.requests.filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql')
    // With the status at the end, its issue and the close.
    expect(writes).toHaveLength(6)
  })
})

describe('who is missing', () => {
  it('is reminded at half time, once', async () => {
    const stage = new Stage()
    stage.says(10, 'alice', '/approve')
    await stage.play({ policy: { timeoutMs: 600_000 } })
    const reminders = stage.issue.comments.filter(({ text }) => parseTag(text)?.kind === 'reminder')
    expect(reminders).toHaveLength(1)
    const afterS = ((reminders[0]?.createdAt.getTime() ?? 0) - stage.issue.createdAt.getTime()) / 1_000
    expect(afterS).toBeGreaterThanOrEqual(299)
    expect(afterS).toBeLessThanOrEqual(331)
  })

  it('is reminded once although the answer to it was lost, or later where it was not written', async () => {
    const isReminder = ({ body }: FaultedRequest) => parseTag(JSON.parse(body ?? '{}').body ?? '')?.kind === 'reminder'
    for (const effect of ['before', 'after'] as const) {
      const stage = new Stage()
      stage.github.fail(isReminder, faults.lost(), { effect })
      await stage.play({ policy: { timeoutMs: 600_000 } })
      expect(tagsOf(stage).filter((kind) => kind === 'reminder')).toHaveLength(1)
    }
  })

  it('is not reminded of what is decided before', async () => {
    const stage = new Stage()
    stage.says(10, 'alice', '/approve')
    stage.says(12, 'bob', '/approve')
    await stage.play({ policy: { timeoutMs: 600_000 } })
    expect(tagsOf(stage)).toEqual(['status', 'closing'])
  })
})

describe('what is said', () => {
  it('never ends the wait, even if nothing of it can be written', async () => {
    const stage = new Stage()
    const isCourtesy = ({ method, operation }: FaultedRequest) =>
      method !== 'GET' && /reactions|update-comment|create-comment/.test(operation ?? '')
    let isDecided = false
    stage.github.fail((request) => isCourtesy(request) && !isDecided, faults.status(403, 'Forbidden'), { times: 1_000 })
    stage.says(3, 'alice', '/approve')
    stage.says(400, 'bob', '/approve')
    stage.after(401, () => {
      isDecided = true
    })
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
    const refused = stage.github.requests.filter(({ status }) => status === 403)
    expect(refused.length).toBeLessThanOrEqual(8)
  })
})
