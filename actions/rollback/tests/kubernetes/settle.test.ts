import { describe, expect, it, test } from 'vitest'
import type { WorkloadName } from '../../src/kubernetes/kinds.ts'
import type { Template } from '../../src/kubernetes/objects.ts'
import { restartsOf } from '../../src/kubernetes/pod-failure.ts'
import {
  changedBy,
  diedSince,
  type Expected,
  judge,
  type Observed,
  timeoutEnding,
} from '../../src/kubernetes/settle.ts'
import { failedCreate, pod, template, workload } from '../support/kubernetes-objects.ts'

const target = template('app:1')

function expected({
  kind = 'deployment',
  former = template('app:2'),
}: {
  kind?: WorkloadName['kind']
  former?: Template
} = {}): Expected {
  return {
    workload: { name: { kind, name: 'app' }, namespace: 'shop', object: workload('app:2'), revisions: [] },
    template: target,
    former,
    otherHashes: new Set(['bad', 'app-bad']),
    since: '2026-12-01T02:00:00Z',
  }
}

function observed(more: Partial<Observed> = {}): Observed {
  return { workload: workload('app:1'), isDeleted: false, pods: [pod()], events: [], ...more }
}

const waiting = { state: { waiting: { reason: 'ContainerCreating' } }, ready: false }

describe('a Deployment', () => {
  test.each<[string, object, string]>([
    ['its controller has not seen it', { observedGeneration: 3 }, 'its controller to see the change'],
    ['pods are missing', { updatedReplicas: 1 }, '1 of 3 pods to be created'],
    ['old pods end', { replicas: 4 }, '1 pod of another version to end'],
    ['more old pods end', { replicas: 5 }, '2 pods of other versions to end'],
    ['pods are not available', { availableReplicas: 2 }, '2 of 3 pods to be available'],
    ['it has no status yet', { observedGeneration: 4, updatedReplicas: 0, replicas: 0 }, '0 of 3 pods to be created'],
  ])('waits while %s', (_, status, step) => {
    expect(judge(expected(), observed({ workload: workload('app:1', { status }) }))).toMatchObject({
      kind: 'waiting',
      step,
    })
  })

  it('is up', () => {
    expect(judge(expected(), observed())).toEqual({ kind: 'converged' })
  })

  it('is up without pods, where none are wanted', () => {
    const none = { replicas: 0, updatedReplicas: 0, availableReplicas: 0, readyReplicas: 0 }
    const given = observed({ workload: workload('app:1', { spec: { replicas: 0 }, status: none }), pods: [] })
    expect(judge(expected(), given).kind).toBe('converged')
  })

  it('is up although a condition says that a deadline was exceeded', () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }]
    expect(judge(expected(), observed({ workload: workload('app:1', { status: { conditions } }) })).kind).toBe(
      'converged',
    )
  })

  it('that says no number wants one pod', () => {
    const of = (count: number) => ({ replicas: count, updatedReplicas: count, availableReplicas: count })
    const judged = (count: number) =>
      judge(expected(), observed({ workload: workload('app:1', { spec: { replicas: undefined }, status: of(count) }) }))
    expect(judged(1).kind).toBe('converged')
    expect(judged(0).kind).toBe('waiting')
  })

  it('is not judged by the pods of another one', () => {
    const crashes = { ready: false, restarts: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } }
    const ended = (name: string, uid: string) =>
      judge(expected(), observed({ pods: [pod({ ...crashes, hash: 'x', owner: { name, uid } })] })).kind
    expect(ended('app-canary-x', 'uid-2')).toBe('converged')
    expect(ended('app-x', 'uid-2')).toBe('ended')
    expect(ended('app', 'uid-1')).toBe('ended')
  })

  it('that is paused says so while it waits', () => {
    const of = (updatedReplicas: number) =>
      judge(
        expected(),
        observed({ workload: workload('app:1', { spec: { paused: true }, status: { updatedReplicas } }) }),
      )
    expect(of(0)).toMatchObject({ step: '0 of 3 pods to be created, and somebody has paused its rollout' })
    expect(of(3).kind).toBe('converged')
  })

  it('waits for the first response', () => {
    expect(judge(expected(), observed({ workload: undefined })).kind).toBe('waiting')
  })
})

