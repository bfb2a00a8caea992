import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Site } from '../../bundle/deploy-approval/site.ts'
import { tagPush, toldOf } from './approval.ts'
import type { RunExample } from './example.ts'

/** The workflow as the site knows it: its gate is its path. */
const workflowRef = (ref: string) => `octo-org/octo-app/.github/workflows/deploy.yml@${ref}`

export function twoPhaseApproval(run: RunExample): void {
  const request = (site: Site) => {
    const told = toldOf(site)
    return run({ ...told, event: tagPush(site), skipped: ['check', 'deploy'] })
  }
  /** Somebody comments, which starts the workflow of the default branch. */
  const comment = async (site: Site, login: string, body: string, skipped: string[]) => {
    const { id } = site.github.as(login).comment(site.issue, body)
    const told = toldOf(site)
    const { number, state, labels } = site.issue
    const issue = { number, state, labels: [...labels].map((name) => ({ name })) }
    const started = site.startAnother(login, 'issue_comment')
    const env = {
      ...told.env,
      ...{ GITHUB_RUN_ID: String(started.id), GITHUB_EVENT_NAME: 'issue_comment', GITHUB_REF: 'refs/heads/main' },
      GITHUB_WORKFLOW_REF: workflowRef('refs/heads/main'),
    }
    const payload = { action: 'created', issue, comment: { id, body, user: { login } } }
    return run({ ...told, env, event: { name: 'issue_comment', payload }, skipped: ['request', ...skipped] })
  }

  test('a run asks, one vote decides nothing, the second one deploys', async () => {
    await using site = await Site.start()
    const asked = await request(site)
    expect(asked.exitCode).toBe(0)
    expect(asked.jobs.request?.steps.request?.outputs).toMatchObject({ outcome: 'pending', 'issue-number': '1' })
    const first = await comment(site, 'alice', '/approve', ['deploy'])
    expect(first.exitCode).toBe(0)
    expect(first.jobs.check?.steps.check?.outputs).toMatchObject({ outcome: 'pending', 'reason-code': 'undecided' })
    const second = await comment(site, 'bob', '/approve', [])
    expect(second.exitCode).toBe(0)
    expect(second.jobs.deploy?.steps.deploy?.log).toBe(
      `Deploy v1.4.0 at ${site.sha} here, built by run ${site.run.id}.\n`,
    )
    expect(site.issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
  })

  test('a stranger decides nothing, and a denial fails', async () => {
    await using site = await Site.start()
    site.github.account('mallory')
    await request(site)
    const stranger = await comment(site, 'mallory', '/approve', ['deploy'])
    expect(stranger.jobs.check?.steps.check?.outputs).toMatchObject({ outcome: 'pending' })
    const denied = await comment(site, 'carol', '/deny not on a Friday', ['deploy'])
    expect(denied.exitCode).toBe(1)
    expect(denied.jobs.check?.steps.check?.outputs).toMatchObject({ outcome: 'denied', 'denied-by': 'carol' })
  })

  test('a comment that is no command starts nothing', async () => {
    await using site = await Site.start()
    await request(site)
    const { exitCode } = await comment(site, 'alice', 'looks good', ['check', 'deploy'])
    expect(exitCode).toBe(0)
  })

  test('at night, what nobody decided in time is closed', async () => {
    await using site = await Site.start()
    await request(site)
    // A second is what its timeout will be.
    await sleep(Math.max(0, site.issue.createdAt.getTime() + 1_000 - Date.now()))
    const { vars, ...told } = toldOf(site)
    const env = { ...told.env, GITHUB_EVENT_NAME: 'schedule', GITHUB_REF: 'refs/heads/main' }
    const swept = await run({
      ...told,
      ...{ env, vars: { ...vars, APPROVAL_TIMEOUT: '1s' } },
      event: { name: 'schedule', payload: { schedule: '17 5 * * *' } },
      skipped: ['request', 'deploy'],
    })
    expect(swept.jobs.check?.steps.check?.outputs).toMatchObject({ outcome: 'pending', 'reason-code': 'swept' })
    expect(site.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
  })
}
