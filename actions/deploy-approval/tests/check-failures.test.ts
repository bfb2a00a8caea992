import { faults } from '@deploy-safety/simulators/github/fault'
import { describe, expect, it } from 'vitest'
import { hourS, TwoPhases } from './support/two-phases.ts'

async function approved(): Promise<TwoPhases> {
  const stage = new TwoPhases()
  await stage.ask()
  await stage.pass(60)
  stage.approve()
  return stage
}

const reads = [
  'issues/get',
  'issues/list-comments',
  'issues/list-for-repo',
  'actions/get-workflow-run',
  'repos/get-commit',
  'graphql',
]

describe('a check that GitHub does not answer', () => {
  it.each(reads)('tries %s three times, and leaves the request open', async (operation) => {
    const stage = await approved()
    stage.github.fail(operation, faults.status(503), { times: 3 })
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'api-error' })
    expect(stage.github.requests.filter(({ status }) => status === 503)).toHaveLength(3)
    expect(stage.issue.state).toBe('open')
    expect(await stage.check()).toMatchObject({ outcome: 'approved' })
  })

  it.each(reads)('decides when the third try of %s is answered', async (operation) => {
    const stage = await approved()
    stage.github.fail(operation, faults.status(502), { times: 2 })
    expect(await stage.check()).toMatchObject({ outcome: 'approved' })
  })

  it.each(['hang', 'truncated', 'html', 'lost'] as const)('bears a %s twice', async (fault) => {
    const stage = await approved()
    stage.github.fail('actions/get-workflow-run', faults[fault](), { times: 2 })
    expect(await stage.check()).toMatchObject({ outcome: 'approved' })
  })

  it('decides although nothing can be said in the issue', async () => {
    const stage = await approved()
    stage.github.fail('reactions/create-for-issue-comment', faults.status(500), { times: 99 })
    stage.github.fail(
      ({ method, body }) => method === 'POST' && body?.includes('status') === true,
      faults.status(500),
      {
        times: 2,
      },
    )
    expect(await stage.check()).toMatchObject({ outcome: 'approved' })
  })
})

describe('a check whose token is used up', () => {
  it('waits as long as the request is open', async () => {
    const stage = await approved()
    await stage.pass(60 * hourS)
    stage.github.fail('actions/get-workflow-run', faults.tooManyRequests(11 * hourS))
    expect(await stage.check()).toMatchObject({ outcome: 'approved' })
  })

  it('does not wait beyond that', async () => {
    const stage = await approved()
    await stage.pass(71 * hourS)
    const startMs = stage.now
    stage.github.fail('actions/get-workflow-run', faults.tooManyRequests(2 * hourS))
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'rate-limited' })
    expect(stage.now - startMs).toBeLessThan(60_000)
    expect(stage.issue.state).toBe('open')
  })

  it('says so when it ended in between', async () => {
    const stage = await approved()
    stage.token.expiresAt = new Date(stage.now)
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'token-expired' })
  })
})

describe('a check whose token lacks a permission', () => {
  it.each(['actions', 'contents'] as const)('names %s: read', async (name) => {
    const stage = await approved()
    const { [name]: _, ...others } = stage.token.permissions
    stage.token.permissions = others
    const outcome = await stage.check()
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'missing-permission' })
    expect(outcome.sentence).toContain(`${name}: read`)
    expect(stage.issue.state).toBe('open')
  })
})

describe('a check that is cancelled', () => {
  it('leaves the request open, whenever it is, until it has claimed it', async () => {
    const rehearsal = await approved()
    const before = rehearsal.github.requests.length
    await rehearsal.check()
    const operations = rehearsal.github.requests.slice(before)
    const claim = operations.length - 1 - operations.toReversed().findIndex(({ method }) => method === 'POST')
    for (let index = 0; index < claim; index += 1) {
      const stage = await approved()
      const { fetch } = stage
      let count = 0
      stage.fetch = async (url, init) => {
        const response = await fetch(url, init)
        if (count++ === index) stage.cancel.abort()
        return response
      }
      await expect(stage.check()).rejects.toMatchObject({ code: 'cancelled' })
      expect(stage.issue.state).toBe('open')
      expect(stage.kept.get('left')).toBe('')
    }
  })
})

describe('the issue of a check', () => {
  it('that was deleted is gone', async () => {
    const stage = await approved()
    const { issue } = stage
    stage.github.as('dave').deleteIssue(issue)
    expect(await stage.check({ issueNumber: issue.number })).toMatchObject({
      outcome: 'error',
      reasonCode: 'issue-gone',
    })
  })

  it('that was transferred is gone', async () => {
    const stage = await approved()
    stage.github.as('dave').transfer(stage.issue, stage.github.repository('octo-org/other'))
    expect(await stage.check({ issueNumber: 1 })).toMatchObject({ outcome: 'error', reasonCode: 'issue-gone' })
  })

  it('that never was is gone', async () => {
    const stage = await approved()
    expect(await stage.check({ issueNumber: 99 })).toMatchObject({ outcome: 'error', reasonCode: 'issue-gone' })
  })

  it('is decided although it is locked', async () => {
    const stage = await approved()
    stage.github.as('carol').lock(stage.issue)
    expect(await stage.check()).toMatchObject({ outcome: 'approved' })
  })
})
