import { faults } from '@deploy-safety/simulators/github/fault'
import type { Permissions } from '@deploy-safety/simulators/github/token'
import { describe, expect, it } from 'vitest'
import { Stage } from './support/stage.ts'

const enough: Permissions = { issues: 'write', actions: 'read', contents: 'read' }

/** A token that may do less, in a private repository: what is public can be read by everybody. */
async function playWith(permissions: Permissions, given: Parameters<Stage['play']>[0] = {}) {
  const stage = new Stage()
  const token = stage.github.token({ identity: stage.github.actionsBot, permissions })
  return { stage, outcome: await stage.play({ token: token.value, ...given }) }
}

describe('a token that lacks a permission', () => {
  it.each([
    ['actions: read', { issues: 'write', contents: 'read' }],
    ['issues: write', { issues: 'read', actions: 'read', contents: 'read' }],
    ['issues: write', { actions: 'read', contents: 'read' }],
  ] satisfies [string, Permissions][])('is told %s', async (missing, permissions) => {
    const { stage, outcome } = await playWith(permissions)
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'missing-permission' })
    expect(outcome.sentence).toContain(missing)
    expect(stage.repository.issues).toEqual([])
  })

  it('is told contents: read where authors are excluded', async () => {
    const stage = new Stage()
    const token = stage.github.token({
      identity: stage.github.actionsBot,
      permissions: { issues: 'write', actions: 'read' },
    })
    const outcome = await stage.play({ token: token.value, base: stage.sha, policy: { excludeAuthors: true } })
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'missing-permission' })
    expect(outcome.sentence).toContain('contents: read')
  })

  // Some tokens get 404 where others get 403: GitHub does not tell them that there is something.
  it.each([
    ['issues/create', 'issues: write'],
    ['actions/get-workflow-run', 'actions: read'],
  ])('is told so although GitHub says of %s that it is not there', async (operation, missing) => {
    const stage = new Stage()
    stage.github.fail(operation, faults.status(404, 'Not Found'))
    const outcome = await stage.play()
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'missing-permission' })
    expect(outcome.sentence).toContain(missing)
  })

  it('is told where to get one for another repository', async () => {
    const outcome = await new Stage().play({ issueRepository: 'octo-org/elsewhere' })
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'missing-permission' })
    expect(outcome.nextStep).toContain('App')
  })

  it('has enough with issues: write, actions: read and contents: read', async () => {
    const { outcome } = await playWith(enough, { policy: { timeoutMs: 60_000 } })
    expect(outcome.outcome).toBe('timed-out')
  })
})
