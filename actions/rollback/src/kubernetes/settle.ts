import { formatDuration } from '@deploy-safety/common/duration'
import type { Ending } from '../outcome.ts'
import type { Step } from '../provider.ts'
import { isReady } from './history.ts'
import { textOf } from './kinds.ts'
import type { KubernetesEvent, Pod, Template, WorkloadObject } from './objects.ts'
import { failureAmong, type PodFailure, restartAmong, waitingText } from './pod-failure.ts'
import { replicaFailure, rolloutWaitsFor, templateWriter } from './rollout.ts'
import { isSameTemplate } from './template.ts'
import type { Workload } from './workload.ts'

/** What is waited for. */
export interface Expected {
  readonly workload: Workload
  /** What was written, or what runs where nothing was. */
  readonly template: Template
  /** What was rolled back from. */
  readonly former: Template | undefined
  /** Hashes and names of all other revisions, as labels of pods have them. */
  readonly otherHashes: ReadonlySet<string>
  /** When it was written, by the clock of the API server in ISO 8601; empty when nothing was. */
  readonly since: string
}

export interface Observed {
  readonly workload: WorkloadObject | undefined
  readonly isDeleted: boolean
  readonly pods: readonly Pod[]
  readonly events: readonly KubernetesEvent[]
}

/** What the observation comes to. `early`: it may pass, and decides only when it stays. */
export type Judgement =
  | { readonly kind: 'converged' }
  | { readonly kind: 'ended'; readonly ending: Ending; readonly failure?: PodFailure }
  | {
      readonly kind: 'waiting'
      /** What the rollout waits for, and what its pods wait for. */
      readonly step: string
      readonly pods: string
      readonly stuck?: Pod
      readonly early?: Ending
    }

/** Judges what is observed of a workload. Pure. */
export function judge(expected: Expected, observed: Observed): Judgement {
  const { workload: object } = observed
  const { name } = expected.workload
  const changed = changedBy(expected, observed)
  if (changed !== undefined) return { kind: 'ended', ending: changed }
  if (object === undefined) return { kind: 'waiting', step: 'the first response of the API server', pods: '' }
  const own = ownPods(expected, observed)
  const failure = failureAmong(own)
  if (failure !== undefined) return { kind: 'ended', ending: endingOfPod(expected, failure), failure }
  const step = rolloutWaitsFor(name.kind, object)
  if (step === '') return { kind: 'converged' }
  const waiting = { kind: 'waiting', step, pods: waitingText(own) } as const
  const stuck = stuckPod(expected, observed)
  if (stuck !== undefined) return { ...waiting, stuck, early: stuckEnding(expected, stuck) }
  const refused = creationFailure(expected, observed)
  return refused === undefined ? waiting : { ...waiting, early: refused }
}

/** Somebody else has changed what was written, or took it back. */
export function changedBy({ workload, template, former }: Expected, { workload: object, isDeleted }: Observed): Step {
  const name = textOf(workload.name)
  if (isDeleted || (object !== undefined && object.metadata.uid !== workload.object.metadata.uid)) {
    return { outcome: 'superseded', reasonCode: 'conflict', sentence: `${name} was deleted meanwhile` }
  }
  if (object === undefined || isSameTemplate(object.spec.template, template)) return undefined
  const writer = templateWriter(object.metadata)
  const by = writer === undefined ? '' : ` by ${writer.manager} at ${writer.time}`
  if (former !== undefined && isSameTemplate(object.spec.template, former)) {
    const sentence = `${name} was changed back${by} to the version that it was rolled back from`
    return { outcome: 'reverted-by-controller', reasonCode: 'reverted', sentence }
  }
  return { outcome: 'superseded', reasonCode: 'conflict', sentence: `A third version of ${name} was deployed${by}` }
}

/** A container of the target that ended since. */
export function diedSince(
  expected: Expected,
  observed: Observed,
  restarts: ReadonlyMap<string, number>,
): { readonly ending: Ending; readonly failure: PodFailure } | undefined {
  const own = ownPods(expected, observed)
  const failure = failureAmong(own) ?? restartAmong(own, restarts)
  return failure && { ending: endingOfPod(expected, failure), failure }
}

