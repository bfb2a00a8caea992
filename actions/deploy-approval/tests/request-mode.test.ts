import { failsStep } from '@deploy-safety/common/outcome'
import { faults } from '@deploy-safety/simulators/github/fault'
import { describe, expect, it } from 'vitest'
import { contract } from '../src/contract.ts'
import { parseMarker } from '../src/request.ts'
import { workflowPath } from './support/stage.ts'
import { TwoPhases } from './support/two-phases.ts'

describe('mode request', () => {
  it('opens the issue and ends, with nothing for the post step to close', async () => {
    const stage = new TwoPhases()
    const startMs = stage.now
    const outcome = await stage.ask()
    expect(outcome).toMatchObject({ outcome: 'pending', reasonCode: 'undecided' })
    expect(outcome.asked?.place.number).toBe(stage.issue.number)
    expect(stage.issue.state).toBe('open')
    expect(stage.kept.get('left')).toBe('')
    expect(stage.now).toBe(startMs)
  })

  it('passes the step; in check the same outcome fails it unless fail-on omits it', () => {
    const undecided = { outcome: 'pending', reasonCode: 'undecided' }
    const failOn = new Set(['denied', 'timed-out', 'superseded'])
    expect(failsStep(undecided, { failOn: 'default', mode: 'request' }, contract)).toBe(false)
    expect(failsStep(undecided, { failOn: 'default', mode: 'check' }, contract)).toBe(true)
    expect(failsStep(undecided, { failOn, mode: 'check' }, contract)).toBe(false)
    const error = { outcome: 'error', reasonCode: 'request-unproven' }
    expect(failsStep(error, { failOn, mode: 'check' }, contract)).toBe(true)
  })

  it('writes down everything that a vote is bound to', async () => {
    const stage = new TwoPhases()
    const { context } = stage.inputs()
    await stage.ask({ context: { ...context, event: { ...context.event, sender: stage.people.carol } } })
    const { alice, bob, carol, dave } = stage.people
    expect(parseMarker(stage.issue.text)).toMatchObject({
      mode: 'request',
      repository: 'octo-org/octo-app',
      runId: stage.run.id,
      attempt: 1,
      workflowPath,
      ref: 'refs/tags/v1.4.0',
      sha: stage.sha,
      version: 'v1.4.0',
      environment: 'production',
      gate: workflowPath,
      initiators: expect.arrayContaining([dave.id, carol.id]),
      eligible: [alice.id, bob.id],
    })
  })

  it('asks nobody from a ref that is not allowed', async () => {
    const stage = new TwoPhases()
    const outcome = await stage.ask({ policy: { allowedRefs: ['refs/heads/main'] } })
    expect(outcome).toMatchObject({ outcome: 'denied', reasonCode: 'ref-not-allowed' })
    expect(stage.repository.issues).toHaveLength(0)
    expect(stage.github.requests).toHaveLength(0)
  })

  it('asks nobody where too few could answer', async () => {
    const stage = new TwoPhases()
    const outcome = await stage.ask({ policy: { requiredApprovals: 4 } })
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'quorum-impossible' })
    expect(stage.repository.issues).toHaveLength(0)
  })

  it('leaves no open issue when it is cancelled while it closes older ones', async () => {
    const stage = new TwoPhases()
    await stage.ask()
    stage.startAnother()
    const { fetch } = stage
    stage.fetch = async (url, init) => {
      const response = await fetch(url, init)
      if (init.method === 'POST' && url.endsWith('/issues')) stage.cancel.abort()
      return response
    }
    await expect(stage.ask()).rejects.toMatchObject({ code: 'cancelled' })
    expect(stage.repository.issues[1]?.state).toBe('closed')
  })

  it('stays open when an older one cannot be closed', async () => {
    const stage = new TwoPhases()
    await stage.ask()
    stage.startAnother()
    stage.github.fail('issues/create-comment', faults.status(500), { times: 9 })
    expect(await stage.ask()).toMatchObject({ outcome: 'pending', reasonCode: 'undecided' })
    expect(stage.repository.issues.map(({ state }) => state)).toEqual(['open', 'open'])
    expect(stage.log.join('\n')).toContain('#1 could not be closed')
  })

  it('closes no newer one', async () => {
    const stage = new TwoPhases()
    const { fetch } = stage
    stage.fetch = async (url, init) => {
      const response = await fetch(url, init)
      if (init.method === 'POST' && url.endsWith('/issues')) {
        const bot = stage.github.as('github-actions[bot]')
        const newer = stage.issue.text.replace(/"runId":\d+/, '"runId":5')
        bot.label(bot.open(stage.repository, 'newer', newer), 'deployment-approval')
      }
      return response
    }
    await stage.ask()
    expect(stage.repository.issues.map(({ state }) => state)).toEqual(['open', 'open'])
  })

  it('closes no older one of another leg of its matrix, environment or gate', async () => {
    const stage = new TwoPhases()
    await stage.ask({ environment: 'staging' })
    await stage.ask({ gate: 'security' })
    await stage.ask({ gate: 'data' })
    stage.startAnother()
    await stage.ask({ gate: 'data' })
    expect(stage.repository.issues.map(({ state }) => state)).toEqual(['open', 'open', 'closed', 'open'])
  })
})
