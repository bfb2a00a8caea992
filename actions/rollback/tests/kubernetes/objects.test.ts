import { anyText } from '@deploy-safety/simulators/any-text'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { dependenciesOf, dependencyText } from '../../src/kubernetes/dependencies.ts'
import { differenceOf } from '../../src/kubernetes/difference.ts'
import { isReady, revisionsOfDeployment, revisionsOfOthers, servedMs } from '../../src/kubernetes/history.ts'
import {
  evidenceOf,
  knownGoodKey,
  knownGoodMark,
  readMarks,
  rolledBackKey,
  rolledBackMark,
} from '../../src/kubernetes/marks.ts'
import { type Metadata, readList } from '../../src/kubernetes/objects.ts'
import { ownerOf } from '../../src/kubernetes/ownership.ts'
import { neededRights, rightsText, roleOf } from '../../src/kubernetes/rights.ts'
import { fingerprintOf, imagesOf, isSameTemplate } from '../../src/kubernetes/template.ts'
import { pod, template, workload } from '../support/kubernetes-objects.ts'

describe('two templates', () => {
  const one = template('app:1')

  test.each([
    ['the label of a ReplicaSet', { ...one, metadata: { labels: { app: 'app', 'pod-template-hash': 'x' } } }],
    ['a time of creation that is null', { ...one, metadata: { creationTimestamp: null, labels: { app: 'app' } } }],
    ['what a ControllerRevision adds', { $patch: 'replace', ...one }],
    ['the order of members', { spec: one['spec'], metadata: one['metadata'] }],
  ])('are the same but for %s', (_, other) => {
    expect(isSameTemplate(one, other)).toBe(true)
    expect(fingerprintOf(one)).toBe(fingerprintOf(other))
  })

  it('are of the same content when one was restarted, but not the same', () => {
    const restarted = {
      ...one,
      metadata: { labels: { app: 'app' }, annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } },
    }
    expect(isSameTemplate(one, restarted)).toBe(false)
    expect(fingerprintOf(one)).toBe(fingerprintOf(restarted))
    expect(fingerprintOf(template('app:2'))).not.toBe(fingerprintOf(one))
  })

  it('have images in their order, init containers first, each once', () => {
    const several = template('app:1', {
      initContainers: [
        { name: 'init', image: 'init:1' },
        { name: 'again', image: 'app:1' },
      ],
    })
    expect(imagesOf(several)).toEqual(['init:1', 'app:1'])
  })
})

describe('the difference of two templates', () => {
  const container = (more: object) => ({ containers: [{ name: 'app', image: 'app:1', ...more }] })
  const of = (from: object, to: object) => differenceOf({ spec: from }, { spec: to })

  test.each<[string, object, object, string[]]>([
    ['an image', container({}), container({ image: 'app:2' }), ['app: image app:1 → app:2']],
    [
      'a variable',
      container({ env: [{ name: 'A', value: 'x' }] }),
      container({ env: [{ name: 'A', value: 'y' }] }),
      ['app: env A'],
    ],
    ['one more', container({ env: [] }), container({ env: [{ name: 'A', value: 'y' }] }), ['app: env A added']],
    ['one less', container({ env: [{ name: 'A', value: 'y' }] }), container({}), ['app: env A removed']],
    ['arguments', container({ args: ['--password=x'] }), container({ args: ['--password=y'] }), ['app: args']],
    ['a container less', container({}), { containers: [] }, ['container app removed']],
    ['a container more', { containers: [] }, container({}), ['container app added']],
    ['an init container', {}, { initContainers: [{ name: 'init' }] }, ['container init added']],
    [
      'a name that every object has',
      container({}),
      container({ env: [{ name: 'constructor' }] }),
      ['app: env constructor added'],
    ],
    ['the pod', { ...container({}), nodeName: 'a' }, { ...container({}), nodeName: 'b' }, ['spec.nodeName']],
    ['nothing', container({}), container({}), []],
  ])('%s', (_, from, to, expected) => {
    expect(of(from, to)).toEqual(expected)
  })

  it('has labels and annotations by name alone', () => {
    const [from, to] = [
      { labels: { a: '1' }, annotations: { b: 'secret' } },
      { labels: { a: '2' }, annotations: {} },
    ]
    expect(differenceOf({ metadata: from }, { metadata: to })).toEqual(['label a', 'annotation b removed'])
  })

  it('never has a value of env, args or annotations', () => {
    const value = fc.string({ minLength: 3 }).map((text) => `hidden-${text}`)
    const anyTemplate = fc
      .record({ env: value, arg: value, annotation: value, volume: value })
      .map(({ env, arg, annotation, volume }) => ({
        metadata: { annotations: { note: annotation } },
        spec: {
          containers: [{ name: 'app', image: 'app:1', env: [{ name: 'A', value: env }], args: [arg], command: [arg] }],
          volumes: [{ name: volume }],
        },
      }))
    fc.assert(
      fc.property(anyTemplate, anyTemplate, (from, to) => {
        expect(differenceOf(from, to).join()).not.toContain('hidden-')
      }),
    )
  })
})

