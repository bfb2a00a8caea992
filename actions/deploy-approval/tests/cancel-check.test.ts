import { describe, expect, it } from 'vitest'
import { cancelAt, effects, endings, stopped } from './support/ended.ts'
import { TwoPhases } from './support/two-phases.ts'

async function approved(): Promise<TwoPhases> {
  const stage = new TwoPhases()
  await stage.ask()
  stage.approve()
  return stage
}

async function requestsOfCheck(): Promise<number> {
  const stage = await approved()
  const before = stage.github.requests.length
  expect(await stage.check()).toMatchObject({ outcome: 'approved' })
  return stage.github.requests.length - before
}

describe('a check', () => {
  it.each(effects)(
    'that is cancelled at any request (effect: %s) approves nothing, nor closes what is undecided',
    async (effect) => {
      const count = await requestsOfCheck()
      for (let index = 0; index < count; index += 1) {
        const stage = await approved()
        cancelAt(stage, index, effect)
        const { error, outputs } = await stopped(stage, stage.checkInputs())
        const context = `request ${index}`
        expect(error, context).toMatchObject({ code: 'cancelled' })
        expect(outputs, context).toMatchObject({ 'approved-sha': '', 'approved-version': '' })
        expect(stage.kept.get('left') ?? '', context).toBe('')
        await stage.pass(10)
        const isClaimed = endings(stage.issue).length > 0
        if (!isClaimed) expect(stage.issue.state, context).toBe('open')
        // Whoever looks next decides what was not decided, and approves nothing twice.
        const next = new AbortController()
        const { outcome, reasonCode } = await Object.assign(stage, { cancel: next }).check()
        expect(`${outcome} ${reasonCode}`, context).toBe(isClaimed ? 'error already-decided' : 'approved ok')
        expect(stage.issue.state, context).toBe('closed')
      }
    },
  )
})
