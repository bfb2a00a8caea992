import { describe, expect, it } from 'vitest'
import { present } from '../src/present.ts'
import type { Given } from './support/stage.ts'
import { hourS, TwoPhases } from './support/two-phases.ts'

const yes = { outcome: 'approved', reasonCode: 'ok' }
const undecided = { outcome: 'pending', reasonCode: 'undecided' }

async function asked(given: Given = {}): Promise<TwoPhases> {
  const stage = new TwoPhases()
  await stage.ask(given)
  await stage.pass(60)
  return stage
}

describe('a check', () => {
  it('leaves a request open that too few have approved', async () => {
    const stage = await asked()
    stage.say('alice', '/approve')
    const outcome = await stage.check()
    expect(outcome).toMatchObject(undecided)
    expect(outcome.count.approvers.map(({ login }) => login)).toEqual(['alice'])
    expect(stage.issue.state).toBe('open')
  })

  it('says what was approved, by whom, and which run asked', async () => {
    const stage = await asked()
    stage.approve()
    const outcome = await stage.check()
    expect(outcome.asked?.request).toMatchObject({ sha: stage.sha, version: 'v1.4.0', runId: stage.run.id })
    expect(outcome.count.approvers.map(({ login }) => login)).toEqual(['alice', 'bob'])
    expect(outcome.audit?.record).toMatchObject({ runId: stage.run.id, ref: 'refs/tags/v1.4.0', reasonCode: 'ok' })
  })

  it('hands the deploy job what was approved, and nothing before', async () => {
    const stage = await asked()
    const outputs = async () => present(await stage.check(), { ...stage.inputs(), mode: 'check' }).outputs
    stage.say('alice', '/approve')
    expect(await outputs()).toMatchObject({ 'approved-sha': '', 'approved-version': '', approvers: 'alice' })
    stage.say('bob', '/approve')
    expect(await outputs()).toMatchObject({
      ...{ 'approved-sha': stage.sha, 'approved-version': 'v1.4.0', approvers: 'alice,bob' },
      ...{ 'request-run-id': String(stage.run.id), 'issue-number': '1' },
    })
    expect(await outputs()).toMatchObject({ 'approved-sha': '', 'approved-version': '' })
  })

  it('names those who started the run as GitHub does', async () => {
    const stage = await asked()
    stage.approve()
    const { audit } = await stage.check()
    expect(audit?.record.initiators.map(({ login }) => login)).toEqual(['dave'])
  })

  it('counts the votes of checks before it', async () => {
    const stage = await asked()
    stage.say('alice', '/approve')
    await stage.check()
    await stage.pass(hourS)
    stage.say('bob', '/approve')
    expect(await stage.check()).toMatchObject(yes)
  })

  it('says everything once: one status, one reply a person, one sign a command', async () => {
    const stage = await asked()
    stage.say('mallory', '/approve')
    await stage.check()
    stage.say('mallory', '/approve')
    stage.say('alice', '/approve')
    await stage.check()
    await stage.check()
    const ours = stage.issue.comments.filter(({ user }) => user.login === 'github-actions[bot]')
    expect(ours.map(({ text }) => /deploy-approval (\w+)/.exec(text)?.[1])).toEqual(['reply', 'status'])
    const [, , , second, vote] = stage.issue.comments
    expect(second?.reactions).toHaveLength(0)
    expect(vote?.reactions.map(({ content }) => content)).toEqual(['+1'])
  })

  it('denies at the first no', async () => {
    const stage = await asked()
    stage.approve()
    stage.say('carol', '/deny not today')
    const outcome = await stage.check()
    expect(outcome).toMatchObject({ outcome: 'denied', reasonCode: 'denied-by-vote' })
    expect(outcome.deniedBy.map(({ login }) => login)).toEqual(['carol'])
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
  })

  it('waits for the checklist where it is required', async () => {
    const given = { policy: { checklist: ['tested', 'told'], checklistRequired: true } }
    const stage = await asked(given)
    stage.approve()
    stage.say('alice', '/check 1')
    expect(await stage.check(given)).toMatchObject(undecided)
    stage.say('bob', '/check 2')
    expect(await stage.check(given)).toMatchObject(yes)
  })

  it('has no emergency', async () => {
    const stage = await asked()
    const emergency = { reason: 'fire', incident: '', reviewWithinMs: 1 }
    expect(await stage.check({ emergency })).toMatchObject(undecided)
    expect(stage.repository.issues).toHaveLength(1)
  })
})