describe('what a pod needs before it starts', () => {
  test.each<[string, object, string[]]>([
    [
      'a variable',
      {
        containers: [
          {
            env: [
              { valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
              { valueFrom: { configMapKeyRef: { name: 'c' } } },
            ],
          },
        ],
      },
      ['secret/s', 'configmap/c'],
    ],
    [
      'all variables',
      { initContainers: [{ envFrom: [{ secretRef: { name: 's' } }, { configMapRef: { name: 'c' } }] }] },
      ['secret/s', 'configmap/c'],
    ],
    [
      'volumes',
      { volumes: [{ secret: { secretName: 's' } }, { configMap: { name: 'c' } }] },
      ['secret/s', 'configmap/c'],
    ],
    [
      'projected volumes',
      { volumes: [{ projected: { sources: [{ secret: { name: 's' } }, { configMap: { name: 'c' } }] } }] },
      ['secret/s', 'configmap/c'],
    ],
    ['an account', { serviceAccountName: 'robot' }, ['serviceaccount/robot']],
    ['the account that is always there', { serviceAccountName: 'default' }, []],
    [
      'what is optional',
      {
        containers: [{ envFrom: [{ secretRef: { name: 's', optional: true } }] }],
        volumes: [{ secret: { secretName: 's', optional: true } }],
      },
      [],
    ],
    ['the same twice', { volumes: [{ secret: { secretName: 's' } }, { secret: { secretName: 's' } }] }, ['secret/s']],
    ['what is no list', { containers: 'x', volumes: { a: 1 } }, []],
  ])('%s', (_, spec, expected) => {
    expect(dependenciesOf({ spec }).map(dependencyText)).toEqual(expected)
  })
})

describe('the history', () => {
  const owner = { kind: 'Deployment', name: 'app', uid: 'uid-1', controller: true }
  const replicaSet = (hash: string, revision: string, created: string, more: object = {}) => ({
    metadata: {
      name: `app-${hash}`,
      uid: hash,
      creationTimestamp: created,
      labels: { 'pod-template-hash': hash },
      ownerReferences: [owner],
      annotations: { 'deployment.kubernetes.io/revision': revision, ...more },
    },
    spec: { replicas: 1, template: template(`app:${hash}`) },
    status: { availableReplicas: 1 },
  })
  const sets = (...items: object[]) => revisionsOfDeployment('uid-1', readList('replicaSet', { items }))

  it('is newest first by number, of this owner, with what came back marked', () => {
    const other = replicaSet('other', '9', '2026-01-01T00:00:00Z')
    const revisions = sets(
      replicaSet('b', '2', '2026-01-02T00:00:00Z'),
      replicaSet('a', '10', '2026-01-01T00:00:00Z', { 'deployment.kubernetes.io/revision-history': '1,3' }),
      { ...other, metadata: { ...other.metadata, ownerReferences: [{ ...owner, uid: 'uid-2' }] } },
    )
    expect(revisions.map(({ hash, number, isReused }) => [hash, number, isReused])).toEqual([
      ['a', 10, true],
      ['b', 2, false],
    ])
  })

  it('of a StatefulSet tells by the pods what is available, and by times what came back', () => {
    const stored = (hash: string, revision: number, created: string) => ({
      metadata: {
        name: `app-${hash}`,
        uid: hash,
        creationTimestamp: created,
        labels: { 'controller.kubernetes.io/hash': hash },
        ownerReferences: [owner],
      },
      revision,
      data: { spec: { template: { $patch: 'replace', ...template(`app:${hash}`) } } },
    })
    const items = [stored('a', 3, '2026-01-01T00:00:00Z'), stored('b', 2, '2026-01-02T00:00:00Z')]
    const named = (hash: string, ready: boolean, name: string) => {
      const made = pod({ ready, name })
      return { ...made, metadata: { ...made.metadata, labels: { 'controller-revision-hash': hash } } }
    }
    const pods = [named('app-a', true, 'app-0'), named('a', false, 'app-1'), named('app-b', true, 'app-2')]
    const revisions = revisionsOfOthers('uid-1', readList('controllerRevision', { items }), pods)
    expect(
      revisions.map(({ hash, isReused, availablePods, wantedPods }) => [hash, isReused, availablePods, wantedPods]),
    ).toEqual([
      ['a', true, 1, 2],
      ['b', false, 1, 1],
    ])
  })

  it('knows what is available, and who owns it beside others', () => {
    const one = replicaSet('a', '1', '2026-01-01T00:00:00Z')
    const ownerReferences = [{ ...owner, uid: 'other', controller: false }, owner]
    const shared = { ...one, metadata: { ...one.metadata, ownerReferences }, status: { availableReplicas: 2 } }
    expect(sets(shared).map(({ availablePods }) => availablePods)).toEqual([2])
    expect(sets({ ...one, status: {} }).map(({ availablePods }) => availablePods)).toEqual([0])
    const deleted = { ...one.metadata, deletionTimestamp: '2026-01-02T00:00:00Z' }
    expect(sets({ ...one, metadata: deleted })).toEqual([])
  })

  it('of a DaemonSet that only went forward has nothing that came back', () => {
    const stored = (hash: string, revision: number, created: string) => ({
      metadata: { name: hash, uid: hash, creationTimestamp: created, ownerReferences: [owner] },
      revision,
      data: { spec: { template: template(`app:${hash}`) } },
    })
    const reused = (...items: object[]) =>
      revisionsOfOthers('uid-1', readList('controllerRevision', { items }), []).map(({ isReused }) => isReused)
    const [first, second] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z']
    expect(reused(stored('b', 2, second), stored('a', 1, first))).toEqual([false, false])
    expect(reused(stored('b', 2, first), stored('a', 1, first))).toEqual([false, false])
    expect(reused(stored('b', 2, first), stored('a', 1, second))).toEqual([true, false])
  })

  it('counts a pod as well when it is ready, whatever else is true of it', () => {
    const conditions = [
      { type: 'Initialized', status: 'True' },
      { type: 'Ready', status: 'True' },
      { type: 'PodScheduled', status: 'False' },
    ]
    expect(isReady(pod({ conditions }))).toBe(true)
    expect(isReady(pod({ conditions: conditions.slice(0, 1) }))).toBe(false)
    expect(isReady(pod({ conditions, deleted: true }))).toBe(false)
  })

  it('says for how long each was the newest', () => {
    const revisions = sets(
      replicaSet('c', '3', '2026-01-01T00:30:00Z'),
      replicaSet('b', '2', '2026-01-01T00:10:00Z'),
      replicaSet('a', '1', '2026-01-01T00:00:00Z'),
    )
    expect(servedMs(revisions)).toEqual([undefined, 20 * 60_000, 10 * 60_000])
    // What came back is no older than what it replaced.
    const again = sets(
      replicaSet('d', '4', '2026-01-01T01:00:00Z'),
      replicaSet('a', '3', '2026-01-01T00:00:00Z', { 'deployment.kubernetes.io/revision-history': '1' }),
      replicaSet('b', '2', '2026-01-01T00:10:00Z'),
    )
    expect(servedMs(again)).toEqual([undefined, 50 * 60_000, 0])
  })
})

describe('marks', () => {
  const mark = {
    from: 'template:b',
    to: 'template:a',
    at: '2026-12-01T02:00:00Z',
    run: 'url',
    by: 'dave',
    reason: '"; rm -rf /',
  }

  it('are read as they were written', () => {
    const rolledBack = rolledBackMark(mark, undefined)
    expect(readMarks({ [rolledBackKey]: rolledBack }).rolledBack).toEqual({ ...mark, undone: ['template:b'] })
    const good = knownGoodMark({ version: 'template:a', at: mark.at, run: 'url' }, [])
    expect(evidenceOf(readMarks({ [knownGoodKey]: good }))).toEqual([{ version: 'template:a', at: mark.at }])
  })

  it('remember ten versions that were rolled back from, newest first, and forgive the one that is gone back to', () => {
    const before = { ...mark, undone: ['template:a', ...Array.from({ length: 12 }, (_, index) => `template:${index}`)] }
    const { undone } = JSON.parse(rolledBackMark(mark, before))
    expect(undone).toEqual(['template:b', ...Array.from({ length: 9 }, (_, index) => `template:${index}`)])
    expect(JSON.parse(rolledBackMark(mark, { ...mark, undone: ['template:b'] })).undone).toEqual(['template:b'])
  })

  it('are read as they were written, whatever is in them, and never grow beyond ten', () => {
    const text = anyText()
    const anyMark = fc.record({ from: text, to: text, at: text, run: text, by: text, reason: text })
    fc.assert(
      fc.property(anyMark, fc.array(text, { maxLength: 20 }), (given, undone) => {
        const written = rolledBackMark(given, { ...given, undone })
        const { rolledBack } = readMarks({ [rolledBackKey]: written })
        expect(rolledBack).toMatchObject(given)
        expect(rolledBack?.undone.length).toBeLessThanOrEqual(10)
        expect(rolledBack?.undone[0]).toBe(given.from)
        expect(rolledBack?.undone.slice(1)).not.toContain(given.to)
        expect(rolledBack?.undone.slice(1)).not.toContain(given.from)
      }),
    )
  })

  it('have a good version once, with its last time', () => {
    const before = [{ version: 'template:a', at: '2026-01-01T00:00:00Z', run: '' }]
    expect(JSON.parse(knownGoodMark({ version: 'template:a', at: mark.at, run: '' }, before))).toHaveLength(1)
  })

  it('have ten good versions, newest first', () => {
    const before = Array.from({ length: 10 }, (_, index) => ({ version: `template:${index}`, at: mark.at, run: '' }))
    const good = JSON.parse(knownGoodMark({ version: 'template:a', at: mark.at, run: '' }, before))
    expect(good.map(({ version }: { version: string }) => version)).toEqual([
      'template:a',
      ...before.slice(0, 9).map(({ version }) => version),
    ])
  })

  it('are evidence in the order of their times, whatever their order', () => {
    const at = (hour: number) => ({ version: `template:${hour}`, at: `2026-12-01T0${hour}:00:00Z` })
    const marks = readMarks({ [knownGoodKey]: JSON.stringify([at(1), at(3), at(2)]) })
    expect(evidenceOf(marks)).toEqual([at(3), at(2), at(1)])
  })

  it('of anybody else count as none, with a warning', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { rolledBack, knownGood, warnings } = readMarks({ [rolledBackKey]: text, [knownGoodKey]: text })
        expect(
          warnings.length + (rolledBack === undefined ? 0 : 1) + (text.trim().startsWith('[') ? 1 : 0),
        ).toBeGreaterThan(0)
        expect(Array.isArray(knownGood)).toBe(true)
      }),
    )
    expect(readMarks(undefined)).toEqual({ rolledBack: undefined, knownGood: [], warnings: [] })
  })
})

