import { faults } from '@deploy-safety/simulators/github/fault'
import { describe, expect, it } from 'vitest'
import { TwoPhases } from '../support/two-phases.ts'

describe('attack 11: a request is used twice', () => {
  it('what was approved once is decided', async () => {
    const stage = new TwoPhases()
    await stage.ask()
    stage.approve()
    expect(await stage.check()).toMatchObject({ outcome: 'approved' })
    stage.github.as('mallory').reopen(stage.issue)
    stage.approve()
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'already-decided' })
  })

  it('a copy that somebody else opened is no request', async () => {
    const stage = new TwoPhases()
    await stage.forge({ author: 'mallory' })
    stage.approve()
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'not-a-request' })
  })
})

describe('attack 12: the marker in the issue is forged', () => {
  it('more people in it get no vote: policy is of the check', async () => {
    const stage = new TwoPhases()
    const { mallory, alice } = stage.people
    await stage.forge({ marker: { eligible: [alice.id, mallory.id] } })
    stage.say('alice', '/approve')
    stage.say('mallory', '/approve')
    const { outcome, count } = await stage.check()
    expect(outcome).not.toBe('approved')
    expect(count.approvers.map(({ login }) => login)).not.toContain('mallory')
  })

  it('no initiators in it free nobody: they are those of the run', async () => {
    const stage = new TwoPhases()
    const { alice, dave } = stage.people
    await stage.forge({ marker: { initiators: [], eligible: [alice.id, dave.id] } })
    stage.say('alice', '/approve')
    stage.say('dave', '/approve')
    expect((await stage.check()).outcome).not.toBe('approved')
  })

  it('an edit of it is a denial by its author', async () => {
    const stage = new TwoPhases()
    await stage.ask()
    stage.github.as('mallory').rewrite(stage.issue, stage.issue.text.replace('v1.4.0', 'v1.4.1'))
    stage.approve()
    expect(await stage.check()).toMatchObject({ reasonCode: 'request-altered', deniedBy: [{ login: 'mallory' }] })
  })
})

describe('attack 13: the tag is somewhere else once people approve', () => {
  it('is not proven', async () => {
    const stage = new TwoPhases()
    await stage.ask()
    stage.approve()
    stage.repository.git.tag('v1.4.0', stage.repository.git.commit({ message: 'Other' }))
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'request-unproven' })
  })
})

describe('attack 15: an older request is approved after a newer one', () => {
  it('is superseded', async () => {
    const stage = new TwoPhases()
    await stage.ask({ supersede: false })
    const older = stage.issue
    stage.startAnother()
    await stage.pass(60)
    await stage.ask({ supersede: false })
    for (const login of ['alice', 'bob']) stage.github.as(login).comment(older, '/approve')
    expect(await stage.check({ issueNumber: older.number })).toMatchObject({ outcome: 'superseded' })
  })
})

describe('attack 16: the issue of a check is no open request', () => {
  it('a closed and reopened one is decided', async () => {
    const stage = new TwoPhases()
    await stage.ask()
    stage.approve()
    stage.github.as('mallory').close(stage.issue)
    stage.github.as('mallory').reopen(stage.issue)
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'already-decided' })
  })

  it('a transferred or deleted one is gone', async () => {
    const stage = new TwoPhases()
    await stage.ask()
    stage.approve()
    const { number } = stage.issue
    stage.github.as('mallory').deleteIssue(stage.issue)
    stage.github.as('mallory').open(stage.repository, 'Another')
    expect(await stage.check({ issueNumber: number })).toMatchObject({ outcome: 'error', reasonCode: 'issue-gone' })
  })

  it('a pull request is none', async () => {
    const stage = new TwoPhases()
    await stage.forge({ pullRequest: true })
    stage.approve()
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'not-a-request' })
  })
})

describe('attack 26: an error of the check approves nothing and spends nothing', () => {
  it('the request stays open, and the next check decides it', async () => {
    const stage = new TwoPhases()
    await stage.ask()
    stage.approve()
    stage.github.fail('graphql', { status: 502, body: '{}' }, { times: 3 })
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'api-error' })
    expect(stage.issue.state).toBe('open')
    expect(await stage.check()).toMatchObject({ outcome: 'approved' })
  })
})

describe('attack 34: a denial lands while the verdict of a check cannot be written', () => {
  it('nothing is approved, and the check of the denial decides', async () => {
    const stage = new TwoPhases()
    await stage.ask()
    stage.approve()
    const isClosing = ({ body = '', method }: { body: string | undefined; method: string }) =>
      method === 'POST' && body.includes('deploy-approval closing')
    stage.github.fail(isClosing, faults.secondaryLimit(60))
    stage.says(30, 'carol', '/deny')
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'api-error' })
    expect(await stage.check()).toMatchObject({ outcome: 'denied', reasonCode: 'denied-by-vote' })
  })
})
