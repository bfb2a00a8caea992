import { expect, test } from 'vitest'
import { Site } from '../../bundle/deploy-approval/site.ts'
import { payloadOf, say, tagPush, toldOf } from './approval.ts'
import type { RunExample } from './example.ts'

const checked = [
  ['alice', '/check 1'],
  ['bob', '/check 2'],
] as const
const approved = [
  ['alice', '/approve'],
  ['bob', '/approve rehearsed'],
] as const

export function tagRelease(run: RunExample): void {
  test('two people approve, and exactly that is deployed', async () => {
    await using site = await Site.start()
    const [{ exitCode, jobs }] = await Promise.all([
      run({ ...toldOf(site), event: tagPush(site) }),
      say(site, ...checked, ...approved),
    ])
    expect(exitCode).toBe(0)
    expect(jobs.approve?.steps.approval?.outputs).toMatchObject({ outcome: 'approved', approvers: 'alice,bob' })
    expect(jobs.deploy?.steps.deploy?.log).toBe(`Deploy v1.4.0 at ${site.sha} here.\n`)
    expect(site.issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
  })

  test('nothing is deployed where somebody denies', async () => {
    await using site = await Site.start()
    const [{ exitCode, jobs }] = await Promise.all([
      run({ ...toldOf(site), event: tagPush(site), skipped: ['deploy'] }),
      say(site, ...checked, ...approved.slice(1), ['carol', '/deny not on a Friday']),
    ])
    expect(exitCode).toBe(1)
    expect(jobs.approve).toMatchObject({ result: 'failure', steps: { approval: { result: 'failure' } } })
    expect(jobs.approve?.steps.approval?.outputs).toMatchObject({ outcome: 'denied', 'denied-by': 'carol' })
  })

  test('nothing is deployed where the checklist is not done in time', async () => {
    await using site = await Site.start()
    const { vars, ...told } = toldOf(site)
    const [{ exitCode, jobs }] = await Promise.all([
      run({ ...told, vars: { ...vars, APPROVAL_TIMEOUT: '4s' }, event: tagPush(site), skipped: ['deploy'] }),
      say(site, ...approved),
    ])
    expect(exitCode).toBe(1)
    expect(jobs.approve?.steps.approval?.outputs).toMatchObject({ outcome: 'timed-out', 'approved-sha': '' })
  })

  const emergency = (site: Site, login: string) => {
    const inputs = { reason: 'checkout is down', incident: 'INC-7' }
    const event = { name: 'workflow_dispatch', payload: { ...payloadOf(site, login), inputs } }
    return { ...toldOf(site), event }
  }

  test('an emergency asks nobody, and is reviewed', async () => {
    await using site = await Site.start()
    const { id } = site.startAnother('alice', 'workflow_dispatch')
    const options = emergency(site, 'alice')
    const { exitCode, jobs } = await run({ ...options, env: { ...options.env, GITHUB_RUN_ID: String(id) } })
    expect(exitCode).toBe(0)
    expect(jobs.approve?.steps.approval?.outputs).toMatchObject({ outcome: 'emergency' })
    expect(jobs.deploy?.steps.deploy?.log).toContain(site.sha)
    expect(site.issue).toMatchObject({ state: 'open' })
    expect(site.issue.text).toContain('checkout is down')
  })

  test('an emergency is for those who may approve', async () => {
    await using site = await Site.start()
    const { exitCode, jobs } = await run({ ...emergency(site, 'dave'), skipped: ['deploy'] })
    expect(exitCode).toBe(1)
    expect(jobs.approve?.steps.approval?.outputs).toMatchObject({ 'reason-code': 'emergency-not-entitled' })
    expect(site.repository.issues).toEqual([])
  })
}
