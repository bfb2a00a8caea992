import { describe, expect, it, test } from 'vitest'
import type { Candidate } from '../../src/provider.ts'
import { exclusionOf } from '../../src/target/exclusion.ts'
import { parseReference } from '../../src/target/reference.ts'
import { candidate, snapshot } from '../support/made.ts'

const live = candidate('v3')
const undoneAt = '2026-12-01T01:00:00Z'
const obstacle = { whyNot: 'failed', detail: 'none of its pods is available' } as const

interface Case {
  readonly more?: Partial<Candidate>
  readonly deny?: readonly string[]
  readonly isUndone?: boolean
  readonly goodAt?: string
}

/** Why the second of two versions is passed over. */
function excluded({ more = {}, deny = [], isUndone = false, goodAt }: Case) {
  const one = candidate('v2', more)
  const undone = { versions: isUndone ? [one.version] : [], at: undoneAt }
  const evidence = goodAt === undefined ? {} : { cluster: [{ version: one.version, at: goodAt }] }
  return exclusionOf(one, snapshot([live, one], { undone }), { deny: deny.map(parseReference), evidence })
}

describe('a candidate is passed over, for the first of these reasons', () => {
  test.each<[Case, string | undefined]>([
    [{}, undefined],
    [{ more: { fingerprint: 'v3', obstacle }, deny: ['v2'], isUndone: true }, 'same-content'],
    [{ more: { obstacle }, deny: ['v2'], isUndone: true }, 'denied'],
    [{ more: { obstacle }, isUndone: true }, 'rolled-back-from'],
    [{ more: { obstacle } }, 'failed'],
    [{ more: { obstacle: { ...obstacle, whyNot: 'missing-dependency' } } }, 'missing-dependency'],
    [{ isUndone: true, goodAt: undoneAt }, 'rolled-back-from'],
    [{ isUndone: true, goodAt: '2026-12-01T01:00:01Z' }, undefined],
    [{ isUndone: true, more: { since: undoneAt } }, 'rolled-back-from'],
    [{ isUndone: true, more: { since: '2026-12-01T01:00:01Z' } }, undefined],
  ])('%j: %s', (given, expected) => {
    expect(excluded(given)?.whyNot).toBe(expected)
  })

  it('the current one before all', () => {
    const same = { deny: [parseReference('v3')], evidence: {} }
    expect(exclusionOf(live, snapshot([live]), same)?.whyNot).toBe('current')
  })

  it('and it is said which line of deny it is', () => {
    expect(excluded({ deny: ['v1', 'tag:v2', 'v2'] })?.detail).toBe('deny names v2')
    expect(excluded({ more: { obstacle } })).toBe(obstacle)
  })

  it('the proof of another version forgives nothing', () => {
    const one = candidate('v2')
    const evidence = { cluster: [{ version: 'template:v1', at: '2026-12-01T02:00:00Z' }] }
    const given = snapshot([live, one], { undone: { versions: [one.version], at: undoneAt } })
    expect(exclusionOf(one, given, { deny: [], evidence })?.whyNot).toBe('rolled-back-from')
  })
})
