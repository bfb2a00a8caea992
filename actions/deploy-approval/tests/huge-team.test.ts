import { describe, expect, it } from 'vitest'
import { Stage } from './support/stage.ts'

describe('a team that no issue can name', () => {
  it('is refused before anybody is asked', async () => {
    const stage = new Stage()
    const members = Array.from({ length: 3_500 }, (_, index) =>
      stage.github.account(`person-${index}`, 'User', 4_000_000_000 + index),
    )
    stage.github.team('octo-org/everybody', members)
    const token = stage.github.token({
      identity: stage.github.actionsBot,
      permissions: { issues: 'write', actions: 'read', contents: 'read', members: 'read' },
    })
    const approvers = { logins: [], teams: [{ org: 'octo-org', slug: 'everybody' }] }
    const asking = stage.play({ token: token.value, policy: { approvers } })
    await expect(asking).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('3500 people'),
    })
    expect(stage.repository.issues).toEqual([])
  })
})
