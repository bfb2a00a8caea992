import { describe, expect, it } from 'vitest'
import type { Given } from './support/stage.ts'
import { type Forgery, TwoPhases } from './support/two-phases.ts'

/** A request that two people have approved. */
async function approved(): Promise<TwoPhases> {
  const stage = new TwoPhases()
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

describe('not-a-request', () => {
  it.each<[string, Forgery]>([
    ['a pull request', { pullRequest: true }],
    ['an issue that a person opened', { author: 'mallory' }],
    ['an issue that an approver opened', { author: 'alice' }],
    ['an issue without a marker', { text: 'Please deploy v1.4.0' }],
    ['an issue with half a marker', { text: 'Please\n\n<!-- deploy-approval {"mode":"request"} -->' }],
    ['a request that its run waits for', { marker: { mode: 'wait' } }],
    ['a request of another environment', { marker: { environment: 'staging' } }],
    ['a request of the same environment in other letters', { marker: { environment: 'Production' } }],
    ['a request of another gate', { marker: { gate: 'security' } }],
    ['a request of another repository', { marker: { repository: 'octo-org/other' } }],
  ])('is %s', async (_, forgery) => {
    expect(await (await forged(forgery)).check()).toMatchObject(no('not-a-request'))
  })

  it('is an issue whose marker is not in its last line', async () => {
    const stage = new TwoPhases()
    await stage.ask()
    const text = `${stage.issue.text}\n\nand more`
    const second = await forged({ text })
    expect(await second.check()).toMatchObject(no('not-a-request'))
  })

  it('is no closed pull request: that comes first', async () => {
    const stage = await forged({ pullRequest: true })
    stage.github.as('mallory').close(stage.issue)
    expect(await stage.check()).toMatchObject(no('already-decided'))
  })

  it('is an issue of another App', async () => {
    const stage = new TwoPhases()
    const app = stage.github.account('other-app[bot]', 'Bot')
    await stage.forge({ author: app.login })
    stage.approve()
    expect(await stage.check()).toMatchObject(no('not-a-request'))
  })

  it.each([
    ['version', { version: 'v1.5.0' }],
    ['sha', { sha: 'f'.repeat(40), isShaGiven: true }],
    ['environment', { environment: 'staging' }],
    ['gate', { gate: 'Deploy / approve' }],
  ])('is a request with another %s than the one that check is given', async (_, given: Given) => {
    expect(await (await approved()).check(given)).toMatchObject(no('not-a-request'))
  })

  it('is none where the given version and sha are those of the request', async () => {
    const stage = await approved()
    expect(await stage.check({ version: 'v1.4.0', sha: stage.sha, isShaGiven: true })).toMatchObject(yes)
  })

  it('is none where no sha is given, although the run of check is at another', async () => {
    const stage = await approved()
    expect(await stage.check({ sha: 'f'.repeat(40), isShaGiven: false })).toMatchObject(yes)
  })

  describe('is a request with a twin of the same run, attempt, environment and gate', () => {
    async function twin(change: Partial<Forgery> = {}, author = 'github-actions[bot]'): Promise<TwoPhases> {
      const stage = await approved()
      const marker = Object.entries(change.marker ?? {})
      const text = marker.reduce((body, [name, value]) => {
        return body.replace(new RegExp(`"${name}":("[^"]*"|\\d+)`), `"${name}":${JSON.stringify(value)}`)
      }, stage.issue.text)
      stage.github.as(author).open(stage.repository, stage.issue.title, text)
      return stage
    }

    it('that is open', async () => {
      const stage = await twin()
      expect(await stage.check({ issueNumber: 1 })).toMatchObject(no('not-a-request'))
      expect(await stage.check({ issueNumber: 2 })).toMatchObject(no('not-a-request'))
    })

    it('that is listed only while the verdict is read', async () => {
      const stage = await approved()
      const { title, text } = stage.issue
      stage.after(1, () => stage.github.as('github-actions[bot]').open(stage.repository, title, text))
      expect(await stage.check({ issueNumber: 1 })).toMatchObject(no('not-a-request'))
      expect(stage.repository.issues[0]?.state).toBe('open')
    })

    it('that is closed', async () => {
      const stage = await twin()
      stage.github.as('mallory').close(stage.issue)
      expect(await stage.check({ issueNumber: 1 })).toMatchObject(no('not-a-request'))
    })

    it('that is older than a hundred other issues', async () => {
      const stage = await twin()
      for (let more = 0; more < 120; more += 1) stage.github.as('mallory').open(stage.repository, 'noise')
      expect(await stage.check({ issueNumber: 1 })).toMatchObject(no('not-a-request'))
    })

    it.each<[string, Forgery]>([
      ['another attempt', { marker: { attempt: 2 } }],
      ['another run', { marker: { runId: 5 } }],
    ])('but of %s it is a newer request', async (_, change) => {
      const stage = await twin(change)
      expect((await stage.check({ issueNumber: 1 })).reasonCode).toBe('superseded')
    })

    it.each<[string, Forgery]>([
      ['environment', { marker: { environment: 'staging' } }],
      ['gate', { marker: { gate: 'security' } }],
    ])('but one of another %s is none', async (_, change) => {
      const stage = await twin(change)
      expect(await stage.check({ issueNumber: 1 })).toMatchObject(yes)
    })

    it('but a copy by somebody else is none', async () => {
      const stage = await twin({}, 'mallory')
      expect(await stage.check({ issueNumber: 1 })).toMatchObject(yes)
    })
  })

  it('leaves the issue as it is', async () => {
    const stage = await approved()
    await stage.check({ environment: 'staging' })
    expect(stage.issue.state).toBe('open')
    expect(stage.issue.comments).toHaveLength(2)
  })
})
