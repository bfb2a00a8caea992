import type { WorldOptions } from '@deploy-safety/simulators/github/world'
import { describe, expect, it } from 'vitest'
import type { Given } from './support/stage.ts'
import { type Forgery, hourS, TwoPhases } from './support/two-phases.ts'

/** A request that two people have approved. */
async function approved(options: WorldOptions = {}): Promise<TwoPhases> {
  const stage = new TwoPhases(options)
  await stage.ask()
  await stage.pass(60)
  stage.approve()
  return stage
}

async function forged(forgery: Forgery, given: Given = {}): Promise<TwoPhases> {
  const stage = new TwoPhases()
  await stage.forge(forgery, given)
  await stage.pass(60)
  stage.approve()
  return stage
}

const yes = { outcome: 'approved', reasonCode: 'ok' }
const no = (reasonCode: string) => ({ outcome: 'error', reasonCode })

describe('a request that is proven', () => {
  it.each(['api.github.com', 'ghes-3.17'] as const)('is approved on %s', async (profile) => {
    const stage = await approved({ profile })
    expect(await stage.check()).toMatchObject(yes)
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
  })

  it('is approved as well where a copy of it is put in its place: nothing in the text of these tests is the reason', async () => {
    expect(await (await forged({})).check()).toMatchObject(yes)
  })
})

describe('the first proof that fails is the reason', () => {
  const faults: readonly (readonly [string, (stage: TwoPhases) => void, Given])[] = [
    ['already-decided', (stage) => stage.github.as('bob').close(stage.issue), {}],
    ['not-a-request', () => {}, { environment: 'staging' }],
    ['request-altered', (stage) => stage.github.as('mallory').retitle(stage.issue, `${stage.issue.title} now`), {}],
    ['request-unproven', (stage) => stage.run.rerun(stage.people.dave) && stage.run.complete('failure'), {}],
    ['policy-changed', () => {}, { policy: { requiredApprovals: 1 } }],
  ]

  it.each(faults.map(([reason], index) => [reason, index] as const))(
    '%s before all that come later',
    async (reason, index) => {
      const stage = await approved()
      const left = faults.slice(index)
      for (const [, spoil] of left) spoil(stage)
      const given = Object.assign({}, ...left.map(([, , inputs]) => inputs)) as Given
      expect((await stage.check(given)).reasonCode).toBe(reason)
    },
  )
})

describe('already-decided', () => {
  it('is a request that is closed', async () => {
    const stage = await approved()
    stage.github.as('carol').close(stage.issue)
    expect(await stage.check()).toMatchObject(no('already-decided'))
  })

  it('is a request that was closed and opened again', async () => {
    const stage = await approved()
    stage.github.as('carol').close(stage.issue)
    stage.github.as('carol').reopen(stage.issue)
    expect(await stage.check()).toMatchObject(no('already-decided'))
    expect(stage.issue.state).toBe('open')
    expect(stage.issue.comments).toHaveLength(2)
  })

  it('is one that was approved, whatever is written and opened again later', async () => {
    const stage = await approved()
    expect(await stage.check()).toMatchObject(yes)
    stage.say('carol', '/approve')
    expect(await stage.check()).toMatchObject(no('already-decided'))
    stage.github.as('bob').reopen(stage.issue)
    expect(await stage.check()).toMatchObject(no('already-decided'))
  })

  it('is one that was denied or has expired', async () => {
    const denied = await approved()
    denied.say('carol', '/deny')
    expect(await denied.check()).toMatchObject({ outcome: 'denied', reasonCode: 'denied-by-vote' })
    expect(await denied.check()).toMatchObject(no('already-decided'))
  })

  it('is one that a check has claimed and then ended; it is closed now', async () => {
    const stage = await approved()
    stage.say('github-actions[bot]', `approved\n\n<!-- deploy-approval closing ${'0'.repeat(32)} -->`)
    expect(await stage.check()).toMatchObject(no('already-decided'))
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    expect(stage.issue.closedBy?.login).toBe('github-actions[bot]')
  })

  it('says so even if the claimed one cannot be closed', async () => {
    const stage = await approved()
    stage.say('github-actions[bot]', `approved\n\n<!-- deploy-approval closing ${'0'.repeat(32)} -->`)
    stage.github.fail('issues/update', { status: 500, body: '{"message":"broken"}' }, { times: 9 })
    expect(await stage.check()).toMatchObject(no('already-decided'))
  })

  it.each(['mallory', 'alice'])('is not what a comment of %s claims', async (login) => {
    const stage = await approved()
    stage.say(login, `approved\n\n<!-- deploy-approval closing ${'0'.repeat(32)} -->`)
    expect(await stage.check()).toMatchObject(yes)
  })

  it('is not what another comment of ours says', async () => {
    const stage = await approved()
    stage.say('github-actions[bot]', '1 of 2\n\n<!-- deploy-approval status 1 -->')
    expect(await stage.check()).toMatchObject(yes)
  })
})