describe('the owner of an object', () => {
  const metadata = (more: Partial<Metadata>): Metadata => ({ ...workload('app:1').metadata, ...more })
  const managed = (manager: string) => ({ managedFields: [{ manager, time: '', subresource: '', fieldsV1: {} }] })
  const controlled = (kind: string) => ({ ownerReferences: [{ kind, name: 'big', uid: 'u', controller: true }] })

  test.each<[Partial<Metadata>, string]>([
    [
      { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/app' } },
      'Argo CD (application shop)',
    ],
    [{ labels: { 'argocd.argoproj.io/instance': 'shop' } }, 'Argo CD (application shop)'],
    [
      { labels: { 'app.kubernetes.io/instance': 'shop' }, ...managed('argocd-controller') },
      'Argo CD (application shop)',
    ],
    [{ labels: { 'helm.toolkit.fluxcd.io/name': 'shop' } }, 'Flux (HelmRelease shop)'],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' } }, 'Flux (Kustomization shop)'],
    [managed('kustomize-controller'), 'Flux (Kustomization <name>)'],
    [controlled('Shop'), 'the Shop big'],
    [controlled('Rollout'), 'Argo Rollouts (Rollout big)'],
    [controlled('Canary'), 'Flagger (Canary big)'],
    [{ annotations: { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'web' } }, 'Argo Rollouts (Rollout web)'],
    [
      { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: { 'meta.helm.sh/release-name': 'shop' } },
      'Helm (release shop)',
    ],
  ])('%j: %s', (more, name) => {
    expect(ownerOf(metadata(more))?.name).toBe(name)
  })

  test.each<[Partial<Metadata>]>([
    [{}],
    [{ labels: { 'app.kubernetes.io/instance': 'shop' } }],
    [{ labels: { 'app.kubernetes.io/managed-by': 'Helm' } }],
    [{ ownerReferences: [{ kind: 'Shop', name: 'big', uid: 'u', controller: false }] }],
    [managed('kubectl-client-side-apply')],
  ])('%j: nobody', (more) => {
    expect(ownerOf(metadata(more))).toBeUndefined()
  })
})

describe('the way back there', () => {
  const instead = (labels: Record<string, string>, annotations = {}) =>
    ownerOf({ ...workload('app:1').metadata, labels, annotations })?.instead
  const [helmName, helmSpace] = ['helm.toolkit.fluxcd.io/name', 'helm.toolkit.fluxcd.io/namespace']
  const [name, space] = ['kustomize.toolkit.fluxcd.io/name', 'kustomize.toolkit.fluxcd.io/namespace']
  const helm = { 'app.kubernetes.io/managed-by': 'Helm' }

  test.each<[string | undefined, string]>([
    [instead({ [helmName]: 'x', [helmSpace]: 'flux' }), 'flux suspend helmrelease x -n flux'],
    [instead({ [helmName]: 'x' }), 'flux suspend helmrelease x -n shop'],
    [instead({ [name]: 'x', [space]: 'team' }), 'flux suspend kustomization x -n team'],
    [instead({ [name]: 'x' }), 'flux suspend kustomization x -n flux-system'],
    [instead(helm, { 'meta.helm.sh/release-name': 'x' }), 'helm history x -n shop'],
    [
      instead(helm, { 'meta.helm.sh/release-name': 'x', 'meta.helm.sh/release-namespace': 'team' }),
      'helm history x -n team',
    ],
    [instead({}, { 'argocd.argoproj.io/tracking-id': 'x:apps/Deployment:shop/app' }), 'argocd app rollback x'],
    [instead({}, { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'x' }), 'kubectl argo rollouts undo x -n shop'],
  ])('%s', (text, command) => {
    expect(text).toContain(`"${command}`)
  })
})

describe('rights', () => {
  const needed = neededRights([
    { kind: 'deployment', name: 'app' },
    { kind: 'statefulset', name: 'db' },
  ])

  it('are those of the kind and of its history, by name where that is enough', () => {
    expect(rightsText(needed)).toBe(
      [
        ...['deployments/app', 'statefulsets/db'].flatMap((one) =>
          ['get', 'list', 'watch', 'patch'].map((verb) => `${verb} ${one}`),
        ),
        ...['replicasets', 'controllerrevisions', 'pods', 'events'].flatMap((one) =>
          ['list', 'watch'].map((verb) => `${verb} ${one}`),
        ),
      ].join(', '),
    )
  })

  it('are printed as a Role', () => {
    expect(roleOf(needed, 'shop')).toContain('metadata: { name: rollback, namespace: shop }')
    expect(roleOf(needed, 'shop')).toContain('resources: [deployments]\n    verbs: [get, list, watch, patch]')
  })
})
