import { runtimeNames } from './image.ts'
import type { Container, Pod } from './pod.ts'

type ContainerState =
  | { readonly waiting: { readonly reason: string; readonly message?: string } }
  | { readonly running: { readonly startedAt: string } }
  | { readonly terminated: Terminated }

export interface Terminated {
  readonly exitCode: number
  readonly reason: 'Completed' | 'Error' | 'OOMKilled'
  readonly message?: string
  readonly startedAt: string
  readonly finishedAt: string
  readonly containerID: string
}

/** Where one container is in its life. */
export interface ContainerLife {
  readonly state: ContainerState
  readonly last?: Terminated
  readonly restarts: number
  readonly ready: boolean
  /** Empty before the first start. */
  readonly id: string
}

export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime: string
}

export interface Situation {
  readonly podIp: string
  readonly startTime: string
  readonly lives: ReadonlyMap<string, ContainerLife>
  /** Those of the status before: a condition that stays keeps its time. */
  readonly conditions: readonly Condition[]
}

export interface PodStatus {
  readonly phase: string
  readonly conditions: readonly Condition[]
}

/** The status that a kubelet would report. */
export function podStatus(pod: Pod, situation: Situation): PodStatus {
  const { podIp, startTime, lives } = situation
  const phase = phaseOf(pod.spec.restartPolicy, [...lives.values()])
  return {
    phase,
    conditions: conditions(phase, situation),
    ...{ startTime, hostIP: '127.0.0.1', hostIPs: [{ ip: '127.0.0.1' }], podIP: podIp, podIPs: [{ ip: podIp }] },
    ...{ containerStatuses: pod.spec.containers.map((container) => containerStatus(container, lives)) },
  }
}

function containerStatus(container: Container, lives: Situation['lives']): object {
  const { name, image } = container
  const { state, last, restarts, ready, id } = lives.get(name) ?? created
  const names = runtimeNames(image)
  return {
    name,
    state,
    lastState: last === undefined ? {} : { terminated: last },
    ready,
    started: 'running' in state,
    restartCount: restarts,
    // Null removes a field in a merge patch.
    ...(id === '' ? { image, imageID: '', containerID: null } : { image: names.image, imageID: names.imageId }),
    ...(id === '' ? {} : { containerID: id }),
  }
}

/** A container before anything has happened to it. */
export const created: ContainerLife = {
  state: { waiting: { reason: 'ContainerCreating' } },
  restarts: 0,
  ready: false,
  id: '',
}

function phaseOf(restartPolicy: Pod['spec']['restartPolicy'], lives: readonly ContainerLife[]): string {
  if (lives.some(({ state, last }) => 'waiting' in state && last === undefined)) return 'Pending'
  const codes = lives.map(({ state }) => ('terminated' in state ? state.terminated.exitCode : undefined))
  if (restartPolicy === 'Always' || codes.includes(undefined)) return 'Running'
  if (codes.every((code) => code === 0)) return 'Succeeded'
  return restartPolicy === 'Never' ? 'Failed' : 'Running'
}

function conditions(phase: string, { lives, conditions: before }: Situation): Condition[] {
  const unready = [...lives].filter(([, { ready }]) => !ready).map(([name]) => name)
  const readiness = readinessOf(phase, unready)
  const wanted = [
    { type: 'PodScheduled', status: 'True' as const },
    { type: 'PodReadyToStartContainers', status: 'True' as const },
    { type: 'Initialized', status: 'True' as const },
    { type: 'ContainersReady', ...readiness },
    { type: 'Ready', ...readiness },
  ]
  const now = new Date().toISOString()
  return wanted.map((condition) => {
    const same = before.find(({ type, status }) => type === condition.type && status === condition.status)
    return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? now }
  })
}

function readinessOf(phase: string, unready: readonly string[]): Pick<Condition, 'status' | 'reason' | 'message'> {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' }
  if (unready.length === 0) return { status: 'True' }
  const message = `containers with unready status: [${unready.join(' ')}]`
  return { status: 'False', reason: 'ContainersNotReady', message }
}
