import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { Candidate, KnownGood, Snapshot } from '../../src/provider.ts'
import { decide, type Wish } from '../../src/target/decide.ts'
import { type Evidence, ladder } from '../../src/target/evidence.ts'
import { names, parseReference } from '../../src/target/reference.ts'
import { describe as describeVersion, servedText } from '../../src/target/wording.ts'
import { candidate, snapshot, wish } from '../support/made.ts'

const [v4, v3, v2, v1] = ['v4', 'v3', 'v2', 'v1'].map((name) => candidate(name)) as [
  Candidate,
  Candidate,
  Candidate,
  Candidate,
]
const live = { ...v4, serves: true }
const good = (version: string, at = '2026-12-01T01:00:00Z'): KnownGood => ({ version: `template:${version}`, at })

interface Case {
  readonly snapshot?: Snapshot
  readonly wish?: Partial<Wish>
  readonly evidence?: Evidence
}

/** `v2 by record`, or the outcome and reason. */
function decided({ snapshot: given = snapshot([live, v3, v2, v1]), wish: wished = {}, evidence = {} }: Case): string {
  const { verdict } = decide(given, wish(wished), evidence)
  if (verdict.kind === 'change') return `${verdict.target.version.slice(9)} by ${verdict.evidence}`
  const { outcome, reasonCode } = verdict.ending
  return `${verdict.kind}: ${outcome} ${reasonCode}`
}

const to = (text: string) => ({ to: parseReference(text) })
const denied = (...texts: string[]) => ({ deny: texts.map(parseReference) })
const served = (...ms: number[]) =>
  snapshot([live, ...[v3, v2, v1].map((one, index) => ({ ...one, servedMs: ms[index] ?? 0 }))])

describe('what is gone back to', () => {
  test.each<[string, Case, string]>([
    ['the newest that served ten minutes', { snapshot: served(1_000, 600_000, 9_000_000) }, 'v2 by provider'],
    ['not quite ten minutes', { snapshot: served(1_000, 599_999, 3_000) }, 'v2 by provider'],
    ['the one that served longest', { snapshot: served(1_000, 3_000, 2_000) }, 'v2 by provider'],
    ['the first of two that served alike', { snapshot: served(5_000, 5_000, 5_000) }, 'v3 by provider'],
    ['the record before the cluster', { evidence: { record: [good('v1')], cluster: [good('v3')] } }, 'v1 by record'],
    [
      'the cluster before what served',
      { snapshot: served(9e9, 9e9, 9e9), evidence: { cluster: [good('v2')] } },
      'v2 by cluster',
    ],
    ['the newest of the record', { evidence: { record: [good('v2'), good('v3')] } }, 'v2 by record'],
    ['the record of a version that is gone', { evidence: { record: [good('v0'), good('v1')] } }, 'v1 by record'],
    ['the current one is recorded', { evidence: { record: [good('v4'), good('v1')] } }, 'v1 by record'],
    [
      'only the cluster is asked',
      { wish: { sources: ['cluster'] }, evidence: { record: [good('v1')], cluster: [good('v3'), good('v1')] } },
      'v3 by cluster',
    ],
    [
      'what is known twice, by one that is not asked',
      { wish: { sources: ['cluster'] }, evidence: { record: [good('v1')], cluster: [good('v1')] } },
      'v1 by cluster',
    ],
    ['previous', { wish: { to: 'previous' } }, 'v3 by provider'],
    ['previous that is recorded', { wish: { to: 'previous' }, evidence: { record: [good('v3')] } }, 'v3 by record'],
    [
      'previous with proof',
      { wish: { to: 'previous', requireEvidence: true }, evidence: { cluster: [good('v2')] } },
      'v2 by cluster',
    ],
    [
      'what serves',
      { snapshot: snapshot([v4, v3, { ...v2, serves: true }, v1]), evidence: { record: [good('v1')] } },
      'v2 by serving',
    ],
    [
      'what serves, and previous',
      { snapshot: snapshot([v4, v3, { ...v2, serves: true }]), wish: { to: 'previous' } },
      'v2 by serving',
    ],
    [
      'what serves, although rolled back from',
      { snapshot: snapshot([v4, { ...v3, serves: true }], { undone: { versions: [v3.version], at: '' } }) },
      'v3 by serving',
    ],
    [
      'the current one serves too',
      {
        snapshot: {
          ...served(1, 2, 3),
          candidates: [live, { ...v3, serves: true, servedMs: 1 }, { ...v2, servedMs: 2 }],
        },
      },
      'v2 by provider',
    ],
    ['named', { wish: to('v1') }, 'v1 by explicit'],
    ['expected', { wish: { expectedCurrent: parseReference('v4'), ...to('v1') } }, 'v1 by explicit'],
    [
      'named by a tag of two, of which one is denied',
      {
        snapshot: snapshot([live, { ...v3, images: ['app:1'] }, { ...v2, images: ['app:1'] }]),
        wish: { ...to('tag:1'), ...denied('template:v3') },
      },
      'v2 by explicit',
    ],
    [
      'named, although rolled back from',
      { snapshot: snapshot([live, v3], { undone: { versions: [v3.version], at: '' } }), wish: to('v3') },
      'v3 by explicit',
    ],
    [
      'named, although brought back',
      { snapshot: snapshot([live, v3], { broughtBack: 'by hand' }), wish: to('v3') },
      'v3 by explicit',
    ],
    [
      'named, although it failed',
      { snapshot: snapshot([live, { ...v3, obstacle: { whyNot: 'failed', detail: '' } }]), wish: to('v3') },
      'v3 by explicit',
    ],
    [
      'named, with proof',
      { wish: { ...to('v3'), requireEvidence: true }, evidence: { record: [good('v3')] } },
      'v3 by explicit',
    ],
    [
      'good again after it was rolled back from',
      {
        snapshot: snapshot([live, v3], { undone: { versions: [v3.version], at: '2026-12-01T00:59:59Z' } }),
        evidence: { record: [good('v3')] },
      },
      'v3 by record',
    ],
  ])('%s', (_, given, expected) => {
    expect(decided(given)).toBe(expected)
  })
})

