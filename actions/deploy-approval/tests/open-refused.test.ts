import { faults } from '@deploy-safety/simulators/github/fault'
import { describe, expect, it } from 'vitest'
import { openIssues, post } from './support/ended.ts'
import { Stage } from './support/stage.ts'

const many = { times: 100 }

/** What the post step does. @returns how many requests it sends */
async function requestsOfPost(stage: Stage): Promise<number> {
  const before = stage.github.requests.length
  await post(stage)
  return stage.github.requests.length - before
}

describe('an issue that GitHub refuses to open', () => {
  it.each([
    [401, 'token-expired'],
    [403, 'missing-permission'],
    [404, 'missing-permission'],
    [410, 'issues-disabled'],
    [422, 'api-error'],
  ])('with status %s is not looked for by the post step', async (status, reasonCode) => {
    const stage = new Stage()
    stage.github.fail('issues/create', faults.status(status, 'Refused'), many)
    expect(await stage.play()).toMatchObject({ outcome: 'error', reasonCode })
    expect(await requestsOfPost(stage)).toBe(0)
  })

  it.each([
    ['its answer was lost, and the list cannot be read', 'issues/list-for-repo'],
    ['its answer was lost, and then it is refused', 'issues/create'],
  ])('may be there where %s', async (_, operation) => {
    const stage = new Stage()
    // It is in no list while the step looks for it.
    stage.github.world.readLagMs = 40_000
    stage.github.fail('issues/create', faults.lost(), { effect: 'after' })
    stage.github.fail(operation, faults.status(403, 'Refused'), many)
    expect(await stage.play()).toMatchObject({ outcome: 'error', reasonCode: 'missing-permission' })
    expect(openIssues(stage)).toEqual([1])
    expect(stage.kept.get('left')).toContain('nonce')
  })
})
