import { type Fault, faults } from '@deploy-safety/simulators/github/fault'
import { describe, expect, it } from 'vitest'
import { endings, killAt, openIssues, post, stopped } from './support/ended.ts'
import { Stage } from './support/stage.ts'

/** A step that is killed when it looks for votes for the first time. */
async function killed(): Promise<Stage> {
  const stage = new Stage()
  killAt(stage, 6, 'none')
  await stopped(stage, {})
  expect(openIssues(stage)).toEqual([1])
  return stage
}

describe('the post step', () => {
  it('asks nothing and says nothing where all ended well', async () => {
    for (const given of [
      {},
      { mode: 'request' } as const,
      { emergency: { reason: 'r', incident: '', reviewWithinMs: 1e6 } },
    ]) {
      const stage = new Stage()
      stage.says(5, 'alice', '/approve')
      stage.says(6, 'bob', '/approve')
      await stage.play({ ...given, policy: { allowedRefs: ['refs/tags/v*'] } })
      const requests = stage.github.requests.length
      expect(await post(stage)).toEqual([])
      expect(stage.github.requests).toHaveLength(requests)
    }
  })

  it('leaves the review of an emergency open, and a request that is asked', async () => {
    for (const given of [
      { mode: 'request' } as const,
      { emergency: { reason: 'r', incident: '', reviewWithinMs: 1e6 } },
    ]) {
      const stage = new Stage()
      await stage.play({ ...given, policy: { allowedRefs: ['refs/tags/v*'] } })
      await post(stage)
      expect(openIssues(stage)).toEqual([1])
    }
  })

  it('reads its options only where there is something to do', async () => {
    const { cleanUp } = await import('../src/clean-up.ts')
    const never = () => {
      throw new Error('They are read')
    }
    const { clock } = new Stage()
    await cleanUp('', never, { clock, log: { info: never, debug: never, warning: never, error: never } })
  })

  it.each<[string, Fault]>([
    ['a token that is not valid any more', faults.badCredentials()],
    ['a network that is dead', faults.lost()],
    ['GitHub, which hangs', faults.hang()],
    ['GitHub, which is down', faults.status(502)],
    ['a rate limit', faults.secondaryLimit(3_000)],
    ['a missing permission', faults.status(403, 'Resource not accessible by integration')],
  ])('that cannot close because of %s says what is open, and fails nothing', async (_, fault) => {
    const stage = await killed()
    stage.github.fail(() => true, fault, { times: 1_000 })
    const [said = '', ...others] = await post(stage)
    expect(others).toEqual([])
    expect(said).toMatch(/^warning Issue #1 .*open/)
    expect(said).toContain('https://github.com/octo-org/octo-app/issues/1')
  })

  it('says where an issue may be whose answer never came, when it cannot look', async () => {
    const stage = new Stage()
    killAt(stage, 2, 'done')
    await stopped(stage, {})
    stage.github.fail(() => true, faults.badCredentials(), { times: 1_000 })
    const [said = ''] = await post(stage)
    expect(said).toMatch(/^warning .*https:\/\/github.com\/octo-org\/octo-app\/issues\b/)
  })

  it('closes the issue where its comment is refused', async () => {
    const stage = await killed()
    stage.github.fail('issues/create-comment', faults.status(403, 'Blocked'), { times: 100 })
    await post(stage)
    expect(openIssues(stage)).toEqual([])
  })

  it('closes the issue where its comments cannot be read', async () => {
    const stage = await killed()
    stage.github.fail('issues/list-comments', faults.status(502), { times: 100 })
    await post(stage)
    expect(openIssues(stage)).toEqual([])
  })

  it('waits for a rate limit that is soon over', async () => {
    const stage = await killed()
    stage.github.fail(() => true, faults.secondaryLimit(30))
    await post(stage)
    expect(openIssues(stage)).toEqual([])
  })

  it('has nothing to do where the issue was deleted or transferred', async () => {
    for (const becomes of ['deleted', 'transferred']) {
      const stage = await killed()
      const mallory = stage.github.as('mallory')
      if (becomes === 'deleted') mallory.deleteIssue(stage.issue)
      else mallory.transfer(stage.issue, stage.github.repository('octo-org/attic'))
      expect((await post(stage)).filter((line) => line.startsWith('warning'))).toEqual([])
    }
  })

  it('says nothing in an issue that somebody closed meanwhile', async () => {
    const stage = await killed()
    stage.github.as('alice').close(stage.issue)
    await post(stage)
    expect(endings(stage.issue)).toEqual([])
  })

  it('closes as approved what was approved, where the step could not', async () => {
    const stage = new Stage()
    stage.says(5, 'alice', '/approve')
    stage.says(6, 'bob', '/approve')
    stage.github.fail('issues/update', faults.status(502), { times: 2 })
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
    expect(openIssues(stage)).toEqual([1])
    await post(stage)
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
    expect(endings(stage.issue)).toEqual(['approved'])
  })

  it('closes as not planned what was denied, where the step could not', async () => {
    const stage = new Stage()
    stage.says(5, 'alice', '/deny')
    stage.github.fail('issues/update', faults.status(502), { times: 2 })
    expect(await stage.play()).toMatchObject({ outcome: 'denied' })
    await post(stage)
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    expect(endings(stage.issue)).toEqual(['denied'])
  })
})
