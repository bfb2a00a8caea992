import { describe, expect, it, test } from 'vitest'
import type { Revision } from '../../src/kubernetes/history.ts'
import { knownGoodKey, rolledBackKey } from '../../src/kubernetes/marks.ts'
import {
  currentRevision,
  type KnownDependencies,
  lookAt,
  snapshotOf,
  type Workload,
} from '../../src/kubernetes/workload.ts'
import { template, workload } from '../support/kubernetes-objects.ts'

const secret = { volumes: [{ secret: { secretName: 's' } }], serviceAccountName: 'robot' }

function revision(number: number, more: Partial<Revision> = {}): Revision {
  return {
    hash: `hash${number}`,
    number,
    createdAt: `2026-12-01T0${number}:00:00Z`,
    template: template(`app:${number}`),
    isReused: false,
    wantedPods: 0,
    availablePods: 0,
    ...more,
  }
}

const live = revision(3, { wantedPods: 3, availablePods: 3 })

function workloadOf(revisions: readonly Revision[] = [live, revision(2), revision(1)], annotations = {}): Workload {
  const object = workload('app:3', { metadata: { annotations } })
  return { name: { kind: 'deployment', name: 'app' }, namespace: 'shop', object, revisions }
}

const none: KnownDependencies = new Map()

describe('the snapshot of a workload', () => {
  it('has its identity and its history', () => {
    const snapshot = snapshotOf(workloadOf(), live, none)
    expect(snapshot).toMatchObject({
      subject: { name: 'deployment/app', id: 'deployment/shop/app@uid-1' },
      current: 'template:hash3',
      undone: { versions: [], at: '' },
      ...{ knownGood: [], warnings: [] },
    })
    expect(snapshot).not.toHaveProperty('broughtBack')
    expect(snapshot.candidates).toMatchObject([
      { version: 'template:hash3', revision: '3', serves: true, detail: '', images: ['app:3'] },
      {
        ...{ version: 'template:hash2', at: '2026-12-01T02:00:00Z', servedMs: 3_600_000, serves: false },
        detail: 'newest for 1h; app: image app:3 → app:2',
      },
      { version: 'template:hash1', servedMs: 3_600_000 },
    ])
    expect(snapshot.candidates[0]).not.toHaveProperty('servedMs')
  })

  it('has what the marks say', () => {
    const at = '2026-12-01T03:30:00Z'
    const mark = { from: 'template:hash4', to: 'template:hash1', at, run: 'url', undone: ['template:hash4'] }
    const good = [{ version: 'template:hash1', at }]
    const annotations = { [rolledBackKey]: JSON.stringify(mark), [knownGoodKey]: JSON.stringify(good) }
    const snapshot = snapshotOf(workloadOf(undefined, annotations), live, none)
    expect(snapshot).toMatchObject({ undone: { versions: ['template:hash4'], at }, knownGood: good })
    expect(snapshot).not.toHaveProperty('broughtBack')
    expect(snapshotOf(workloadOf(undefined, { [rolledBackKey]: 'x' }), live, none).warnings).toHaveLength(1)
  })

  test.each([
    ['url', 'from template:hash4 at 2026-12-01T03:30:00Z by url'],
    ['', 'from template:hash4 at 2026-12-01T03:30:00Z'],
  ])('was brought back where our mark says so: run %j', (run, broughtBack) => {
    const mark = { from: 'template:hash4', to: 'template:hash3', at: '2026-12-01T03:30:00Z', run }
    const given = workloadOf(undefined, { [rolledBackKey]: JSON.stringify(mark) })
    expect(snapshotOf(given, live, none)).toMatchObject({ broughtBack })
  })

  it('was brought back where its ReplicaSet is used again', () => {
    const again = { ...live, isReused: true }
    expect(snapshotOf(workloadOf([again]), again, none)).toHaveProperty('broughtBack')
  })

  test.each<[string, Partial<Revision>, string | undefined]>([
    ['an old one without pods', {}, undefined],
    ['one whose pods all hang', { wantedPods: 1 }, 'failed'],
    ['one of whose pods one serves', { wantedPods: 2, availablePods: 1 }, undefined],
  ])('an obstacle of %s: %s', (_, more, whyNot) => {
    const { candidates } = snapshotOf(workloadOf([live, revision(2, more)]), live, none)
    expect(candidates[1]?.obstacle?.whyNot).toBe(whyNot)
  })

  test.each([
    [0, false],
    [1, true],
  ])('with %d pods available it serves: %s', (availablePods, serves) => {
    const { candidates } = snapshotOf(workloadOf([live, revision(2, { availablePods })]), live, none)
    expect(candidates[1]?.serves).toBe(serves)
  })

  test.each([
    [0, 1],
    [1, 0],
    [undefined, 0],
  ])('with %s replicas it has %d warnings', (replicas, count) => {
    const given = workloadOf([live])
    const object = { ...given.object, spec: { ...given.object.spec, replicas } }
    expect(snapshotOf({ ...given, object }, live, none).warnings).toHaveLength(count)
  })

  it('no obstacle is that the current one hangs', () => {
    const hanging = { ...live, availablePods: 0 }
    expect(snapshotOf(workloadOf([hanging]), hanging, none).candidates[0]).not.toHaveProperty('obstacle')
  })

  test.each<[string, KnownDependencies, string | undefined]>([
    ['not looked for', none, undefined],
    ['there', new Map([['secret/s', { changedAt: '' }]]), undefined],
    ['gone', new Map([['secret/s', undefined]]), 'secret/s is missing'],
    ['there, but not its account', new Map([['serviceaccount/robot', undefined]]), 'serviceaccount/robot is missing'],
    ['there, and another is gone', new Map([['secret/other', undefined]]), undefined],
  ])('what it needs is %s', (_, known, detail) => {
    const needy = revision(2, { template: template('app:2', secret) })
    const { candidates } = snapshotOf(workloadOf([live, needy]), live, known)
    expect(candidates[1]?.obstacle).toEqual(detail && { whyNot: 'missing-dependency', detail })
  })

  test.each([
    ['2026-12-01T03:00:00Z', []],
    ['2026-12-01T03:00:01Z', ['secret/s was changed at 2026-12-01T03:00:01Z, and is not rolled back']],
  ])('configuration that changed at %s, when the next version was there: %j', (changedAt, notes) => {
    const needy = revision(2, { template: template('app:2', secret) })
    const known = new Map([
      ['secret/s', { changedAt }],
      ['serviceaccount/robot', { changedAt }],
    ])
    const { candidates } = snapshotOf(workloadOf([live, needy]), live, known)
    expect(candidates[1]?.notes).toEqual(notes)
    expect(candidates[0]?.notes).toEqual([])
  })
})

describe('what runs', () => {
  it('is the revision with the template of the workload, wherever it stands', () => {
    const latest = revision(4)
    expect(currentRevision(workloadOf([latest, live]))).toBe(live)
    expect(currentRevision(workloadOf([latest]))).toBeUndefined()
  })

  it('is looked at with kubectl', () => {
    expect(lookAt(workloadOf())).toBe('kubectl -n shop get deployments/app -o wide')
  })
})
