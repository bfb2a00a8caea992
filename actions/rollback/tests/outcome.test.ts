import { describe, expect, it, test } from 'vitest'
import { contract, type OutcomeName, type ReasonCode } from '../src/contract.ts'
import { type Ending, worstOf } from '../src/outcome.ts'

const worstFirst: OutcomeName[] = [
  ...(['unknown', 'cancelled', 'not-converged', 'rolled-back-unhealthy', 'reverted-by-controller'] as const),
  ...(['superseded', 'failed', 'refused', 'no-target', 'rolled-back', 'recorded', 'planned'] as const),
  'nothing-to-do',
]
const ending = (outcome: OutcomeName, reasonCode: ReasonCode = 'ok'): Ending => ({
  outcome,
  reasonCode,
  sentence: `${outcome} ${reasonCode}`,
})

describe('of several subjects', () => {
  test.each(worstFirst.slice(1).map((better, index) => [worstFirst[index] as OutcomeName, better]))(
    '%s is worse than %s, whichever comes first',
    (worse, better) => {
      expect(worstOf([ending(worse), ending(better)])?.outcome).toBe(worse)
      expect(worstOf([ending(better), ending(worse)])?.outcome).toBe(worse)
    },
  )

  it('the first of those that have the worst outcome gives the reason', () => {
    const endings = [ending('refused', 'paused'), ending('failed', 'api-error'), ending('failed', 'tool-failed')]
    expect(worstOf(endings)?.reasonCode).toBe('api-error')
  })

  it('there may be none', () => {
    expect(worstOf([])).toBeUndefined()
  })

  it('every outcome of the contract has its place', () => {
    expect(worstFirst.toSorted()).toEqual(Object.keys(contract.outcomes).toSorted())
  })
})
