import { describe, expect, it, test } from 'vitest'
import { ladder, proofOf, type Rung, stillAbout, weakestOf } from '../../src/target/evidence.ts'
import { candidate } from '../support/made.ts'

const at = (hour: number) => `2026-12-01T0${hour}:00:00Z`

describe('what is known to be good', () => {
  const evidence = { record: [{ version: 'a', at: at(1) }], cluster: [{ version: 'a', at: at(1) }] }

  test.each([
    [ladder, 'record'],
    [['cluster', 'record'] as const, 'record'],
    [['cluster'] as const, 'cluster'],
    [['provider'] as const, undefined],
  ])('is known from the best of %j that is asked', (sources, expected) => {
    expect(proofOf('a', evidence, sources)).toBe(expected)
  })

  it('is not known of another version', () => {
    expect(proofOf('b', evidence, ladder)).toBeUndefined()
  })

  test.each([
    [1, 0],
    [2, 1],
    [3, 1],
  ])('at %d o’clock says nothing of what a place became at two: %d', (hour, count) => {
    const green = candidate('green', { since: at(2) })
    const known = { record: [{ version: green.version, at: at(hour) }] }
    expect(stillAbout([green], known).record).toHaveLength(count)
  })

  it('holds for ever of a content', () => {
    const known = {
      record: [
        { version: 'template:a', at: at(1) },
        { version: 'template:gone', at: at(1) },
      ],
    }
    expect(stillAbout([candidate('a')], known)).toEqual(known)
  })
})

describe('the weakest of several rungs', () => {
  const order: Rung[] = ['explicit', 'serving', 'record', 'github-deployments', 'cluster', 'provider']

  test.each(order.slice(1).map((weaker, index) => [weaker, order[index] as Rung]))(
    '%s is weaker than %s',
    (one, two) => {
      expect(weakestOf([one, two])).toBe(one)
      expect(weakestOf([two, one])).toBe(one)
    },
  )

  it('of none is empty', () => {
    expect(weakestOf([])).toBe('')
  })
})
