import type { Account } from '@deploy-safety/simulators/github/account'
import type { RunOptions } from '@deploy-safety/simulators/github/run'
import { describe, expect, it } from 'vitest'
import type { Given } from './support/stage.ts'
import { TwoPhases } from './support/two-phases.ts'

const yes = { outcome: 'approved', reasonCode: 'ok' }
const undecided = { outcome: 'pending', reasonCode: 'undecided' }

async function asked(given: Given = {}, prepare: (stage: TwoPhases) => void = () => {}): Promise<TwoPhases> {
  const stage = new TwoPhases()
  prepare(stage)
  await stage.ask(given)
  await stage.pass(60)
  return stage
}

describe('who may vote in a check', () => {
  const list = (...logins: readonly string[]): Given => ({ policy: { approvers: { logins, teams: [] } } })

  it('is not who started an attempt of the run that asked', async () => {
    const stage = await asked({}, ({ run, people }) => {
      run.complete('success')
      run.rerun(people.alice)
    })
    stage.approve()
    const outcome = await stage.check()
    expect(outcome).toMatchObject(undecided)
    expect(outcome.count.votes.map(({ why }) => why)).toEqual(['initiator', 'counted'])
  })

  it('is not who started an attempt after it had asked', async () => {
    const stage = await asked()
    stage.run.rerun(stage.people.alice)
    stage.run.complete('success')
    stage.approve()
    expect(await stage.check()).toMatchObject(undecided)
  })

  it('is whoever starts the check: a commenter is no initiator', async () => {
    const stage = await asked()
    stage.approve()
    const { context } = stage.inputs()
    const event = { ...context.event, sender: stage.people.alice }
    const checkContext = { ...context, runId: 1, attempt: 1, eventName: 'issue_comment', event }
    expect(await stage.check({ context: checkContext })).toMatchObject(yes)
  })

  it('is not the sender of the event of the run that asked', async () => {
    const stage = new TwoPhases()
    const { context } = stage.inputs()
    await stage.ask({ context: { ...context, event: { ...context.event, sender: stage.people.alice } } })
    await stage.pass(1)
    stage.approve()
    const outcome = await stage.check()
    expect(outcome).toMatchObject(undecided)
    expect(outcome.count.votes.map(({ why }) => why)).toEqual(['initiator', 'counted'])
  })

  it('is an initiator where initiator is counts', async () => {
    const given = { policy: { initiator: 'counts' } } as const
    const stage = await asked(given)
    stage.say('dave', '/approve')
    stage.say('bob', '/approve')
    expect(await stage.check(given)).toMatchObject(yes)
  })

  it('is nobody whom a forged marker names beside the list', async () => {
    const stage = new TwoPhases()
    const { mallory, bob } = stage.people
    await stage.forge({ marker: { eligible: [mallory.id, bob.id] } })
    stage.say('mallory', '/approve')
    stage.say('bob', '/approve')
    expect(await stage.check()).toMatchObject(undecided)
  })

  it('is no initiator whom a forged marker names among those who may', async () => {
    const stage = new TwoPhases()
    const { dave, bob } = stage.people
    await stage.forge({ marker: { eligible: [dave.id, bob.id], initiators: [] } })
    stage.say('dave', '/approve')
    stage.say('bob', '/approve')
    const outcome = await stage.check()
    expect(outcome).toMatchObject(undecided)
    expect(outcome.count.approvers.map(({ login }) => login)).toEqual(['bob'])
  })

  it('is nobody whom the marker does not name', async () => {
    const stage = new TwoPhases()
    await stage.forge({ marker: { eligible: [stage.people.bob.id] } })
    stage.approve()
    expect(await stage.check()).toMatchObject(undecided)
  })

  it('is no longer who was renamed, nor who has the login now: a marker cannot say which of them is listed', async () => {
    const stage = await asked()
    stage.github.rename('alice', 'alicia')
    stage.github.account('alice')
    stage.say('alicia', '/approve')
    stage.say('alice', '/approve')
    stage.say('bob', '/approve')
    const outcome = await stage.check()
    expect(outcome).toMatchObject(undecided)
    expect(outcome.count.approvers.map(({ login }) => login)).toEqual(['bob'])
  })

  describe('by a team', () => {
    const given = { policy: { approvers: { logins: ['bob'], teams: [{ org: 'octo-org', slug: 'release' }] } } }

    async function withTeam() {
      const stage = new TwoPhases()
      const team = stage.github.team('octo-org/release', [stage.people.alice, stage.people.carol])
      stage.token.permissions = { ...stage.token.permissions, members: 'read' }
      await stage.ask(given)
      await stage.pass(60)
      return { stage, team }
    }

    it('is who is in it', async () => {
      const { stage } = await withTeam()
      stage.approve()
      expect(await stage.check(given)).toMatchObject(yes)
    })

    it('is not who has left it', async () => {
      const { stage, team } = await withTeam()
      stage.approve()
      team.remove(stage.people.alice)
      const outcome = await stage.check(given)
      expect(outcome).toMatchObject(undecided)
      expect(outcome.count.votes.map(({ why }) => why)).toEqual(['left', 'counted'])
    })

    it('is not who has joined it since', async () => {
      const { stage, team } = await withTeam()
      team.add(stage.people.mallory)
      stage.say('mallory', '/approve')
      stage.say('bob', '/approve')
      expect(await stage.check(given)).toMatchObject(undecided)
    })

    it('is not who leaves it between the votes and the verdict', async () => {
      const { stage, team } = await withTeam()
      stage.approve()
      stage.after(1, () => team.remove(stage.people.alice))
      expect(await stage.check(given)).toMatchObject(undecided)
    })

    it('is nobody when it cannot be read', async () => {
      const { stage } = await withTeam()
      stage.approve()
      stage.token.permissions = { issues: 'write', actions: 'read', contents: 'read' }
      expect(await stage.check(given)).toMatchObject({ outcome: 'error', reasonCode: 'team-unreadable' })
      expect(stage.issue.state).toBe('open')
    })
  })

  it('is the list of check, which is the one of the request', async () => {
    const stage = await asked(list('alice', 'bob', 'mallory'))
    stage.approve()
    expect(await stage.check(list('alice', 'bob', 'carol'))).toMatchObject({ reasonCode: 'policy-changed' })
  })
})

