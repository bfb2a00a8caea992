import { faults } from '@deploy-safety/simulators/github/fault'
import { describe, expect, it } from 'vitest'
import { Stage } from '../support/stage.ts'

const lagging = (readLagMs: number) => new Stage({ readLagMs })

describe('lists that lag behind', () => {
  it.each([2, 12, 20, 40])('of comments, by %s s, hide no denial from an approval', async (seconds) => {
    const stage = lagging(seconds * 1_000)
    stage.says(5, 'alice', '/approve')
    stage.says(5, 'bob', '/approve')
    stage.says(5 + seconds - 1, 'carol', '/deny')
    expect(await stage.play()).toMatchObject({ outcome: 'denied', reasonCode: 'denied-by-vote' })
  })

  it('of comments, without end, approve nothing', async () => {
    const stage = new Stage()
    stage.says(5, 'alice', '/approve')
    stage.says(5, 'bob', '/approve')
    stage.after(6, () => {
      stage.github.world.readLagMs = 100_000_000
      stage.github.as('carol').comment(stage.issue, '/deny')
    })
    const outcome = await stage.play({ policy: { timeoutMs: 120_000 } })
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'api-error' })
  })

  it('of comments show no twin where the answer to one of ours was lost', async () => {
    const stage = lagging(20_000)
    stage.github.fail('issues/create-comment', faults.lost(), { effect: 'after', times: 2 })
    stage.says(5, 'alice', '/approve')
    stage.says(30, 'bob', '/approve')
    stage.after(31, () => {
      stage.github.fail('issues/create-comment', faults.lost(), { effect: 'after' })
    })
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
    const tags = stage.issue.comments.map(({ text }) => /<!-- deploy-approval (\w+)/.exec(text)?.[1])
    expect(tags.filter((tag) => tag !== undefined).sort()).toEqual(['closing', 'status'])
  })

  it.each([
    ['the answer is lost', faults.lost(), 0],
    ['the answer is cut', faults.truncated(), 0],
    ['the answer is 502', faults.status(502), 0],
    ['the answer is lost, and then the rate is limited', faults.lost(), 60],
  ])('of issues, by 20 s, make no twin where %s', async (_, fault, retryAfterS) => {
    const stage = lagging(20_000)
    stage.github.fail('issues/create', fault, { effect: 'after' })
    if (retryAfterS > 0) stage.github.fail('issues/create', faults.secondaryLimit(retryAfterS), { times: 2 })
    stage.says(60, 'alice', '/approve')
    stage.says(61, 'bob', '/approve')
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
    expect(stage.repository.issues).toHaveLength(1)
  })
})

describe('a list of issues that lags behind', () => {
  it('by 10 s makes no denial of a request that a newer one replaced', async () => {
    const stage = lagging(10_000)
    const older = stage.play({ policy: { timeoutMs: 60_000 } })
    await stage.clock.sleep(20_000, new AbortController().signal)
    stage.run = stage.startRun()
    const newer = stage.play({ policy: { timeoutMs: 60_000 } })
    expect((await older).outcome).toBe('superseded')
    expect((await newer).outcome).toBe('timed-out')
  })

  it('without end approves nothing', async () => {
    const stage = new Stage()
    const nothing = { status: 200, headers: { 'content-type': 'application/json' }, body: '[]' }
    stage.github.fail('issues/list-for-repo', nothing, { times: 1_000 })
    stage.says(5, 'alice', '/approve')
    stage.says(5, 'bob', '/approve')
    const outcome = await stage.play({ policy: { timeoutMs: 60_000 } })
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'api-error' })
  })
})

describe('an issue whose create was refused for the rate', () => {
  it('is looked for before it is asked for again', async () => {
    const stage = new Stage()
    stage.github.fail('issues/create', faults.secondaryLimit(30), { effect: 'after' })
    stage.says(60, 'alice', '/approve')
    stage.says(61, 'bob', '/approve')
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
    expect(stage.repository.issues).toHaveLength(1)
  })
})

describe('votes that came before a lost answer to the create was made up for', () => {
  it('are seen', async () => {
    const stage = new Stage()
    stage.github.fail('issues/create', faults.lost(), { effect: 'after' })
    stage.says(0.5, 'alice', '/approve')
    stage.says(0.6, 'bob', '/approve')
    expect(await stage.play({ policy: { timeoutMs: 60_000 } })).toMatchObject({ outcome: 'approved' })
    expect(stage.now - stage.issue.createdAt.getTime()).toBeLessThan(10_000)
  })
})