describe('why nothing is gone back to', () => {
  const bad = (versions: readonly string[]) => ({ undone: { versions, at: '2026-12-01T01:00:00Z' } })
  test.each<[string, Case, string]>([
    ['no history', { snapshot: snapshot([live]) }, 'stop: no-target no-history'],
    ['nothing is known of them', {}, 'stop: no-target no-evidence'],
    ['nothing is known of the only one', { snapshot: snapshot([live, v3]) }, 'stop: no-target no-evidence'],
    [
      'only unproven, and proof is asked for',
      { snapshot: served(9e9), wish: { requireEvidence: true } },
      'stop: no-target no-evidence',
    ],
    ['all denied', { wish: denied('v3', 'v2', 'v1') }, 'stop: no-target all-excluded'],
    [
      'denied by tag, with evidence',
      { wish: denied('tag:v3', 'v2', 'v1'), evidence: { record: [good('v3')] } },
      'stop: no-target all-excluded',
    ],
    ['rolled back from', { snapshot: snapshot([live, v3], bad([v3.version])) }, 'stop: no-target all-excluded'],
    [
      'rolled back from, and good before that',
      { snapshot: snapshot([live, v3], bad([v3.version])), evidence: { record: [good('v3', '2026-12-01T01:00:00Z')] } },
      'stop: no-target all-excluded',
    ],
    [
      'the restart of one that was rolled back from',
      { snapshot: snapshot([live, { ...v3, fingerprint: 'v2' }, v2], bad([v2.version])) },
      'stop: no-target all-excluded',
    ],
    ['the same content', { snapshot: snapshot([live, { ...v3, fingerprint: 'v4' }]) }, 'stop: no-target all-excluded'],
    [
      'a dependency is gone',
      { snapshot: snapshot([live, { ...v3, obstacle: { whyNot: 'missing-dependency', detail: '' } }]) },
      'stop: no-target all-excluded',
    ],
    [
      'what serves is the same content',
      { snapshot: snapshot([v4, { ...v3, serves: true, fingerprint: 'v4' }]) },
      'stop: no-target all-excluded',
    ],
    [
      'what serves is denied',
      { snapshot: snapshot([v4, { ...v3, serves: true }]), wish: denied('v3') },
      'stop: no-target all-excluded',
    ],
    [
      'brought back',
      { snapshot: snapshot([live, v3], { broughtBack: 'by hand' }), evidence: { record: [good('v3')] } },
      'await: nothing-to-do already-rolled-back',
    ],
    ['named: none', { wish: to('v9') }, 'stop: no-target target-not-found'],
    ['named: current', { wish: to('v4') }, 'await: nothing-to-do already-current'],
    [
      'named: the current one before it was restarted',
      { snapshot: snapshot([live, { ...v3, fingerprint: 'v4' }]), wish: to('v3') },
      'await: nothing-to-do already-current',
    ],
    ['named: denied', { wish: { ...to('v3'), ...denied('v3') } }, 'stop: no-target all-excluded'],
    [
      'named: denied in another way',
      { wish: { ...to('template:v3'), ...denied('tag:v3') } },
      'stop: no-target all-excluded',
    ],
    [
      'named: dependency',
      {
        snapshot: snapshot([
          live,
          { ...v3, obstacle: { whyNot: 'missing-dependency', detail: 'secret/x is missing' } },
        ]),
        wish: to('v3'),
      },
      'stop: refused dependency-missing',
    ],
    ['named: unproven', { wish: { ...to('v3'), requireEvidence: true } }, 'stop: no-target no-evidence'],
    [
      'named: ambiguous',
      { snapshot: snapshot([live, { ...v3, revision: '3' }, { ...v2, images: ['app:3'] }]), wish: to('3') },
      'stop: no-target target-not-found',
    ],
    [
      'stale, or not: nobody can tell',
      {
        snapshot: snapshot([
          { ...live, revision: '4', images: ['app:3'] },
          { ...v3, revision: '3' },
        ]),
        wish: { expectedCurrent: parseReference('3') },
      },
      'stop: refused stale-current',
    ],
    ['stale', { wish: { expectedCurrent: parseReference('v3'), ...to('v1') } }, 'stop: refused stale-current'],
    [
      'stale comes first',
      { snapshot: snapshot([live]), wish: { expectedCurrent: parseReference('v3') } },
      'stop: refused stale-current',
    ],
  ])('%s', (_, given, expected) => {
    expect(decided(given)).toBe(expected)
  })

  it('is told of every candidate', () => {
    const candidates = [
      live,
      { ...v3, fingerprint: 'v4' },
      { ...v2, obstacle: { whyNot: 'failed', detail: 'none of its pods is available' } as const },
      { ...v1, servedMs: 5 },
      candidate('v0'),
    ]
    const { candidates: rows } = decide(snapshot(candidates), wish(denied('v0')), {})
    expect(rows.map(({ whyNot, chosen }) => (chosen ? 'chosen' : whyNot))).toEqual([
      'current',
      'same-content',
      'failed',
      'chosen',
      'denied',
    ])
    expect(rows[2]?.detail).toBe('none of its pods is available')
  })

  it('is told of what was not needed, and whether it is proven', () => {
    const candidates = [live, v3, { ...v2, detail: 'newest for 1h' }, v1]
    const { candidates: rows } = decide(snapshot(candidates), wish(), { record: [good('v3'), good('v2')] })
    expect(rows.map(({ whyNot, chosen, detail }) => [chosen, whyNot, detail])).toEqual([
      [false, 'current', ''],
      [true, null, ''],
      [false, null, 'newest for 1h'],
      [false, 'unproven', ''],
    ])
  })
})