describe('a run that nobody stands behind', () => {
  const bot = (stage: TwoPhases, options: Partial<RunOptions> = {}, actor: Account = stage.github.actionsBot) => {
    const usual = { actor, sha: stage.sha, path: '.github/workflows/deploy.yml', branch: 'v1.4.0' }
    stage.run = stage.github.run(stage.repository, { ...usual, ...options })
  }

  it('needs one approval more', async () => {
    const stage = await asked({}, bot)
    stage.approve()
    expect(await stage.check()).toMatchObject(undecided)
    stage.say('carol', '/approve')
    expect(await stage.check()).toMatchObject(yes)
  })

  it('needs one more where a schedule started it', async () => {
    const stage = await asked({}, (on) => bot(on, { event: 'schedule' }, on.people.dave))
    stage.approve()
    expect(await stage.check()).toMatchObject(undecided)
  })

  it('needs none where somebody is named, who does not vote then', async () => {
    const stage = await asked({ requestedBy: 'carol' }, bot)
    stage.say('carol', '/approve')
    stage.say('alice', '/approve')
    expect(await stage.check()).toMatchObject(undecided)
    stage.say('bob', '/approve')
    expect(await stage.check()).toMatchObject(yes)
  })

  it('is unproven where a forged marker names nobody that there is', async () => {
    const stage = new TwoPhases()
    bot(stage)
    await stage.forge({ marker: { requestedBy: 'nobody-at-all' } })
    stage.approve()
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'request-unproven' })
  })
})

describe('exclude-authors in a check', () => {
  /** alice wrote what is new. */
  function changed(stage: TwoPhases): { base: string; sha: string } {
    const { git } = stage.repository
    const sha = git.commit({ message: 'new', author: stage.people.alice, parents: [stage.sha] })
    git.tag('v1.4.0', sha)
    const usual = { actor: stage.people.dave, path: '.github/workflows/deploy.yml', branch: 'v1.4.0' }
    stage.run = stage.github.run(stage.repository, { ...usual, sha })
    return { base: stage.sha, sha }
  }

  const rule = { policy: { excludeAuthors: true } }

  async function staged(markerBase?: (facts: { base: string; sha: string }) => string) {
    const stage = new TwoPhases()
    const facts = changed(stage)
    const given = { ...rule, base: facts.base, sha: facts.sha }
    const everybody = Object.values(stage.people).map(({ id }) => id)
    if (markerBase === undefined) await stage.ask(given)
    else await stage.forge({ marker: { base: markerBase(facts), eligible: everybody } }, given)
    await stage.pass(60)
    return { stage, given }
  }

  it('takes the vote of who wrote what is new', async () => {
    const { stage, given } = await staged()
    stage.approve()
    expect(await stage.check(given)).toMatchObject(undecided)
    stage.say('carol', '/approve')
    expect(await stage.check(given)).toMatchObject(yes)
  })

  it.each<[string, (facts: { base: string; sha: string }) => string]>([
    ['is empty', () => ''],
    ['is the commit itself', ({ sha }) => sha],
    ['is no commit', () => 'nonsense'],
  ])('takes it also where the base in a forged marker %s', async (_, markerBase) => {
    const { stage, given } = await staged(markerBase)
    stage.approve()
    const outcome = await stage.check(given)
    expect(outcome).toMatchObject(undecided)
    expect(outcome.count.approvers.map(({ login }) => login)).toEqual(['bob'])
  })

  it('needs a base of its own', async () => {
    const { stage } = await staged()
    stage.say('bob', '/approve')
    stage.say('carol', '/approve')
    await expect(stage.check(rule)).rejects.toMatchObject({ code: 'invalid-input' })
    expect(stage.issue.state).toBe('open')
  })

  it('approves nothing where its base is unknown', async () => {
    const { stage, given } = await staged()
    stage.say('bob', '/approve')
    stage.say('carol', '/approve')
    expect((await stage.check({ ...given, base: '1'.repeat(40) })).outcome).toBe('error')
  })
})