describe('a newer request', () => {
  it('supersedes, and the older one is closed', async () => {
    const stage = await asked({ supersede: false })
    stage.approve()
    stage.startAnother()
    await stage.ask({ supersede: false })
    const outcome = await stage.check({ issueNumber: 1 })
    expect(outcome).toMatchObject({ outcome: 'superseded', reasonCode: 'superseded' })
    expect(stage.repository.issues[0]).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    stage.approve()
    expect(await stage.check({ issueNumber: 2 })).toMatchObject(yes)
  })

  it('supersedes also when it comes between the votes and the verdict', async () => {
    const stage = await asked()
    stage.approve()
    const text = stage.issue.text.replace(/"runId":\d+/, '"runId":5')
    stage.after(1, () => stage.github.as('github-actions[bot]').open(stage.repository, 'newer', text))
    expect((await stage.check({ issueNumber: 1 })).outcome).toBe('superseded')
  })

  it('closes the older one when it is opened, which is decided then', async () => {
    const stage = await asked()
    stage.approve()
    stage.startAnother()
    await stage.ask()
    expect(stage.repository.issues[0]).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    expect(await stage.check({ issueNumber: 1 })).toMatchObject({ outcome: 'error', reasonCode: 'already-decided' })
  })

  it('spends the older one although it could only say so, and not close it', async () => {
    const stage = await asked()
    stage.approve()
    stage.startAnother()
    stage.github.fail('issues/update', { status: 500, body: '{"message":"broken"}' }, { times: 9 })
    await stage.ask()
    expect(stage.repository.issues[0]?.state).toBe('open')
    expect(await stage.check({ issueNumber: 1 })).toMatchObject({ outcome: 'error', reasonCode: 'already-decided' })
  })

  it.each<[string, Given]>([
    ['environment', { environment: 'staging' }],
    ['gate', { gate: 'security' }],
  ])('of another %s changes nothing', async (_, other) => {
    const stage = await asked()
    stage.approve()
    stage.startAnother()
    await stage.ask(other)
    expect(await stage.check({ issueNumber: 1 })).toMatchObject(yes)
  })

  it('that somebody else copied changes nothing', async () => {
    const stage = await asked()
    stage.approve()
    const text = stage.issue.text.replace(/"runId":\d+/, '"runId":5')
    stage.github.as('mallory').open(stage.repository, 'newer', text)
    expect(await stage.check({ issueNumber: 1 })).toMatchObject(yes)
  })
})

describe('a request that has expired', () => {
  it('is timed-out, and closed', async () => {
    const stage = await asked()
    stage.say('alice', '/approve')
    await stage.pass(72 * hourS)
    expect(await stage.check()).toMatchObject({ outcome: 'timed-out', reasonCode: 'timed-out' })
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
  })

  it('is timed-out although enough voted in time', async () => {
    const stage = await asked()
    stage.approve()
    await stage.pass(72 * hourS)
    expect(await stage.check()).toMatchObject({ outcome: 'timed-out', reasonCode: 'timed-out' })
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'already-decided' })
  })

  it('is timed-out also when that happens while the verdict is read', async () => {
    const stage = await asked()
    stage.approve()
    await stage.pass(72 * hourS - 62)
    expect((await stage.check()).outcome).toBe('timed-out')
  })

  it('is denied where somebody said no in time', async () => {
    const stage = await asked()
    stage.say('carol', '/deny')
    await stage.pass(72 * hourS)
    expect(await stage.check()).toMatchObject({ outcome: 'denied', reasonCode: 'denied-by-vote' })
  })

  it('is approved a little before', async () => {
    const stage = await asked()
    stage.approve()
    await stage.pass(72 * hourS - 70)
    expect(await stage.check()).toMatchObject(yes)
  })

  it('is by the time of the issue and the timeout of check, whatever the marker says', async () => {
    const stage = new TwoPhases()
    await stage.forge({ marker: { deadline: '2031-01-01T00:00:00.000Z' } })
    await stage.pass(72 * hourS)
    stage.approve()
    expect((await stage.check()).outcome).toBe('timed-out')
  })
})
