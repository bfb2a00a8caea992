import { describe, expect, it } from 'vitest'
import { Stage } from './support/stage.ts'

describe('a request', () => {
  it('is approved by two entitled people', async () => {
    const stage = new Stage()
    stage.says(60, 'alice', '/approve looks good')
    stage.says(3_300, 'bob', '/approve')
    const outcome = await stage.play()
    expect(outcome).toMatchObject({ outcome: 'approved', reasonCode: 'ok' })
    expect(outcome.count.approvers.map(({ login }) => login)).toEqual(['alice', 'bob'])
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
    expect(stage.github.counted).toBeLessThanOrEqual(35)
  })
})
