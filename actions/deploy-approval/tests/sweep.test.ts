import { failsStep } from '@deploy-safety/common/outcome'
import { faults } from '@deploy-safety/simulators/github/fault'
import type { Issue } from '@deploy-safety/simulators/github/issue'
import { describe, expect, it } from 'vitest'
import { contract } from '../src/contract.ts'
import type { Given } from './support/stage.ts'
import { hourS, TwoPhases } from './support/two-phases.ts'

const swept = { outcome: 'pending', reasonCode: 'swept' }

/** A check without an issue, as a schedule starts it. */
async function sweep(stage: TwoPhases, given: Given = {}) {
  const inputs = stage.checkInputs(given)
  const context = { ...(inputs.context ?? stage.inputs().context), eventName: 'schedule' }
  return await stage.play({ ...inputs, context, issueNumber: undefined })
}

/** An issue that a run in mode wait left, whose runner is gone. */
function left(stage: TwoPhases, environment = 'production'): Issue {
  const text = stage.issue.text
    .replace('"mode":"request"', '"mode":"wait"')
    .replace(/"runId":\d+/, `"runId":${stage.run.id}`)
    .replace('"environment":"production"', `"environment":"${environment}"`)
  const bot = stage.github.as('github-actions[bot]')
  const issue = bot.open(stage.repository, 'left', text)
  bot.label(issue, 'deployment-approval')
  return issue
}

async function asked(given: Given = {}): Promise<TwoPhases> {
  const stage = new TwoPhases()
  await stage.ask(given)
  return stage
}

