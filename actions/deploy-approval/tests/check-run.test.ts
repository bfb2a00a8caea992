import type { RunConclusion } from '@deploy-safety/simulators/github/run'
import { describe, expect, it } from 'vitest'
import type { Given } from './support/stage.ts'
import { type Forgery, TwoPhases } from './support/two-phases.ts'

const yes = { outcome: 'approved', reasonCode: 'ok' }
const unproven = { outcome: 'error', reasonCode: 'request-unproven' }
const branches = { policy: { allowedRefs: ['refs/tags/v*', 'refs/heads/main', 'refs/heads/release/**'] } }

/** A run as it is given, a request of it as it is forged, and two approvals. */
async function approved(forgery: Forgery = {}, prepare: (stage: TwoPhases) => void = () => {}, given: Given = {}) {
  const stage = new TwoPhases()
  prepare(stage)
  await stage.forge(forgery, given)
  await stage.pass(60)
  stage.approve()
  return stage
}

/** Another run in the place of the one that the stage has. */
function runOf(options: Partial<Parameters<TwoPhases['github']['run']>[1]>): (stage: TwoPhases) => void {
  return (stage) => {
    const usual = { actor: stage.people.dave, sha: stage.sha, path: '.github/workflows/deploy.yml', branch: 'v1.4.0' }
    stage.run = stage.github.run(stage.repository, { ...usual, ...options })
  }
}

describe('the run behind a request', () => {
  it.each<[string, RunConclusion]>([
    ['failed', 'failure'],
    ['was cancelled', 'cancelled'],
    ['timed out', 'timed_out'],
    ['was skipped', 'skipped'],
    ['waits for somebody', 'action_required'],
  ])('proves nothing when it %s', async (_, conclusion) => {
    const stage = await approved()
    stage.run.complete(conclusion)
    expect(await stage.check()).toMatchObject(unproven)
    expect(stage.issue.state).toBe('open')
  })

  it('proves it while it still runs', async () => {
    const stage = await approved()
    stage.run.rerun(stage.people.dave)
    expect(await stage.check()).toMatchObject(yes)
  })

  it('proves nothing when a later attempt of it failed', async () => {
    const stage = await approved()
    stage.run.rerun(stage.people.dave)
    stage.run.complete('failure')
    expect(await stage.check()).toMatchObject(unproven)
  })

  it('proves nothing when the attempt that asked failed, and a later one did not', async () => {
    const stage = await approved()
    stage.run.complete('failure')
    stage.run.rerun(stage.people.dave)
    stage.run.complete('success')
    expect(await stage.check()).toMatchObject(unproven)
  })

  it('proves it when an attempt failed before the one that asked', async () => {
    const stage = await approved({}, ({ run, people }) => {
      run.complete('failure')
      run.rerun(people.dave)
    })
    expect(await stage.check()).toMatchObject(yes)
  })

  it.each([2, 99])('has an attempt %i, or proves nothing', async (attempt) => {
    const outcome = await (await approved({ marker: { attempt } })).check()
    expect(outcome).toMatchObject(unproven)
    expect(outcome.sentence).toContain(`no attempt ${attempt}`)
  })

  it('has the number that the issue says', async () => {
    expect(await (await approved({ marker: { runId: 1 } })).check()).toMatchObject(unproven)
  })

  it('is there, or proves nothing', async () => {
    const stage = await approved()
    stage.repository.runs.clear()
    expect(await stage.check()).toMatchObject(unproven)
  })

  it('is of this repository, or proves nothing', async () => {
    const stage = await approved()
    const other = stage.github.repository('octo-org/other')
    stage.repository.runs.delete(stage.run.id)
    other.runs.set(stage.run.id, stage.run)
    expect(await stage.check()).toMatchObject(unproven)
  })

  it('is of no fork, or proves nothing', async () => {
    const stage = new TwoPhases()
    const fork = stage.github.repository('mallory/octo-app')
    await stage.ask()
    stage.run.complete('success')
    runOf({ id: stage.run.id, headRepository: fork, event: 'pull_request' })(stage)
    await stage.pass(60)
    stage.approve()
    expect(await stage.check()).toMatchObject(unproven)
  })

  it.each([
    '.github/workflows/other.yml',
    '.github/workflows/deploy.yml.yml',
    '.github/workflows/Deploy.yml',
    'octo-org/other/.github/workflows/deploy.yml',
    'octo-org/other/.github/workflows/deploy.yml@refs/heads/main',
    'evil/octo-app/.github/workflows/deploy.yml',
    'dynamic/deploy.yml',
    '',
  ])('is of the workflow that may ask, not %j', async (path) => {
    expect(await (await approved({}, runOf({ path }))).check()).toMatchObject(unproven)
  })

  it.each([
    '.github/workflows/deploy.yml@refs/tags/v1.4.0',
    '.github/workflows/deploy.yml@main',
    'octo-org/octo-app/.github/workflows/deploy.yml',
    'Octo-Org/octo-app/.github/workflows/deploy.yml@refs/tags/v1.4.0',
  ])('is of it when GitHub writes %s', async (path) => {
    expect(await (await approved({}, runOf({ path }))).check()).toMatchObject(yes)
  })

  it('is of the one that request-workflow names', async () => {
    const path = '.github/workflows/release.yml'
    const stage = await approved({ marker: { workflowPath: path } }, runOf({ path }))
    expect(await stage.check()).toMatchObject(unproven)
    expect(await stage.check({ requestWorkflow: path })).toMatchObject(yes)
  })

  it('is of the one that the issue names', async () => {
    const stage = await approved({ marker: { workflowPath: '.github/workflows/other.yml' } })
    expect(await stage.check()).toMatchObject(unproven)
  })

  it('ran at the commit that the issue asks for', async () => {
    const stage = await approved({ marker: { sha: 'f'.repeat(40) } })
    expect(await stage.check()).toMatchObject(unproven)
  })

  it('ran at it although the tag is at the commit that is asked for', async () => {
    const stage = new TwoPhases()
    const other = stage.repository.git.commit({ message: 'evil', parents: [stage.sha] })
    await stage.forge({ marker: { sha: other } })
    stage.repository.git.tag('v1.4.0', other)
    stage.approve()
    expect(await stage.check()).toMatchObject(unproven)
  })
})