describe('what is said', () => {
  const sentence = ({ snapshot: given = snapshot([live, v3, v2]), wish: wished = {} }: Case) => {
    const { verdict } = decide(given, wish(wished), {})
    return verdict.kind === 'change' ? describeVersion(verdict.target) : verdict.ending.sentence
  }

  test.each<[Case, string]>([
    [
      { snapshot: snapshot([{ ...live, revision: '4' }, v3]), wish: to('v4') },
      'deployment/app already runs template:v4 (revision 4, app:v4)',
    ],
    [{ wish: to('v4') }, 'deployment/app already runs template:v4 (app:v4)'],
    [
      { snapshot: snapshot([{ ...live, images: [] }]), wish: to('template:v4') },
      'deployment/app already runs template:v4',
    ],
    [
      { snapshot: snapshot([live, { ...v3, fingerprint: 'v4' }]), wish: to('v3') },
      'deployment/app already runs the content of template:v3 (app:v3)',
    ],
    [{ wish: to('v9') }, 'deployment/app has no version v9 among 3 versions'],
    [{ snapshot: snapshot([live]), wish: to('v9') }, 'deployment/app has no version v9 among 1 version'],
    [{ wish: denied('v3') }, 'Nothing says that one of 1 version of deployment/app was good'],
    [{}, 'Nothing says that one of 2 versions of deployment/app was good'],
    [{ wish: denied('v3', 'v2') }, 'Each of 2 versions of deployment/app is excluded'],
    [{ snapshot: snapshot([live]) }, 'deployment/app has no version but the one that runs'],
    [
      { wish: { expectedCurrent: parseReference('v3') } },
      'deployment/app runs template:v4 (app:v4), expected-current is v3',
    ],
  ])('%j: %s', (given, expected) => {
    expect(sentence(given)).toBe(expected)
  })

  test.each([
    [undefined, ''],
    [0, ''],
    [1_000, 'newest for 1 s'],
  ])('of what served %s ms: %j', (servedMs, expected) => {
    expect(servedText(candidate('a', servedMs === undefined ? {} : { servedMs }))).toBe(expected)
  })
})

