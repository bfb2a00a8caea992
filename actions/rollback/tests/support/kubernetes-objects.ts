import {
  type KubernetesEvent,
  type Pod,
  read,
  type Template,
  type WorkloadObject,
} from '../../src/kubernetes/objects.ts'

export function template(image: string, more: object = {}): Template {
  return { metadata: { labels: { app: 'app' } }, spec: { containers: [{ name: 'app', image }], ...more } }
}

/** A Deployment of three pods whose rollout is over. */
export function workload(image: string, { spec = {}, status = {}, metadata = {} } = {}): WorkloadObject {
  return read('workload', {
    kind: 'Deployment',
    metadata: { name: 'app', namespace: 'shop', uid: 'uid-1', generation: 4, ...metadata },
    spec: { replicas: 3, selector: { matchLabels: { app: 'app' } }, template: template(image), ...spec },
    status: {
      observedGeneration: 4,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      ...status,
    },
  })
}

interface PodOptions {
  /** Its controller. */
  readonly owner?: { readonly name: string; readonly uid: string }
  readonly name?: string
  readonly hash?: string
  readonly ready?: boolean
  readonly restarts?: number
  readonly state?: object
  readonly lastState?: object
  readonly deleted?: boolean
  readonly conditions?: readonly object[]
}

export function pod({ name = 'app-1', hash = 'good', ready = true, restarts = 0, ...more }: PodOptions = {}): Pod {
  const { owner, state = { running: {} }, lastState = {}, deleted = false, conditions } = more
  return read('pod', {
    metadata: {
      name,
      uid: `uid-of-${name}`,
      labels: { 'pod-template-hash': hash },
      ...(owner === undefined ? {} : { ownerReferences: [{ kind: 'ReplicaSet', controller: true, ...owner }] }),
      ...(deleted ? { deletionTimestamp: '2026-12-01T02:00:00Z' } : {}),
    },
    status: {
      conditions: conditions ?? [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name: 'app', image: 'app:1', restartCount: restarts, state, lastState }],
    },
  })
}

export function failedCreate(message: string, more: object = {}): KubernetesEvent {
  return read('event', {
    metadata: { name: 'e', uid: 'e' },
    type: 'Warning',
    reason: 'FailedCreate',
    message,
    involvedObject: { kind: 'StatefulSet', name: 'app', uid: 'uid-1' },
    lastTimestamp: '2026-12-01T02:00:05Z',
    ...more,
  })
}
