import { describe, expect, it } from 'vitest'
import type { Given } from './support/stage.ts'
import { TwoPhases } from './support/two-phases.ts'

/** Somebody in a team, commit authors who are excluded, and a branch. */
async function asked() {
  const stage = new TwoPhases()
  const { git } = stage.repository
  const sha = git.commit({ message: 'new', author: stage.people.dave, parents: [stage.sha] })
  git.tag('v1.4.0', sha, { annotated: true })
  const usual = { actor: stage.people.dave, path: '.github/workflows/deploy.yml', branch: 'v1.4.0' }
  stage.run = stage.github.run(stage.repository, { ...usual, sha })
  stage.github.team('octo-org/release', [stage.people.alice, stage.people.bob])
  stage.token.permissions = { ...stage.token.permissions, members: 'read' }
  const given: Given = {
    ...{ base: stage.sha, sha },
    policy: { excludeAuthors: true, approvers: { logins: ['carol'], teams: [{ org: 'octo-org', slug: 'release' }] } },
  }
  await stage.ask(given)
  await stage.pass(60)
  return { stage, given }
}

async function countedBy(stage: TwoPhases, given: Given): Promise<{ outcome: string; counted: number }> {
  const before = stage.github.counted
  const { outcome } = await stage.check(given)
  return { outcome, counted: stage.github.counted - before }
}

describe('a check costs', () => {
  it('at most 12 requests while it is undecided, also the first one, with a reply to a stranger', async () => {
    const { stage, given } = await asked()
    stage.say('mallory', '/approve')
    const first = await countedBy(stage, given)
    expect(first.outcome).toBe('pending')
    expect(first.counted).toBeLessThanOrEqual(12)
    expect(stage.issue.comments.at(-2)?.text).toContain('mallory')
    stage.say('alice', '/approve')
    const second = await countedBy(stage, given)
    expect(second.outcome).toBe('pending')
    expect(second.counted).toBeLessThanOrEqual(12)
  })

  it('at most 25 requests when it decides, also the first one', async () => {
    const { stage, given } = await asked()
    stage.say('mallory', '/approve')
    stage.say('alice', '/approve')
    stage.say('carol', '/approve')
    const { outcome, counted } = await countedBy(stage, given)
    expect(outcome).toBe('approved')
    expect(counted).toBeLessThanOrEqual(25)
  })

  it('at most 25 when a newer request supersedes it, or it has expired', async () => {
    const { stage, given } = await asked()
    stage.say('alice', '/approve')
    stage.run = stage.github.run(stage.repository, { actor: stage.people.dave, sha: given.sha ?? '', branch: 'v1.4.0' })
    await stage.ask({ ...given, supersede: false })
    const superseded = await countedBy(stage, { ...given, issueNumber: 1 })
    expect(superseded.outcome).toBe('superseded')
    expect(superseded.counted).toBeLessThanOrEqual(25)
    await stage.pass(73 * 3_600)
    const expired = await countedBy(stage, { ...given, issueNumber: 2 })
    expect(expired.outcome).toBe('timed-out')
    expect(expired.counted).toBeLessThanOrEqual(25)
  })
})

describe('a request costs', () => {
  it('at most 6 requests before the issue', async () => {
    const { stage } = await asked()
    const created = stage.github.requests.findIndex(({ operation }) => operation === 'issues/create')
    expect(created).toBeLessThanOrEqual(6)
  })
})