describe('evidence about a place', () => {
  const green = candidate('green', { since: '2026-12-01T02:00:00Z', servedMs: 0 })

  it('ends when something else is deployed there', () => {
    const evidence = { record: [good('green', '2026-12-01T01:59:59Z')] }
    expect(decided({ snapshot: snapshot([live, green]), evidence })).toBe('green by provider')
    const later = { record: [good('green', '2026-12-01T02:00:00Z')] }
    expect(decided({ snapshot: snapshot([live, green]), evidence: later })).toBe('green by record')
  })

  it('so does what was rolled back from there', () => {
    const undone = (at: string) => ({ undone: { versions: [green.version], at } })
    expect(decided({ snapshot: snapshot([live, green], undone('2026-12-01T01:59:59Z')) })).toBe('green by provider')
    expect(decided({ snapshot: snapshot([live, green], undone('2026-12-01T02:00:01Z')) })).toBe(
      'stop: no-target all-excluded',
    )
  })
})

describe('whatever is known', () => {
  const versions = ['a', 'b', 'c', 'd', 'e']
  const time = fc.integer({ min: 0, max: 9 }).map((hour) => `2026-12-01T0${hour}:00:00Z`)
  const anyCandidate = (version: string) =>
    fc
      .record(
        {
          servedMs: fc.integer({ min: 0, max: 1e6 }),
          serves: fc.boolean(),
          fingerprint: fc.constantFrom(...versions),
          obstacle: fc.constantFrom(
            undefined,
            { whyNot: 'failed', detail: '' },
            { whyNot: 'missing-dependency', detail: '' },
          ),
        },
        { requiredKeys: ['serves'] },
      )
      .map(({ obstacle, ...more }) =>
        candidate(version, { ...more, ...(obstacle && { obstacle: obstacle as NonNullable<Candidate['obstacle']> }) }),
      )
  const anyKnown = fc.array(
    fc.record({ version: fc.constantFrom(...versions).map((one) => `template:${one}`), at: time }),
  )
  const anySnapshot = fc
    .tuple(
      fc.tuple(...versions.map(anyCandidate)),
      fc.subarray(versions),
      time,
      fc.constantFrom(undefined, undefined, undefined, 'by hand'),
      fc.integer({ min: 1, max: 5 }),
    )
    .map(([candidates, undone, at, broughtBack, count]) =>
      snapshot(candidates.slice(0, count), {
        undone: { versions: undone.map((one) => `template:${one}`), at },
        ...(broughtBack === undefined ? {} : { broughtBack }),
      }),
    )
  const anyWish = fc.record({
    to: fc.oneof(
      fc.constantFrom<Wish['to']>('last-known-good', 'previous'),
      fc.constantFrom<Wish['to']>(...versions.map((one) => parseReference(one))),
    ),
    deny: fc.subarray(versions).map((some) => some.map(parseReference)),
    sources: fc.subarray([...ladder], { minLength: 1 }),
    requireEvidence: fc.boolean(),
    expectedCurrent: fc.constant(undefined),
  })

  it('the target is never the current one, denied, unable to start, or unproven where proof is asked for', () => {
    fc.assert(
      fc.property(
        anySnapshot,
        anyWish,
        fc.record({ record: anyKnown, cluster: anyKnown }),
        (given, wished, evidence) => {
          const { verdict, candidates } = decide(given, wished, evidence)
          expect(candidates.filter(({ chosen }) => chosen)).toHaveLength(verdict.kind === 'change' ? 1 : 0)
          expect(candidates.map(({ version }) => version)).toEqual(given.candidates.map(({ version }) => version))
          if (verdict.kind !== 'change') return
          const { target } = verdict
          expect(target.version).not.toBe(given.current)
          expect(wished.deny.some((one) => names(one, target))).toBe(false)
          expect(target.obstacle?.whyNot).not.toBe('missing-dependency')
          const known = wished.sources.flatMap((source) =>
            source === 'record' || source === 'cluster' ? evidence[source] : [],
          )
          const isProven = target.serves || known.some(({ version }) => version === target.version)
          expect(isProven || !wished.requireEvidence).toBe(true)
          expect(target.fingerprint).not.toBe(given.candidates[0]?.fingerprint)
          if (verdict.evidence === 'explicit') return
          expect(given.broughtBack).toBeUndefined()
          if (verdict.evidence === 'serving') return
          expect(target.obstacle).toBeUndefined()
          const forgiven = [...evidence.record, ...evidence.cluster].some(
            ({ version, at }) => version === target.version && at > given.undone.at,
          )
          expect(given.undone.versions.includes(target.version) && !forgiven).toBe(false)
        },
      ),
      { numRuns: 500 },
    )
  })
})
