import { describe, expect, it } from 'vitest'
import { Stage } from './support/stage.ts'

const short = { policy: { timeoutMs: 60_000 } }
const polls = (stage: Stage) => stage.github.requests.filter(({ operation }) => operation === 'issues/get')

describe('a request', () => {
  it('is approved by two entitled people, for at most 35 counted requests in an hour', async () => {
    const stage = new Stage()
    stage.says(60, 'alice', '/approve looks good')
    stage.says(3_300, 'bob', '/approve')
    const outcome = await stage.play()
    expect(outcome).toMatchObject({ outcome: 'approved', reasonCode: 'ok' })
    expect(outcome.count.approvers.map(({ login }) => login)).toEqual(['alice', 'bob'])
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
    expect(stage.github.counted).toBeLessThanOrEqual(35)
  })

  it('that nobody decides times out after a full read, and costs no more', async () => {
    const stage = new Stage()
    const outcome = await stage.play()
    expect(outcome).toMatchObject({ outcome: 'timed-out', reasonCode: 'timed-out' })
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    expect(stage.now - stage.issue.createdAt.getTime()).toBeGreaterThanOrEqual(3_600_000)
    expect(stage.github.counted).toBeLessThanOrEqual(35)
  })

  it('is asked for after at most six requests', async () => {
    const stage = new Stage()
    await stage.play(short)
    const before = stage.github.requests.findIndex(({ operation }) => operation === 'issues/create')
    expect(before).toBeLessThanOrEqual(6)
    expect(stage.github.requests.slice(0, before).filter(({ operation }) => operation === 'graphql')).toHaveLength(1)
  })

  it.each([
    { at: 30, within: 5 },
    { at: 119, within: 5 },
    { at: 400, within: 15 },
    { at: 2_000, within: 30 },
  ])('sees a vote at $at s within $within s', async ({ at, within }) => {
    const stage = new Stage()
    stage.says(at + 0.3, 'alice', '/deny')
    await stage.play()
    const seen = stage.github.requests.find(({ operation }) => operation?.startsWith('reactions/'))
    const voted = stage.issue.comments.find(({ user }) => user === stage.people.alice)
    const settleS = 3
    expect((Number(seen?.at) - Number(voted?.createdAt)) / 1_000).toBeLessThanOrEqual(within + settleS)
  })

  it('is polled as often as the input says', async () => {
    const stage = new Stage()
    await stage.play({ ...short, pollIntervalMs: 20_000 })
    const times = polls(stage).map(({ at }) => Math.round((at.getTime() - stage.issue.createdAt.getTime()) / 1_000))
    expect(times.slice(0, 4)).toEqual([0, 20, 40, 60])
  })

  it('is polled once a minute below a tenth of the budget', async () => {
    const stage = new Stage()
    const budget = stage.token.budget('core', stage.clock.date())
    budget.used = 901
    stage.says(1_000, 'alice', '/approve')
    stage.says(1_001, 'bob', '/approve')
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
    const times = polls(stage).map(({ at }) => at.getTime())
    const pauses = times.slice(1, 15).map((time, index) => time - (times[index] ?? 0))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(60_000)
  })

  it('is judged by the clock of GitHub, however wrong that of the runner is', async () => {
    for (const hours of [-9, 9]) {
      const stage = new Stage()
      stage.says(40, 'alice', '/approve')
      stage.says(55, 'bob', '/approve')
      expect(await stage.play(short, clockOf(stage, hours))).toMatchObject({ outcome: 'approved' })
      const late = new Stage()
      late.says(40, 'alice', '/approve')
      late.says(61, 'bob', '/approve')
      const outcome = await late.play(short, clockOf(late, hours))
      expect(outcome).toMatchObject({ outcome: 'timed-out' })
      expect(outcome.nowMs - late.issue.createdAt.getTime()).toBeLessThan(70_000)
    }
  })

  it('that somebody opens again is denied all the same by who closed it', async () => {
    const stage = new Stage()
    stage.says(3, 'alice', '/approve')
    stage.after(6, () => stage.github.as('mallory').close(stage.issue))
    stage.after(7, () => stage.github.as('alice').reopen(stage.issue))
    stage.says(8, 'bob', '/approve')
    const outcome = await stage.play()
    expect(outcome).toMatchObject({ outcome: 'denied', reasonCode: 'closed-by-hand', deniedBy: [{ login: 'mallory' }] })
  })

  it.each([0.5, 1.5, 2.5])('that is closed %s s after the last vote it needs is denied', async (seconds) => {
    for (const reopened of [false, true]) {
      const stage = new Stage()
      stage.says(3, 'alice', '/approve')
      stage.says(5, 'bob', '/approve')
      stage.after(5 + seconds, () => stage.github.as('carol').close(stage.issue, 'completed'))
      if (reopened) stage.after(5.2 + seconds, () => stage.github.as('carol').reopen(stage.issue))
      const outcome = await stage.play()
      expect(outcome).toMatchObject({ outcome: 'denied', reasonCode: 'closed-by-hand', deniedBy: [{ login: 'carol' }] })
      expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    }
  })

  it('that a program closes with our account is denied, not superseded, while there is no newer one', async () => {
    const stage = new Stage()
    stage.says(3, 'alice', '/approve')
    stage.after(6, () => stage.github.as('github-actions[bot]').close(stage.issue, 'not_planned'))
    stage.says(7, 'bob', '/approve')
    expect(await stage.play()).toMatchObject({ outcome: 'denied', reasonCode: 'closed-by-hand' })
  })

  it('goes on where the issue is locked', async () => {
    const stage = new Stage()
    stage.after(2, () => stage.github.as('mallory').lock(stage.issue))
    stage.says(3, 'alice', '/approve')
    stage.says(5, 'bob', '/approve')
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
  })

  it.each(['retitle', 'rewrite'] as const)('that somebody changes (%s) is denied by that person', async (change) => {
    const stage = new Stage()
    stage.says(3, 'alice', '/approve')
    stage.after(4, () => stage.github.as('mallory')[change](stage.issue, 'Another'))
    stage.says(5, 'bob', '/approve')
    expect(await stage.play()).toMatchObject({ reasonCode: 'request-altered', deniedBy: [{ login: 'mallory' }] })
  })

  it('is decided by an event behind the first hundred', async () => {
    const stage = new Stage()
    stage.after(2, () => {
      const person = stage.github.as('mallory')
      for (let count = 0; count < 120; count += 1) {
        person.delete(person.comment(stage.issue, 'spam'))
      }
      const comment = stage.github.as('alice').comment(stage.issue, '/deny')
      person.delete(comment)
    })
    stage.says(5, 'bob', '/approve')
    stage.says(5, 'carol', '/approve')
    expect(await stage.play()).toMatchObject({ reasonCode: 'request-altered', deniedBy: [{ login: 'mallory' }] })
  })

  it('whose comments somebody deletes who wrote them, or no entitled person wrote, goes on', async () => {
    const stage = new Stage()
    stage.after(2, () => {
      const alice = stage.github.as('alice')
      alice.delete(alice.comment(stage.issue, 'hm'))
      stage.github.as('bob').delete(stage.github.as('mallory').comment(stage.issue, 'spam'))
    })
    stage.says(5, 'alice', '/approve')
    stage.says(5, 'bob', '/approve')
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
  })
})

/** The clock of a runner that is wrong. */
function clockOf({ clock }: Stage, hours: number) {
  return {
    now: () => clock.now(),
    date: () => new Date(clock.date().getTime() + hours * 3_600_000),
    sleep: (ms: number, signal: AbortSignal) => clock.sleep(ms, signal),
  }
}
