import type { ReasonCode } from '../contract.ts'
import type { ContainerStatus, Pod } from './objects.ts'

/** Why a pod will not come up by itself. */
export interface PodFailure {
  readonly reasonCode: Extract<ReasonCode, 'crash-loop' | 'image-pull' | 'config-error'>
  readonly pod: string
  readonly container: string
  /** For people; foreign text in it. */
  readonly detail: string
}

/** From then on nobody expects a container to come up by itself. */
const mostRestarts = 2

const imageReasons = ['ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError']
const configReasons = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']

/** The first failure among pods. */
export function failureAmong(pods: readonly Pod[]): PodFailure | undefined {
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue
    for (const container of containersOf(pod)) {
      const failure = failureOf(pod, container)
      if (failure !== undefined) return failure
    }
  }
  return undefined
}

/** A container that ended since its restarts were counted. @param before restarts by `restartKey` */
export function restartAmong(pods: readonly Pod[], before: ReadonlyMap<string, number>): PodFailure | undefined {
  for (const pod of pods) {
    for (const container of containersOf(pod)) {
      const known = before.get(restartKey(pod, container))
      const isDead = container.state.terminated !== undefined && container.state.terminated.exitCode !== 0
      if (known === undefined || (container.restartCount <= known && !isDead)) continue
      return {
        reasonCode: 'crash-loop',
        pod: pod.metadata.name,
        container: container.name,
        detail: `restarted${lastWords(container)}`,
      }
    }
  }
  return undefined
}

export function restartsOf(pods: readonly Pod[]): Map<string, number> {
  return new Map(
    pods.flatMap((pod) =>
      containersOf(pod).map((container) => [restartKey(pod, container), container.restartCount ?? 0] as const),
    ),
  )
}

/** What the pods wait for that are not ready, each once, for a rollout that takes too long. */
export function waitingText(pods: readonly Pod[]): string {
  const texts = pods.flatMap((pod) => {
    const scheduled = pod.status.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
    if (scheduled !== undefined) return [`pod ${pod.metadata.name} is not scheduled: ${scheduled.message}`]
    const waiting = containersOf(pod).find(({ state }) => state.waiting !== undefined)?.state.waiting
    if (waiting !== undefined)
      return [`pod ${pod.metadata.name} waits: ${[waiting.reason, waiting.message].filter(Boolean).join(', ')}`]
    const ready = pod.status.conditions?.find(({ type }) => type === 'Ready')
    return ready?.status === 'True' ? [] : [`pod ${pod.metadata.name} is not ready`]
  })
  return [...new Set(texts)].slice(0, 3).join('; ')
}

function containersOf({ status }: Pod): ContainerStatus[] {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
}

function restartKey({ metadata }: Pod, { name }: ContainerStatus): string {
  return `${metadata.uid}/${name}`
}

function failureOf({ metadata }: Pod, container: ContainerStatus): PodFailure | undefined {
  const { reason = '', message = '' } = container.state.waiting ?? {}
  const failure = { pod: metadata.name, container: container.name }
  const said = [reason, message].filter(Boolean).join(': ')
  if (imageReasons.includes(reason))
    return { ...failure, reasonCode: 'image-pull', detail: `${container.image}: ${said}` }
  if (configReasons.includes(reason)) return { ...failure, reasonCode: 'config-error', detail: said }
  if (reason !== 'CrashLoopBackOff' || (container.restartCount ?? 0) < mostRestarts) return undefined
  return {
    ...failure,
    reasonCode: 'crash-loop',
    detail: `restarted ${container.restartCount} times${lastWords(container)}`,
  }
}

function lastWords({ state, lastState }: ContainerStatus): string {
  const ended = state.terminated ?? lastState.terminated
  if (ended === undefined) return ''
  const { exitCode, reason, message } = ended
  const words = message?.trim() ?? ''
  return `, exit code ${exitCode}${reason === '' || reason === 'Error' ? '' : ` (${reason})`}${words === '' ? '' : `: ${words}`}`
}
