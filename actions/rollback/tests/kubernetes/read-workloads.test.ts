import { describe, expect, it, test } from 'vitest'
import type { KindName } from '../../src/kubernetes/kinds.ts'
import { type ReadOptions, readWorkloads } from '../../src/kubernetes/read-workloads.ts'
import { Stop } from '../../src/outcome.ts'
import { template, workload } from '../support/kubernetes-objects.ts'
import { type Answer, ok, playCluster, refused, says } from '../support/played-kubectl.ts'

const uid = '11111111-1111-1111-1111-111111111111'
const kubeSystem = { kind: 'Namespace', metadata: { name: 'kube-system', uid } }

interface Case {
  readonly names?: readonly string[]
  readonly kind?: KindName
  readonly object?: Parameters<typeof workload>[1]
  readonly options?: Partial<ReadOptions>
  readonly expectedUid?: string
  /** Instead of the objects. */
  readonly objects?: Answer
  /** Rights that are denied: `patch deployments`. */
  readonly denied?: readonly string[]
  /** Instead of the answers about rights. */
  readonly reviews?: Answer
  readonly history?: Answer
  readonly spec?: object
}

const owner = { kind: 'Deployment', name: 'app', uid: 'uid-1', controller: true }

function replicaSet(image: string, more: object) {
  const annotations = { 'deployment.kubernetes.io/revision': '1' }
  return {
    metadata: { name: `app-${image}`, uid: image, labels: {}, ownerReferences: [owner], annotations },
    spec: { replicas: 0, template: template(image, more) },
  }
}

/** Reads the workload `app` of a cluster in which all is well but for what a test is about. */
async function reading(given: Case = {}) {
  const { names = ['app'], kind = 'deployment', denied = [], spec = {} } = given
  const object = workload('app:1', { spec: { template: template('app:1', spec) }, ...given.object })
  const answers: Record<string, (args: readonly string[]) => Answer | undefined> = {
    objects: () => given.objects ?? ok({ items: [kubeSystem, { ...object, kind: 'Deployment' }] }),
    reviews: () => given.reviews ?? { stdout: answersTo(played.files.at(-1) ?? '', denied) },
    history: () => given.history ?? ok({ items: [replicaSet('app:1', spec)] }),
    dependencies: () => ({ stdout: 'Secret/s 2026-12-01T01:00:00Z\n' }),
  }
  const kindOf = (args: readonly string[]) => {
    if (args.includes('create')) return 'reviews'
    if (args.includes('--raw')) return 'history'
    return args.includes('namespace/kube-system') ? 'objects' : 'dependencies'
  }
  const played = playCluster((args) => answers[kindOf(args)]?.(args))
  const cluster = { ...played.cluster, expectedUid: given.expectedUid }
  const workloads = names.map((name) => ({ kind, name }))
  const options = { workloads, allowManaged: false, recoverStuckPods: false, isForRecord: false, ...given.options }
  const asked = () => played.commands.map(({ args }) => kindOf(args))
  try {
    return { read: await readWorkloads(cluster, options), asked: asked() }
  } catch (error) {
    if (error instanceof Stop) return { stop: error.ending, asked: asked() }
    throw error
  }
}

function answersTo(reviews: string, denied: readonly string[]): string {
  const items: { spec: { resourceAttributes: Record<string, string> } }[] = JSON.parse(reviews).items
  const texts = items.map(({ spec: { resourceAttributes: one } }) => {
    return [one['verb'], [one['resource'], one['subresource']].filter(Boolean).join('/')].join(' ')
  })
  return texts.map((text) => String(!denied.includes(text))).join('\n')
}

const end = async (given: Case) => {
  const { stop, read } = await reading(given)
  const ending = stop ?? read?.workloads.find(({ snapshot }) => snapshot.refusal !== undefined)?.snapshot.refusal
  return ending && `${ending.outcome} ${ending.reasonCode}`
}

const forbidden = (name: string) =>
  `Error from server (Forbidden): deployments.apps "${name}" is forbidden: User "ci" cannot get resource\n`