describe('a sweep', () => {
  it('closes a request that has expired, and says why', async () => {
    const stage = await asked()
    await stage.pass(72 * hourS)
    expect(await sweep(stage)).toMatchObject({ ...swept, sentence: 'closed #1' })
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    expect(stage.issue.comments.at(-1)?.text).toContain('deadline')
  })

  it('approves nothing, although enough have', async () => {
    const stage = await asked()
    stage.approve()
    expect(await sweep(stage)).toMatchObject(swept)
    expect(stage.issue.state).toBe('open')
    expect(stage.issue.comments).toHaveLength(2)
    await stage.pass(72 * hourS)
    expect(await sweep(stage)).toMatchObject(swept)
    expect(stage.issue.stateReason).toBe('not_planned')
  })

  it('leaves a request that is still open', async () => {
    const stage = await asked()
    await stage.pass(72 * hourS - 60)
    expect(await sweep(stage)).toMatchObject({ ...swept, sentence: 'nothing was left open that had to be closed' })
    expect(stage.issue.state).toBe('open')
  })

  it('leaves a check nothing to decide', async () => {
    const stage = await asked()
    await stage.pass(72 * hourS)
    await sweep(stage)
    expect(await stage.check()).toMatchObject({ reasonCode: 'already-decided' })
  })

  it.each(['success', 'failure', 'cancelled'] as const)(
    'closes what a run left that ended in %s',
    async (conclusion) => {
      const stage = await asked()
      const issue = left(stage)
      stage.run.complete(conclusion)
      expect(await sweep(stage)).toMatchObject({ sentence: `closed #${issue.number}` })
      expect(issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    },
  )

  it('closes what a run left that is deleted', async () => {
    const stage = await asked()
    const issue = left(stage)
    stage.repository.runs.clear()
    await sweep(stage)
    expect(issue.state).toBe('closed')
  })

  it('closes what an earlier attempt left while a later one runs', async () => {
    const stage = await asked()
    const issue = left(stage)
    stage.run.rerun(stage.people.dave)
    await sweep(stage)
    expect(issue.state).toBe('closed')
  })

  it('leaves what a run still waits for', async () => {
    const stage = await asked()
    stage.startAnother()
    const issue = left(stage)
    await sweep(stage)
    expect(issue.state).toBe('open')
  })

  it('leaves those of another environment', async () => {
    const stage = await asked()
    const issue = left(stage, 'staging')
    await stage.pass(72 * hourS)
    await sweep(stage)
    expect(issue.state).toBe('open')
  })

  it('leaves those of another repository', async () => {
    const stage = await asked()
    const bot = stage.github.as('github-actions[bot]')
    const issue = bot.open(
      stage.repository,
      'x',
      stage.issue.text.replace(/"repository":"[^"]*"/, '"repository":"a/b"'),
    )
    bot.label(issue, 'deployment-approval')
    await stage.pass(72 * hourS)
    await sweep(stage)
    expect(issue.state).toBe('open')
  })

  it.each(['mallory', 'alice'])('leaves what %s copied', async (login) => {
    const stage = await asked()
    const issue = stage.github.as(login).open(stage.repository, 'copy', stage.issue.text)
    stage.github.as(login).label(issue, 'deployment-approval')
    await stage.pass(72 * hourS)
    expect(await sweep(stage)).toMatchObject({ sentence: 'closed #1' })
    expect(issue.state).toBe('open')
    expect(issue.comments).toHaveLength(0)
  })

  it('leaves issues without a marker, and pull requests', async () => {
    const stage = await asked()
    const { text } = stage.issue
    const bot = stage.github.as('github-actions[bot]')
    const issues = [bot.open(stage.repository, 'Weekly report'), bot.openPullRequest(stage.repository, 'Update', text)]
    for (const issue of issues) bot.label(issue, 'deployment-approval')
    await stage.pass(72 * hourS)
    await sweep(stage)
    expect(issues.map(({ state }) => state)).toEqual(['open', 'open'])
  })

  it('leaves the review of an emergency', async () => {
    const stage = new TwoPhases()
    const emergency = { reason: 'fire', incident: '', reviewWithinMs: hourS * 1_000 }
    await stage.play({ emergency })
    expect(stage.issue.state).toBe('open')
    stage.run.complete('success')
    await stage.pass(73 * hourS)
    await sweep(stage)
    expect(stage.issue.state).toBe('open')
  })

  it('goes on where one cannot be closed', async () => {
    const stage = await asked()
    stage.startAnother()
    await stage.ask({ supersede: false })
    await stage.pass(73 * hourS)
    stage.github.fail({ method: 'PATCH', path: /issues\/2$/ }, faults.status(500), { times: 3 })
    expect(await sweep(stage)).toMatchObject({ ...swept, sentence: 'closed #1; could not close #2' })
    expect(stage.log.join('\n')).toContain('#2 could not be closed')
  })

  it('goes on where the run of one cannot be read', async () => {
    const stage = await asked()
    left(stage)
    await stage.pass(73 * hourS)
    stage.github.fail('actions/get-workflow-run', faults.status(500), { times: 3 })
    expect(await sweep(stage)).toMatchObject({ ...swept, sentence: 'closed #1; could not close #2' })
  })

  it('closes more than one page of them', async () => {
    const stage = await asked()
    const issues = Array.from({ length: 105 }, () => left(stage))
    stage.run.complete('failure')
    await sweep(stage)
    expect(issues.every(({ state }) => state === 'closed')).toBe(true)
  })

  it('fails the step, unless fail-on omits pending', () => {
    const mode = 'check'
    expect(failsStep(swept, { failOn: 'default', mode }, contract)).toBe(true)
    expect(failsStep(swept, { failOn: new Set(['denied', 'timed-out', 'superseded']), mode }, contract)).toBe(false)
    expect(failsStep(swept, { failOn: new Set(['pending']), mode }, contract)).toBe(true)
  })

  it('is an error where the issues cannot be listed', async () => {
    const stage = await asked()
    stage.github.fail('issues/list-for-repo', faults.status(500), { times: 3 })
    expect(await sweep(stage)).toMatchObject({ outcome: 'error', reasonCode: 'api-error' })
  })
})