describe('a StatefulSet', () => {
  const judged = (spec: object, status: object) =>
    judge(expected({ kind: 'statefulset' }), observed({ workload: workload('app:1', { spec, status }) }))

  test.each<[string, object, object, string]>([
    ['not ready', {}, { readyReplicas: 2 }, '2 of 3 pods to be ready'],
    [
      'not replaced',
      {},
      { updatedReplicas: 1, updateRevision: 'a', currentRevision: 'b' },
      '1 of 3 pods to be replaced',
    ],
    [
      'a partition',
      { updateStrategy: { rollingUpdate: { partition: 1 } } },
      { updatedReplicas: 1, updateRevision: 'a', currentRevision: 'b' },
      '1 of 2 pods to be replaced',
    ],
    [
      'a canary that is taken back',
      { updateStrategy: { rollingUpdate: { partition: 2 } } },
      { updatedReplicas: 2, updateRevision: 'a', currentRevision: 'a' },
      '2 of 3 pods to be replaced',
    ],
  ])('waits: %s', (_, spec, status, step) => {
    expect(judged(spec, status)).toMatchObject({ kind: 'waiting', step })
  })

  it('is up', () => {
    expect(judged({}, { updateRevision: 'a', currentRevision: 'a' }).kind).toBe('converged')
    const partition = { updateStrategy: { rollingUpdate: { partition: 2 } } }
    expect(judged(partition, { updatedReplicas: 1, updateRevision: 'a', currentRevision: 'b' }).kind).toBe('converged')
    const none = { updateStrategy: { rollingUpdate: { partition: 9 } } }
    expect(judged(none, { updatedReplicas: 0, updateRevision: 'a', currentRevision: 'b' }).kind).toBe('converged')
  })

  it('that says no number wants one pod', () => {
    const spec = { replicas: undefined }
    expect(judged(spec, { readyReplicas: 1 }).kind).toBe('converged')
    expect(judged(spec, { readyReplicas: 0 }).kind).toBe('waiting')
  })

  it('is stuck on a pod of the bad version that is not ready, and only on that', () => {
    const unready = { status: { readyReplicas: 2 } }
    const stuck = (pods: Observed['pods'], spec = {}) =>
      judge(expected({ kind: 'statefulset' }), observed({ workload: workload('app:1', { ...unready, spec }), pods }))
    const bad = pod({ name: 'app-2', hash: 'bad', ready: false })
    expect(stuck([bad])).toMatchObject({ kind: 'waiting', stuck: bad, early: { reasonCode: 'stuck-pods' } })
    expect(stuck([bad], { podManagementPolicy: 'Parallel' })).not.toHaveProperty('early')
    expect(stuck([pod({ hash: 'bad', ready: true })])).not.toHaveProperty('early')
    expect(stuck([pod({ hash: 'bad', ready: false, deleted: true })])).not.toHaveProperty('early')
    expect(stuck([pod({ ready: false })])).not.toHaveProperty('early')
    const other = { name: 'other', uid: 'uid-2' }
    expect(stuck([pod({ hash: 'bad', ready: false, owner: other })])).not.toHaveProperty('early')
  })

  it('is not stuck before its controller has seen the change', () => {
    const given = observed({
      workload: workload('app:1', { status: { observedGeneration: 3 } }),
      pods: [pod({ hash: 'bad', ready: false })],
    })
    expect(judge(expected({ kind: 'statefulset' }), given)).not.toHaveProperty('early')
  })
})

describe('a DaemonSet', () => {
  test.each<[object, string]>([
    [{ desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 }, '1 of 2 pods to be replaced'],
    [{ desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 }, '1 of 2 pods to be available'],
    [{ desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }, ''],
  ])('%j', (status, step) => {
    const judged = judge(expected({ kind: 'daemonset' }), observed({ workload: workload('app:1', { status }) }))
    expect(judged).toMatchObject(step === '' ? { kind: 'converged' } : { kind: 'waiting', step })
  })
})