describe('the ref of a request', () => {
  it('is one of allowed-refs', async () => {
    const stage = await approved({ marker: { ref: 'refs/heads/main' } }, runOf({ branch: 'main' }))
    expect(await stage.check()).toMatchObject(unproven)
  })

  it.each([
    ['refs/tags/release/main', 'main'],
    ['refs/heads/release/main', 'main'],
    ['refs/tags/v1.4.0', 'v1.5.0'],
    ['refs/tags/v1.4.0', '1.4.0'],
  ])('%s is not that of a run at %s', async (ref, branch) => {
    const stage = new TwoPhases()
    stage.repository.git.branch('release/main', stage.sha)
    stage.repository.git.tag('release/main', stage.sha)
    runOf({ branch })(stage)
    await stage.forge({ marker: { ref } }, branches)
    stage.approve()
    expect(await stage.check(branches)).toMatchObject(unproven)
  })

  it('is a tag that still points to the commit', async () => {
    const stage = await approved()
    stage.repository.git.tag('v1.4.0', stage.repository.git.commit({ parents: [stage.sha] }))
    expect(await stage.check()).toMatchObject(unproven)
  })

  it('is a tag that is still there', async () => {
    const stage = await approved()
    stage.repository.git.deleteRef('refs/tags/v1.4.0')
    expect(await stage.check()).toMatchObject(unproven)
  })

  it('may be an annotated tag', async () => {
    const stage = await approved()
    stage.repository.git.tag('v1.4.0', stage.sha, { annotated: true })
    expect(await stage.check()).toMatchObject(yes)
  })

  it('is no annotated tag that was moved', async () => {
    const stage = await approved()
    const other = stage.repository.git.commit({ parents: [stage.sha] })
    stage.repository.git.tag('v1.4.0', other, { annotated: true })
    expect(await stage.check()).toMatchObject(unproven)
  })

  it.each(['v1.4.0', 'tags/v1.4.0'])('is a tag, not a branch called %s', async (name) => {
    const stage = await approved()
    stage.repository.git.branch(name, stage.sha)
    stage.repository.git.deleteRef('refs/tags/v1.4.0')
    expect(await stage.check()).toMatchObject(unproven)
  })

  it('is a tag also where a branch of the same name is elsewhere', async () => {
    const stage = await approved()
    stage.repository.git.branch('v1.4.0', stage.repository.git.commit({ message: 'other' }))
    stage.repository.git.branch('tags/v1.4.0', stage.repository.git.commit({ message: 'another' }))
    expect(await stage.check()).toMatchObject(yes)
  })

  describe('when it is a branch', () => {
    const onMain = () => approved({ marker: { ref: 'refs/heads/main' } }, runOf({ branch: 'main' }), branches)

    it('contains the commit', async () => {
      expect(await (await onMain()).check(branches)).toMatchObject(yes)
    })

    it('contains it although more was pushed', async () => {
      const stage = await onMain()
      stage.repository.git.branch('main', stage.repository.git.commit({ parents: [stage.sha] }))
      expect(await stage.check(branches)).toMatchObject(yes)
    })

    it('does not contain it any more after it was reset', async () => {
      const stage = await onMain()
      const { git } = stage.repository
      const root = git.commit({ message: 'root' })
      git.branch('main', root)
      expect(await stage.check(branches)).toMatchObject(unproven)
    })

    it('does not contain it where it was reset to a commit before', async () => {
      const stage = new TwoPhases()
      const { git } = stage.repository
      const newer = git.commit({ message: 'newer', parents: [stage.sha] })
      git.branch('main', newer)
      runOf({ branch: 'main', sha: newer })(stage)
      await stage.forge({ marker: { ref: 'refs/heads/main', sha: newer } }, branches)
      stage.approve()
      git.branch('main', stage.sha)
      expect(await stage.check(branches)).toMatchObject(unproven)
    })

    it('is there', async () => {
      const stage = await onMain()
      stage.repository.git.deleteRef('refs/heads/main')
      expect(await stage.check(branches)).toMatchObject(unproven)
    })

    it('is no tag of the same name', async () => {
      const stage = await onMain()
      stage.repository.git.deleteRef('refs/heads/main')
      stage.repository.git.tag('main', stage.sha)
      expect(await stage.check(branches)).toMatchObject(unproven)
    })

    it('counts also where a tag of the same name is elsewhere', async () => {
      const stage = await onMain()
      stage.repository.git.tag('main', stage.repository.git.commit({ message: 'other' }))
      expect(await stage.check(branches)).toMatchObject(yes)
    })
  })

  it.each(['refs/pull/7/merge', 'refs/heads/', 'main'])('is a tag or a branch, not %s', async (ref) => {
    const anything = { policy: { allowedRefs: ['**'] } }
    const stage = await approved({ marker: { ref } }, runOf({ branch: null }), anything)
    expect(await stage.check(anything)).toMatchObject(unproven)
  })
})