const managed = { metadata: { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/app' } } }
const paused = { spec: { paused: true } }

describe('what is refused, the first of these', () => {
  test.each<[string, Case, string | undefined]>([
    ['nothing', {}, undefined],
    ['nobody answers', { objects: refused, reviews: refused }, 'failed unreachable'],
    ['the token has expired', { objects: says('error: (Unauthorized)') }, 'failed unauthorized'],
    ['another cluster', { expectedUid: 'x', names: ['gone'] }, 'refused wrong-cluster'],
    [
      'a cluster that does not say which it is',
      { expectedUid: uid, objects: ok({ items: [] }) },
      'refused wrong-cluster',
    ],
    ['the right cluster', { expectedUid: uid }, undefined],
    ['it is not there', { names: ['gone'], denied: ['patch deployments'] }, 'refused not-found'],
    ['a right is missing', { denied: ['patch deployments'], object: managed }, 'refused missing-permission'],
    [
      'it may not even be read',
      { objects: says(forbidden('app')), denied: ['get deployments'] },
      'refused missing-permission',
    ],
    [
      'it may not be read, and the API does not say so beforehand',
      {
        names: ['app', 'other'],
        objects: { ...ok({ items: [kubeSystem, { ...workload('app:1') }] }), exitCode: 1, stderr: forbidden('other') },
        reviews: says('Error from server (Forbidden): selfsubjectaccessreviews is forbidden'),
      },
      'refused missing-permission',
    ],
    ['it belongs to another', { object: { ...managed, ...paused } }, 'refused managed-by-other'],
    ['which is allowed', { object: managed, options: { allowManaged: true } }, undefined],
    ['it is paused', { object: paused }, 'refused paused'],
    [
      'and belongs to another, which is allowed',
      { object: { ...managed, ...paused }, options: { allowManaged: true } },
      'refused paused',
    ],
    ['its pods are deleted by hand', { object: { spec: { updateStrategy: { type: 'OnDelete' } } } }, 'refused paused'],
    ['its controller has not seen it', { history: ok({ items: [] }) }, 'refused in-progress'],
    ['the API fails', { history: says('Error from server (InternalError): x') }, 'failed api-error'],
    [
      'only to be recorded, whoever owns it',
      { object: { ...managed, ...paused }, options: { isForRecord: true } },
      undefined,
    ],
  ])('%s', async (_, given, expected) => {
    expect(await end(given)).toBe(expected)
  })

  it('the right to delete pods is only needed to do so', async () => {
    const denied = ['delete pods']
    expect(await end({ denied })).toBeUndefined()
    expect(await end({ denied, options: { recoverStuckPods: true } })).toBe('refused missing-permission')
  })

  it('missing rights are named, and all are printed as a Role', async () => {
    const { stop } = await reading({ denied: ['watch events', 'patch deployments'] })
    expect(stop?.sentence).toBe(
      'The user of the kubeconfig may not patch deployments/app, watch events in namespace shop',
    )
    expect(stop?.block?.text).toContain('resources: [pods]\n    verbs: [list, watch]')
  })
})

describe('what pods need', () => {
  const spec = { volumes: [{ secret: { secretName: 's' } }] }
  const needs = (more: Case = {}) => reading({ spec, ...more })

  it('is looked for in one go', async () => {
    const { read, asked } = await needs()
    expect(asked.filter((one) => one === 'dependencies')).toHaveLength(1)
    expect(read?.warnings).toEqual([])
    expect(read?.workloads[0]?.snapshot.candidates[0]).not.toHaveProperty('obstacle')
  })

  it('that may not be read is neither there nor missing, and said to be so', async () => {
    const { read, asked } = await needs({ denied: ['get secrets'] })
    expect(asked).not.toContain('dependencies')
    expect(read?.warnings).toEqual([expect.stringContaining('secrets')])
    expect(read?.workloads[0]?.snapshot.candidates[0]).not.toHaveProperty('obstacle')
  })

  it('does not matter to mode record', async () => {
    const { read, asked } = await needs({ options: { isForRecord: true }, denied: ['get secrets'] })
    expect(asked).not.toContain('dependencies')
    expect(read?.warnings).toEqual([])
  })
})