describe('a container', () => {
  const crash = {
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
  }
  test.each<[string, Parameters<typeof pod>[0], string]>([
    ['that crashes', { ...crash, restarts: 2 }, 'crash-loop'],
    [
      'without an image',
      { state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } },
      'image-pull',
    ],
    ['with a name that is none', { state: { waiting: { reason: 'InvalidImageName' } } }, 'image-pull'],
    [
      'without its configuration',
      { state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' } } },
      'config-error',
    ],
    ['that cannot be run', { state: { waiting: { reason: 'RunContainerError' } } }, 'config-error'],
  ])('%s ends it', (_, options, reasonCode) => {
    const given = observed({ workload: workload('app:1', { status: { availableReplicas: 0 } }), pods: [pod(options)] })
    expect(judge(expected(), given)).toMatchObject({ kind: 'ended', ending: { outcome: 'not-converged', reasonCode } })
  })

  test.each<[string, Parameters<typeof pod>[0]]>([
    ['that crashed once', { ...crash, restarts: 1 }],
    ['of another version', { ...crash, restarts: 9, hash: 'bad' }],
    ['of another version, by the name of its revision', { ...crash, restarts: 9, hash: 'app-bad' }],
    ['of a pod that ends', { ...crash, restarts: 9, deleted: true }],
    ['that is pulled for the first time', { state: { waiting: { reason: 'ErrImagePull' } } }],
    ['that is being created', waiting],
  ])('%s does not', (_, options) => {
    const given = observed({ workload: workload('app:1', { status: { availableReplicas: 0 } }), pods: [pod(options)] })
    expect(judge(expected(), given).kind).toBe('waiting')
  })

  it('counts among the init containers too, with what they said', () => {
    const one = pod()
    const lastState = { terminated: { exitCode: 3, reason: 'Error', message: ' no database\n' } }
    const state = { waiting: { reason: 'CrashLoopBackOff' } }
    const init = { ...one.status.containerStatuses?.[0], name: 'init', restartCount: 2, state, lastState }
    const status = { ...one.status, initContainerStatuses: [init] } as typeof one.status
    expect(judge(expected(), observed({ pods: [{ ...one, status }] }))).toMatchObject({
      ending: { sentence: 'deployment/app: container init of pod app-1: restarted 2 times, exit code 3: no database' },
    })
  })

  it('says why it ended', () => {
    const given = observed({ pods: [pod({ ...crash, restarts: 3 })] })
    const sentence = 'deployment/app: container app of pod app-1: restarted 3 times, exit code 137 (OOMKilled)'
    expect(judge(expected(), given)).toMatchObject({ ending: { sentence } })
  })
})

describe('pods that cannot be created', () => {
  const conditions = (message: string) => [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }]
  const judged = (message: string, events: Observed['events'] = [], status: object = { updatedReplicas: 1 }) =>
    judge(
      expected(),
      observed({
        workload: workload('app:1', { status: { ...status, ...(message && { conditions: conditions(message) }) } }),
        events,
      }),
    )

  test.each<[string, string]>([
    ['pods "app-good-" is forbidden: exceeded quota: none', 'quota'],
    ['admission webhook "policy" denied the request: no', 'quota'],
    [
      'pods "app-good-" is forbidden: error looking up service account shop/x: serviceaccount "x" not found',
      'config-error',
    ],
  ])('%s', (message, reasonCode) => {
    expect(judged(message)).toMatchObject({ kind: 'waiting', early: { reasonCode } })
  })

  it('are not those of another version', () => {
    expect(judged('pods "app-bad-" is forbidden: exceeded quota')).not.toHaveProperty('early')
  })

  it('are told by events too, but not by old ones or those of others', () => {
    expect(judged('', [failedCreate('exceeded quota')])).toMatchObject({ early: { reasonCode: 'quota' } })
    expect(judged('', [failedCreate('exceeded quota', { lastTimestamp: '2026-12-01T01:59:59Z' })])).not.toHaveProperty(
      'early',
    )
    expect(judged('', [failedCreate('exceeded quota', { involvedObject: { uid: 'other' } })])).not.toHaveProperty(
      'early',
    )
  })
})

describe('whoever changes it meanwhile', () => {
  it('is told from the status of the rollout', () => {
    expect(changedBy(expected(), observed())).toBeUndefined()
    expect(changedBy(expected(), observed({ workload: undefined }))).toBeUndefined()
  })

  const managedFields = [
    { manager: 'old', time: '2026-12-01T01:00:00Z', fieldsV1: { 'f:spec': { 'f:template': {} } } },
    { manager: 'argocd-controller', time: '2026-12-01T02:00:00Z', fieldsV1: { 'f:spec': { 'f:template': {} } } },
    { manager: 'kube-controller-manager', time: '2026-12-01T03:00:00Z', fieldsV1: { 'f:status': {} } },
  ]

  test.each<[string, Observed, string, RegExp]>([
    [
      'the bad version came back',
      observed({ workload: workload('app:2', { metadata: { managedFields } }) }),
      'reverted',
      /by argocd-controller at 2026-12-01T02:00:00Z/,
    ],
    ['a third one came', observed({ workload: workload('app:3') }), 'conflict', /third version/],
    ['it is gone', observed({ isDeleted: true }), 'conflict', /deleted/],
    [
      'it is another one',
      observed({ workload: workload('app:1', { metadata: { uid: 'uid-2' } }) }),
      'conflict',
      /deleted/,
    ],
  ])('%s', (_, given, reasonCode, sentence) => {
    const ending = { reasonCode, sentence: expect.stringMatching(sentence) }
    expect(changedBy(expected(), given)).toMatchObject(ending)
    expect(judge(expected(), given)).toMatchObject({ kind: 'ended', ending })
  })
})