describe('request-altered', () => {
  it.each<[string, string, (stage: TwoPhases) => void]>([
    ['the title', 'mallory', (stage) => stage.github.as('mallory').retitle(stage.issue, `${stage.issue.title} ok`)],
    ['the text', 'mallory', (stage) => stage.github.as('mallory').rewrite(stage.issue, `x ${stage.issue.text}`)],
    [
      'a comment of an approver',
      'mallory',
      (stage) => stage.github.as('mallory').delete(stage.issue.comments[1] ?? fail()),
    ],
    [
      'the words of an approver',
      'carol',
      (stage) => stage.github.as('carol').edit(stage.issue.comments[1] ?? fail(), '/approve!'),
    ],
  ])('is a request of which somebody changed %s', async (_, login, alter) => {
    const stage = await approved()
    stage.say('carol', '/approve')
    alter(stage)
    const outcome = await stage.check()
    expect(outcome).toMatchObject({ outcome: 'denied', reasonCode: 'request-altered' })
    expect(outcome.deniedBy.map((person) => person.login)).toEqual([login])
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
  })

  it('is denied although the text names a requester that does not exist', async () => {
    const stage = await approved()
    const text = stage.issue.text.replace('"requestedBy":""', '"requestedBy":"nobody"')
    expect(text).not.toBe(stage.issue.text)
    stage.github.as('mallory').rewrite(stage.issue, text)
    expect(await stage.check()).toMatchObject({ outcome: 'denied', reasonCode: 'request-altered' })
  })

  it('is not what a person does to a comment of one’s own', async () => {
    const stage = await approved()
    stage.say('carol', 'hm')
    stage.github.as('carol').delete(stage.issue.comments[2] ?? fail())
    expect(await stage.check()).toMatchObject(yes)
  })
})

describe('policy-changed', () => {
  it.each<[string, Given['policy']]>([
    ['approvers', { approvers: { logins: ['alice', 'bob', 'carol', 'dave', 'mallory'], teams: [] } }],
    ['required-approvals', { requiredApprovals: 1 }],
    ['initiator', { initiator: 'counts' }],
    ['exclude-authors', { excludeAuthors: true }],
    ['version-pattern', { versionPattern: 'semver' }],
    ['allowed-refs', { allowedRefs: ['refs/tags/v*', 'refs/heads/main'] }],
    ['checklist', { checklist: ['tested'] }],
    ['checklist-required', { checklistRequired: true }],
    ['timeout', { timeoutMs: 71 * hourS * 1_000 }],
  ])('is a request under another %s', async (_, policy) => {
    const stage = await approved()
    const given = { base: stage.sha, policy: policy ?? {} }
    expect(await stage.check(given)).toMatchObject(no('policy-changed'))
    expect(stage.issue.state).toBe('open')
  })
})

describe('a version in the marker that does not match version-pattern', () => {
  const rule = { versionPattern: { text: '/^v\\d+$/', regex: /^v\d+$/ }, policy: { versionPattern: '/^v\\d+$/' } }

  it('is denied, and nothing is written', async () => {
    const stage = await forged({ marker: { version: 'v1.4.0' } }, { ...rule, version: 'v14' })
    expect(await stage.check(rule)).toMatchObject({ outcome: 'denied', reasonCode: 'version-invalid' })
    expect(stage.issue.comments).toHaveLength(2)
  })

  it('is denied where it is empty', async () => {
    const stage = await forged({ marker: { version: '' } }, { ...rule, version: 'v14' })
    expect(await stage.check(rule)).toMatchObject({ outcome: 'denied', reasonCode: 'version-invalid' })
  })

  it('is none where it matches', async () => {
    const stage = await forged({}, { ...rule, version: 'v14' })
    expect(await stage.check(rule)).toMatchObject(yes)
  })
})

function fail(): never {
  throw new Error('There is no such comment')
}