describe('the text of a request', () => {
  it.each(['Approve deployment: staging v9 (0000000)', 'Lunch', ''])(
    'shows its facts in the title, not %j',
    async (title) => {
      expect(await (await approved({ title: title || ' ' })).check()).toMatchObject(unproven)
    },
  )

  it('shows them where another stage wrote it', async () => {
    const genuine = new TwoPhases()
    await genuine.ask()
    expect(await (await approved({ text: genuine.issue.text })).check()).toMatchObject(yes)
  })

  it.each<[string, (text: string, stage: TwoPhases) => string]>([
    ['nothing', (text) => text.split('\n').at(-1) ?? ''],
    ['another version', (text) => above(text, (shown) => shown.replaceAll('v1.4.0', 'v1.3.9'))],
    ['another commit', (text, { sha }) => above(text, (shown) => shown.replaceAll(sha, '0'.repeat(40)))],
  ])('shows its facts, not %s', async (_, change) => {
    const genuine = new TwoPhases()
    await genuine.ask()
    const text = change(genuine.issue.text, genuine)
    expect(text).not.toBe(genuine.issue.text)
    const stage = await approved({ text })
    expect(await stage.check()).toMatchObject(unproven)
  })
})

/** Changes what people read, and leaves the marker. */
function above(text: string, change: (shown: string) => string): string {
  const lines = text.split('\n')
  return [change(lines.slice(0, -1).join('\n')), ...lines.slice(-1)].join('\n')
}