describe('in the stability window', () => {
  const restarts = restartsOf([pod({ restarts: 1 })])

  it('a restart counts, and those of before do not', () => {
    expect(diedSince(expected(), observed({ pods: [pod({ restarts: 1 })] }), restarts)).toBeUndefined()
    expect(diedSince(expected(), observed({ pods: [pod({ restarts: 2 })] }), restarts)).toMatchObject({
      ending: { reasonCode: 'crash-loop' },
    })
  })

  it('so does a container that has ended and not yet started again', () => {
    const dead = pod({ restarts: 1, state: { terminated: { exitCode: 1 } } })
    expect(diedSince(expected(), observed({ pods: [dead] }), restarts)).toMatchObject({
      ending: { reasonCode: 'crash-loop' },
    })
  })

  it('a pod that is new, of another version, or done well does not count', () => {
    const others = [
      pod({ name: 'app-new', restarts: 1 }),
      pod({ restarts: 5, hash: 'bad' }),
      pod({ restarts: 1, state: { terminated: { exitCode: 0 } } }),
    ]
    for (const one of others) expect(diedSince(expected(), observed({ pods: [one] }), restarts)).toBeUndefined()
  })
})

describe('when the time is over', () => {
  it('it says what it waits for', () => {
    const scheduled = [{ type: 'PodScheduled', status: 'False', message: '0/2 nodes are available' }]
    const given = observed({
      workload: workload('app:1', { status: { availableReplicas: 1 } }),
      pods: [
        pod(),
        pod({ name: 'app-2', conditions: scheduled }),
        pod({ name: 'app-3', ...waiting }),
        pod({ name: 'app-4', ready: false }),
      ],
    })
    expect(timeoutEnding(expected(), given, 300_000)).toEqual({
      outcome: 'not-converged',
      reasonCode: 'converge-timeout',
      sentence:
        'deployment/app was not up within 5m; it waits for 1 of 3 pods to be available; pod app-2 is not scheduled: 0/2 nodes are available; pod app-3 waits: ContainerCreating; pod app-4 is not ready',
    })
  })

  it('it says what could not be mounted last, into its own pods', () => {
    const mount = (message: string, name: string, reason = 'FailedMount') =>
      failedCreate(message, { reason, involvedObject: { kind: 'Pod', name } })
    const events = [
      mount('first', 'app-1'),
      mount('configmap "x" not found', 'app-1'),
      mount('of another', 'other-1'),
      mount('scheduled', 'app-1', 'Scheduled'),
    ]
    const given = observed({ workload: workload('app:1', { status: { availableReplicas: 1 } }), events })
    expect(timeoutEnding(expected(), given, 300_000).sentence).toMatch(
      /it waits for 1 of 3 pods to be available; configmap "x" not found$/,
    )
  })

  it('what has ended it meanwhile decides', () => {
    const state = { waiting: { reason: 'CrashLoopBackOff' } }
    const given = observed({ pods: [pod({ state, restarts: 2 })] })
    expect(timeoutEnding(expected(), given, 0)).toMatchObject({ reasonCode: 'crash-loop' })
  })

  it('it names three pods at most', () => {
    const pods = ['a', 'b', 'c', 'd'].map((name) => pod({ name, ready: false }))
    const given = observed({ workload: workload('app:1', { status: { availableReplicas: 1 } }), pods })
    expect(timeoutEnding(expected(), given, 300_000).sentence).toMatch(
      /pod a is not ready; pod b is not ready; pod c is not ready$/,
    )
  })

  it('a sign that did not stay for long enough decides', () => {
    const given = observed({
      workload: workload('app:1', { status: { readyReplicas: 0 } }),
      pods: [pod({ hash: 'bad', ready: false })],
    })
    expect(timeoutEnding(expected({ kind: 'statefulset' }), given, 5_000)).toMatchObject({ reasonCode: 'stuck-pods' })
  })
})
