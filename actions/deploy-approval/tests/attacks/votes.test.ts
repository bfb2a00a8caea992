import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/outcome.ts'
import { Stage } from '../support/stage.ts'

const short = { policy: { timeoutMs: 60_000 } }
const whys = ({ count }: Outcome) => count.votes.map(({ why }) => why)

describe('attack 7: somebody edits the comment of an approver', () => {
  it.each([1, 10])('after %s s, and it is denied by who edited it', async (seconds) => {
    const stage = new Stage()
    stage.after(4, () => {
      const comment = stage.github.as('alice').comment(stage.issue, 'I look at it')
      stage.after(seconds, () => stage.github.as('mallory').edit(comment, '/approve'))
    })
    stage.says(6, 'bob', '/approve')
    const outcome = await stage.play(short)
    expect(outcome).toMatchObject({ outcome: 'denied', reasonCode: 'request-altered' })
    expect(outcome.deniedBy.map(({ login }) => login)).toEqual(['mallory'])
    expect(outcome.count.approvers.map(({ login }) => login)).not.toContain('alice')
  })
})

describe('attack 7, hidden', () => {
  it('once it was seen, it stands even where the author deletes the comment in the settle interval', async () => {
    const stage = new Stage()
    stage.after(4, () => {
      const comment = stage.github.as('alice').comment(stage.issue, '/withdraw')
      stage.github.as('mallory').edit(comment, '/approve')
      stage.after(2, () => stage.github.as('alice').delete(comment))
    })
    const outcome = await stage.play({ policy: { timeoutMs: 60_000 } })
    expect(outcome).toMatchObject({
      outcome: 'denied',
      reasonCode: 'request-altered',
      deniedBy: [{ login: 'mallory' }],
    })
  })

  it.each([20, 99, 150])('an edit by somebody else is found behind %s of the author', async (times) => {
    const stage = new Stage()
    stage.after(4, () => {
      const comment = stage.github.as('alice').comment(stage.issue, '/approve')
      stage.github.as('mallory').edit(comment, '/deny')
      for (let count = 0; count < times; count += 1) stage.github.as('alice').edit(comment, `text ${count}`)
    })
    const outcome = await stage.play({ policy: { timeoutMs: 60_000 } })
    expect(outcome).toMatchObject({ outcome: 'denied', reasonCode: 'request-altered' })
  })
})

describe('attack 8: an approver edits a comment of his own', () => {
  it('a denial that becomes an approval stays a denial', async () => {
    const stage = new Stage()
    stage.after(3, () => {
      const comment = stage.github.as('alice').comment(stage.issue, '/deny')
      stage.after(4, () => stage.github.as('alice').edit(comment, '/approve'))
    })
    stage.says(20, 'bob', '/approve')
    stage.says(21, 'carol', '/approve')
    expect(await stage.play(short)).toMatchObject({ outcome: 'denied', reasonCode: 'denied-by-vote' })
  })

  it('a remark that becomes an approval is void', async () => {
    const stage = new Stage()
    stage.after(3, () => {
      const comment = stage.github.as('alice').comment(stage.issue, 'wait')
      stage.after(4, () => stage.github.as('alice').edit(comment, '/approve'))
    })
    stage.says(20, 'bob', '/approve')
    const outcome = await stage.play(short)
    expect(outcome.outcome).toBe('timed-out')
    expect(whys(outcome)).toEqual(['edited', 'counted'])
  })
})

describe('attack 9: a counted comment is deleted', () => {
  it('an approval that is gone does not count any more', async () => {
    const stage = new Stage()
    stage.after(3, () => {
      const comment = stage.github.as('alice').comment(stage.issue, '/approve')
      stage.after(10, () => stage.github.as('alice').delete(comment))
    })
    stage.says(20, 'bob', '/approve')
    const outcome = await stage.play(short)
    expect(outcome.outcome).toBe('timed-out')
    expect(whys(outcome)).toEqual(['deleted', 'counted'])
  })

  it('one that somebody else deletes is denied by that person', async () => {
    const stage = new Stage()
    stage.after(3, () => {
      const comment = stage.github.as('alice').comment(stage.issue, '/deny')
      stage.after(0.5, () => stage.github.as('mallory').delete(comment))
    })
    stage.says(20, 'bob', '/approve')
    stage.says(20, 'carol', '/approve')
    const outcome = await stage.play(short)
    expect(outcome).toMatchObject({ outcome: 'denied', reasonCode: 'request-altered' })
    expect(outcome.deniedBy.map(({ login }) => login)).toEqual(['mallory'])
  })
})

