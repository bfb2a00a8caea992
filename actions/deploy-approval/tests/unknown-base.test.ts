import { describe, expect, it } from 'vitest'
import { Stage } from './support/stage.ts'

describe('a base that GitHub does not know', () => {
  const base = 'b'.repeat(40)

  it('is named where authors are excluded, before anybody is asked', async () => {
    const stage = new Stage()
    const outcome = await stage.play({ base, policy: { excludeAuthors: true } })
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'invalid-input' })
    expect(outcome.sentence).toContain(`base-sha ${base}`)
    expect(outcome.nextStep).toContain('base-sha')
    expect(stage.repository.issues).toEqual([])
  })

  it('is no reason to hold a deployment where changes are only shown', async () => {
    const stage = new Stage()
    for (const login of ['alice', 'bob']) stage.says(5, login, '/approve')
    expect(await stage.play({ base })).toMatchObject({ outcome: 'approved' })
  })
})
