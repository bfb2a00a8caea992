import { describe, expect, it } from 'vitest'
import { Stage } from '../support/stage.ts'

const short = { policy: { timeoutMs: 60_000 } }

describe('attack 11: an answer to another request counts again', () => {
  it('votes in the issue of another attempt do not count', async () => {
    const stage = new Stage()
    stage.says(5, 'alice', '/approve')
    expect(await stage.play(short)).toMatchObject({ outcome: 'timed-out' })
    stage.run.rerun(stage.people.dave)
    stage.says(5, 'bob', '/approve')
    const outcome = await stage.play(short)
    expect(outcome).toMatchObject({ outcome: 'timed-out', count: { approvers: [{ login: 'bob' }] } })
    expect(stage.repository.issues).toHaveLength(2)
  })

  it('a copy of the issue by somebody else is never taken for it, nor found after a lost answer', async () => {
    const stage = new Stage()
    stage.after(2, () => {
      const copy = stage.github.as('mallory').open(stage.repository, stage.issue.title, stage.issue.text)
      for (const login of ['alice', 'bob']) stage.github.as(login).comment(copy, '/approve')
    })
    expect(await stage.play(short)).toMatchObject({ outcome: 'timed-out', asked: { place: { number: 1 } } })
    expect(stage.issue.state).toBe('open')
  })
})

describe('attack 12: the state in the issue is forged', () => {
  it('who is added to its text may not vote, and who changed it denies', async () => {
    const stage = new Stage()
    stage.after(2, () => {
      const forged = stage.issue.text.replace(/"eligible":\[/, `"eligible":[${stage.people.mallory.id},`)
      expect(forged).not.toBe(stage.issue.text)
      stage.github.as('mallory').rewrite(stage.issue, forged)
    })
    stage.says(4, 'mallory', '/approve')
    stage.says(5, 'alice', '/approve')
    expect(await stage.play(short)).toMatchObject({
      ...{ outcome: 'denied', reasonCode: 'request-altered' },
      ...{ deniedBy: [{ login: 'mallory' }], count: { approvers: [{ login: 'alice' }] } },
    })
  })

  it('comments that look like ours count for nothing', async () => {
    const stage = new Stage()
    stage.says(2, 'mallory', '2 of 2\n\n<!-- deploy-approval status 99999999999 -->')
    stage.says(3, 'mallory', 'approved\n\n<!-- deploy-approval closing 00000000000000000000000000000000 -->')
    stage.says(5, 'alice', '/approve')
    stage.says(6, 'bob', '/approve')
    expect(await stage.play(short)).toMatchObject({ outcome: 'approved' })
    const own = stage.issue.comments.filter(({ user }) => user === stage.github.actionsBot)
    expect(own.length).toBeGreaterThanOrEqual(2)
  })
})

describe('attack 13: another commit than the approved one is deployed', () => {
  it('what is approved is the commit of the request, wherever the tag is now', async () => {
    const stage = new Stage()
    const other = stage.repository.git.commit({ message: 'Other' })
    stage.after(4, () => stage.repository.git.tag('v1.4.0', other))
    stage.says(5, 'alice', '/approve')
    stage.says(6, 'bob', '/approve')
    const outcome = await stage.play(short)
    expect(outcome).toMatchObject({ outcome: 'approved', asked: { request: { sha: stage.sha } } })
    expect(outcome.audit?.record).toMatchObject({ sha: stage.sha, environment: 'production', version: 'v1.4.0' })
    expect(stage.issue.title + stage.issue.text).toContain(stage.sha.slice(0, 7))
  })
})

describe('attack 14: two runs are answered in one issue', () => {
  it('each request has an issue of its own, and a vote counts in the one where it is', async () => {
    const stage = new Stage()
    const first = stage.play({ ...short, gate: 'one' })
    const second = stage.play({ ...short, gate: 'two' })
    stage.after(5, () => {
      const [one, two] = stage.repository.issues
      for (const login of ['alice', 'bob']) if (one) stage.github.as(login).comment(one, '/approve')
      if (two) stage.github.as('alice').comment(two, '/approve')
    })
    const outcomes = await Promise.all([first, second])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['approved', 'timed-out'])
    expect(stage.repository.issues).toHaveLength(2)
  })
})