describe('attack 10: a vote from before the request, or pre-filled', () => {
  it('a vote in an older issue and a command in the text of the issue count nothing', async () => {
    const stage = new Stage()
    const old = stage.github.as('mallory').open(stage.repository, 'Deploy', '/approve')
    stage.github.as('alice').comment(old, '/approve')
    stage.says(5, 'bob', '/approve')
    const outcome = await stage.play({ ...short, body: '/approve', title: '/approve' })
    expect(outcome.outcome).toBe('timed-out')
    expect(whys(outcome)).toEqual(['counted'])
    expect(stage.issue.text.split('\n')[0]).not.toMatch(/^\//)
  })
})

describe('attack 18: outsiders flood the thread', () => {
  it('the deciding vote is found behind a thousand comments, on the last page', async () => {
    const stage = new Stage()
    stage.after(3, () => {
      for (let count = 0; count < 1_000; count += 1) stage.github.as('mallory').comment(stage.issue, `spam ${count}`)
    })
    stage.says(4, 'alice', '/approve')
    stage.says(4, 'bob', '/approve')
    const outcome = await stage.play()
    expect(outcome).toMatchObject({ outcome: 'approved', count: { approvers: [{ login: 'alice' }, { login: 'bob' }] } })
  })

  it('a denial is found behind a thousand comments, on the last page', async () => {
    const stage = new Stage()
    stage.says(3, 'alice', '/approve')
    stage.after(4, () => {
      for (let count = 0; count < 1_000; count += 1) {
        stage.github.as('mallory').comment(stage.issue, count % 10 === 0 ? '/approve' : `spam ${count}`)
      }
    })
    stage.says(4, 'bob', '/approve')
    stage.says(4, 'carol', '/deny')
    const outcome = await stage.play()
    expect(outcome).toMatchObject({ outcome: 'denied', reasonCode: 'denied-by-vote' })
    const replies = stage.issue.comments.filter(({ text }) => text.includes('@mallory'))
    expect(replies.length).toBeLessThanOrEqual(1)
  })
})

describe('attack 19: an unauthorised command ends the search', () => {
  it('votes after those of strangers count', async () => {
    const stage = new Stage()
    stage.says(3, 'mallory', '/approve')
    stage.says(3, 'mallory', '/deny')
    stage.says(4, 'alice', '/approve')
    stage.says(5, 'bob', '/approve')
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
  })
})

describe('attacks 20 and 21: what only looks like a command', () => {
  it.each([
    ...['> /approve', '```\n/approve\n```', '<!-- x -->\n/approve', 'do not /approve yet', '\n/approve', ' /approve'],
    ...['    /approve', '- /approve', '/approve\u200b', '\u202e/approve', '\uff0fapprove', '/\u0430pprove'],
    ...['/approved', '/approve\u00a0', '/approve-all', '//approve', '/ap\u00adprove', 'LGTM', 'approve'],
  ])('%j does not count', async (body) => {
    const stage = new Stage()
    stage.says(5, 'alice', body)
    stage.says(6, 'bob', '/approve')
    const outcome = await stage.play({ policy: { timeoutMs: 30_000 } })
    expect(outcome.outcome).toBe('timed-out')
    expect(outcome.count.approvers.map(({ login }) => login)).toEqual(['bob'])
  })
})

describe('attack 22: a vote by e-mail', () => {
  it('does not count', async () => {
    const stage = new Stage()
    stage.after(5, () => stage.github.as('alice').comment(stage.issue, '/approve', { viaEmail: true }))
    stage.says(6, 'bob', '/approve')
    const outcome = await stage.play(short)
    expect(outcome.outcome).toBe('timed-out')
    expect(whys(outcome)).toEqual(['by-email', 'counted'])
  })
})

describe('attack 34: a denial lands while an approval is counted', () => {
  it.each([0, 0.5, 2.9])('%s s after the quorum it still wins', async (seconds) => {
    const stage = new Stage()
    stage.says(5, 'alice', '/approve')
    stage.says(10, 'bob', '/approve')
    stage.says(10 + seconds, 'carol', '/deny')
    expect(await stage.play()).toMatchObject({ outcome: 'denied', reasonCode: 'denied-by-vote' })
  })

  it('so does a withdrawal', async () => {
    const stage = new Stage()
    stage.says(5, 'alice', '/approve')
    stage.says(10, 'bob', '/approve')
    stage.says(12, 'alice', '/withdraw')
    expect(await stage.play(short)).toMatchObject({ outcome: 'timed-out' })
  })
})