/** How it ends when the time is over. */
export function timeoutEnding(expected: Expected, observed: Observed, limitMs: number): Ending {
  const judgement = judge(expected, observed)
  if (judgement.kind === 'ended') return judgement.ending
  if (judgement.kind === 'waiting' && judgement.early !== undefined) return judgement.early
  const waits = judgement.kind === 'waiting' ? [judgement.step, judgement.pods] : []
  const own = ownPods(expected, observed).map(({ metadata }) => metadata.name)
  const mounts = observed.events
    .filter(({ reason, involvedObject }) => reason === 'FailedMount' && own.includes(involvedObject.name ?? ''))
    .at(-1)
  const text = [...waits, mounts?.message ?? ''].filter(Boolean).join('; ')
  const sentence = `${textOf(expected.workload.name)} was not up within ${formatDuration(limitMs)}; it waits for ${text}`
  return { outcome: 'not-converged', reasonCode: 'converge-timeout', sentence }
}

function ownPods(expected: Expected, { pods }: Observed): Pod[] {
  return pods.filter((pod) => isOfWorkload(pod, expected) && isOwn(pod, expected))
}

function isOwn(pod: Pod, { otherHashes }: Expected): boolean {
  return !otherHashes.has(hashOf(pod))
}

/** The selector of a workload also fits the pods of another one that has all its labels, as of a canary. */
function isOfWorkload(pod: Pod, { workload: { name, object } }: Expected): boolean {
  const owner = pod.metadata.ownerReferences.find(({ controller }) => controller)
  return owner === undefined || owner.uid === object.metadata.uid || owner.name === `${name.name}-${hashOf(pod)}`
}

function hashOf({ metadata: { labels } }: Pod): string {
  return labels['pod-template-hash'] ?? labels['controller-revision-hash'] ?? ''
}

function endingOfPod({ workload }: Expected, { reasonCode, pod, container, detail }: PodFailure): Ending {
  const sentence = `${textOf(workload.name)}: container ${container} of pod ${pod}: ${detail}`
  return { outcome: 'not-converged', reasonCode, sentence }
}

/** A StatefulSet that replaces its pods in order never touches one that is not ready. */
function stuckPod(expected: Expected, { workload: object, pods }: Observed): Pod | undefined {
  const { kind } = expected.workload.name
  if (kind !== 'statefulset' || object?.spec.podManagementPolicy === 'Parallel') return undefined
  if ((object?.status.observedGeneration ?? 0) < (object?.metadata.generation ?? 0)) return undefined
  return pods.find(
    (pod) =>
      isOfWorkload(pod, expected) &&
      !isOwn(pod, expected) &&
      !isReady(pod) &&
      pod.metadata.deletionTimestamp === undefined,
  )
}

function stuckEnding({ workload }: Expected, { metadata }: Pod): Ending {
  const sentence = `${textOf(workload.name)} waits for pod ${metadata.name} of the bad version, which is not ready, before it replaces it`
  const nextStep = `Run "kubectl -n ${workload.namespace} delete pod ${metadata.name}", or set recover-stuck-pods to true and run the action again.`
  return { outcome: 'not-converged', reasonCode: 'stuck-pods', sentence, nextStep }
}

/** Why pods of the target cannot even be created. */
function creationFailure(
  { workload, otherHashes, since }: Expected,
  { workload: object, events }: Observed,
): Ending | undefined {
  const { metadata } = workload.object
  const condition = object === undefined ? '' : replicaFailure(object)
  const isOfOther = [...otherHashes].some((hash) => condition.includes(`${workload.name.name}-${hash}`))
  const event = events.find(
    ({ reason, involvedObject, lastTimestamp, eventTime }) =>
      reason === 'FailedCreate' && involvedObject.uid === metadata.uid && (lastTimestamp ?? eventTime ?? '') >= since,
  )
  const message = condition !== '' && !isOfOther ? condition : (event?.message ?? '')
  if (message === '') return undefined
  const reasonCode = /service ?account/i.test(message) ? 'config-error' : 'quota'
  return {
    outcome: 'not-converged',
    reasonCode,
    sentence: `${textOf(workload.name)} cannot create its pods: ${message}`,
  }
}