describe('attack 15: an older request is approved after a newer one', () => {
  /** An older request, and a newer one of another run after that many seconds. */
  async function twoRuns({ supersede, environment = 'production' }: { supersede: boolean; environment?: string }) {
    const stage = new Stage()
    const older = stage.play({ ...short, supersede })
    await stage.clock.sleep(4_000, new AbortController().signal)
    const [first] = stage.repository.issues
    stage.run = stage.startRun()
    const newer = stage.play({ ...short, supersede, environment })
    await stage.clock.sleep(1_500, new AbortController().signal)
    return { stage, older, newer, first }
  }

  it('the older one is closed and superseded', async () => {
    const { stage, older, newer, first } = await twoRuns({ supersede: true })
    expect(first?.state).toBe('closed')
    if (first !== undefined) for (const login of ['alice', 'bob']) stage.github.as(login).comment(first, '/approve')
    expect(await older).toMatchObject({ outcome: 'superseded', reasonCode: 'superseded' })
    expect(await newer).toMatchObject({ outcome: 'timed-out' })
  })

  it('with supersede: false it stays open, and is superseded once it would be approved', async () => {
    const { stage, older, newer, first } = await twoRuns({ supersede: false })
    expect(first?.state).toBe('open')
    if (first !== undefined) for (const login of ['alice', 'bob']) stage.github.as(login).comment(first, '/approve')
    expect(await older).toMatchObject({ outcome: 'superseded' })
    expect(await newer).toMatchObject({ outcome: 'timed-out' })
  })

  it('one of another environment is none of its business', async () => {
    const { stage, older, newer, first } = await twoRuns({ supersede: true, environment: 'staging' })
    expect(first?.state).toBe('open')
    if (first !== undefined) for (const login of ['alice', 'bob']) stage.github.as(login).comment(first, '/approve')
    expect(await older).toMatchObject({ outcome: 'approved' })
    expect(await newer).toMatchObject({ outcome: 'timed-out' })
  })
})

describe('attack 16: the issue is closed, opened, locked or taken away', () => {
  it('who closes it denies, also where it is opened again', async () => {
    for (const reopened of [false, true]) {
      const stage = new Stage()
      stage.says(3, 'alice', '/approve')
      stage.says(3, 'bob', '/approve')
      stage.after(4, () => stage.github.as('mallory').close(stage.issue))
      if (reopened) stage.after(4.5, () => stage.github.as('mallory').reopen(stage.issue))
      const outcome = await stage.play(short)
      expect(outcome).toMatchObject({
        outcome: 'denied',
        reasonCode: 'closed-by-hand',
        deniedBy: [{ login: 'mallory' }],
      })
    }
  })

  it('what is transferred or deleted is gone, never approved', async () => {
    for (const how of ['transfer', 'delete']) {
      const stage = new Stage()
      const elsewhere = stage.github.repository('octo-org/elsewhere')
      stage.says(3, 'alice', '/approve')
      stage.says(3, 'bob', '/approve')
      stage.after(4, () => {
        if (how === 'transfer') stage.github.as('mallory').transfer(stage.issue, elsewhere)
        else stage.github.as('mallory').deleteIssue(stage.issue)
      })
      expect(await stage.play(short)).toMatchObject({ outcome: 'error', reasonCode: 'issue-gone' })
    }
  })

  it('locking it changes nothing', async () => {
    const stage = new Stage()
    stage.says(3, 'alice', '/approve')
    stage.after(4, () => stage.github.as('mallory').lock(stage.issue, 'resolved'))
    stage.says(5, 'bob', '/approve')
    expect(await stage.play(short)).toMatchObject({ outcome: 'approved' })
  })
})
