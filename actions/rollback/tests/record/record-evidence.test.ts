import { describe, expect, it, test } from 'vitest'
import { knownGoodIn, withRecord } from '../../src/record/record-evidence.ts'
import { candidate, snapshot } from '../support/made.ts'
import { entry, rollback } from '../support/record.ts'

const given = snapshot([candidate('b'), candidate('a')], {
  undone: { versions: ['template:c'], at: '2026-12-01T02:00:00Z' },
})
const { id } = given.subject

describe('what the record knows to be good', () => {
  it('is of this subject alone, and newest first', () => {
    const entries = [
      entry({ version: 'template:a', at: '2026-12-01T01:00:00Z' }),
      entry({ version: 'template:x', subject: 'deployment/shop/app@another-uid' }),
      rollback('template:y', 'template:a'),
      entry({ version: 'template:b', at: '2026-12-01T02:00:00Z' }),
    ]
    expect(knownGoodIn(entries, id)).toEqual([
      { version: 'template:b', at: '2026-12-01T02:00:00Z' },
      { version: 'template:a', at: '2026-12-01T01:00:00Z' },
    ])
  })
})

describe('a snapshot with what the record knows', () => {
  const undone = (...entries: Parameters<typeof withRecord>[1]) => withRecord(given, entries).undone

  it('of nothing is as it was', () => {
    expect(withRecord(given, [])).toEqual(given)
    expect(withRecord(given, [rollback('template:b', 'template:a', { subject: 'service/x' })])).toEqual(given)
  })

  it('also has what the record says was rolled back from, and the later time', () => {
    expect(undone(rollback('template:b', 'template:a', { at: '2026-12-01T03:00:00Z' }))).toEqual({
      versions: ['template:c', 'template:b'],
      at: '2026-12-01T03:00:00Z',
    })
    expect(undone(rollback('template:c', 'template:a', { at: '2026-12-01T01:00:00Z' }))).toEqual(given.undone)
  })

  test.each([
    ['rolled-back', true],
    ['rolled-back-unhealthy', true],
    ['not-converged', true],
    ['failed', false],
    ['refused', false],
    ['superseded', false],
    ['', false],
  ])('what ended as %s was left: %s', (outcome, isLeft) => {
    const { versions } = undone(rollback('template:b', 'template:a', { outcome }))
    expect(versions.includes('template:b')).toBe(isLeft)
  })

  it('what was gone back to later is forgiven, as it is in the mark', () => {
    const entries = [rollback('template:b', 'template:a'), rollback('template:a', 'template:b')]
    expect(undone(...entries).versions).toEqual(['template:c', 'template:a'])
  })

  it('knows commits, but not better than the platform', () => {
    const known = withRecord({ ...given, candidates: [candidate('b', { commit: 'c0ffee1' }), candidate('a')] }, [
      entry({ version: 'template:b', commit: 'badbad1' }),
      entry({ version: 'template:a', commit: 'c0ffee2' }),
      entry({ version: 'template:a', commit: '' }),
      rollback('template:b', 'template:a', { commit: 'badbad2' }),
    ])
    expect(known.candidates.map(({ commit }) => commit)).toEqual(['c0ffee1', 'c0ffee2'])
  })
})
