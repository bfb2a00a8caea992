import { isRecord } from '@deploy-safety/common/record'
import type { KindName } from './kinds.ts'
import type { Metadata, WorkloadObject } from './objects.ts'

/** What a rollout still waits for; empty when it is over. Read from the counts alone: conditions may be stale. */
export function rolloutWaitsFor(kind: KindName, { metadata, spec, status }: WorkloadObject): string {
  if ((status.observedGeneration ?? 0) < metadata.generation) return 'its controller to see the change'
  switch (kind) {
    case 'deployment':
      return deploymentWaitsFor(spec, status)
    case 'statefulset':
      return statefulSetWaitsFor(spec, status)
    default:
      return daemonSetWaitsFor(status)
  }
}

type Status = WorkloadObject['status']

function deploymentWaitsFor({ replicas = 1, paused }: WorkloadObject['spec'], status: Status): string {
  const { updatedReplicas: updated = 0, replicas: all = 0, availableReplicas: available = 0 } = status
  if (updated < replicas) {
    return `${updated} of ${replicas} pods to be created${paused ? ', and somebody has paused its rollout' : ''}`
  }
  if (all > updated)
    return all - updated === 1 ? '1 pod of another version to end' : `${all - updated} pods of other versions to end`
  return available < updated ? `${available} of ${updated} pods to be available` : ''
}

function statefulSetWaitsFor({ replicas = 1, updateStrategy }: WorkloadObject['spec'], status: Status): string {
  const { updatedReplicas: updated = 0, readyReplicas: ready = 0 } = status
  const partition = updateStrategy?.rollingUpdate?.partition ?? 0
  if (ready < replicas) return `${ready} of ${replicas} pods to be ready`
  // Back at the version below the partition, the pods above it have to be of that one too.
  const isWhole = status.updateRevision === status.currentRevision
  const wanted = isWhole ? replicas : Math.max(0, replicas - partition)
  return updated < wanted || (!isWhole && partition === 0) ? `${updated} of ${wanted} pods to be replaced` : ''
}

function daemonSetWaitsFor(status: Status): string {
  const {
    desiredNumberScheduled: wanted = 0,
    updatedNumberScheduled: updated = 0,
    numberAvailable: available = 0,
  } = status
  if (updated < wanted) return `${updated} of ${wanted} pods to be replaced`
  return available < wanted ? `${available} of ${wanted} pods to be available` : ''
}

/** Why its controller cannot create pods; empty when it can. */
export function replicaFailure({ status }: WorkloadObject): string {
  const condition = status.conditions?.find(({ type }) => type === 'ReplicaFailure')
  return condition?.status === 'True' ? (condition.message ?? '') : ''
}

/** Who last wrote the template, and when, in ISO 8601. */
export function templateWriter({
  managedFields,
}: Metadata): { readonly manager: string; readonly time: string } | undefined {
  const writers = managedFields.filter(({ fieldsV1 }) => {
    const spec = fieldsV1?.['f:spec']
    return isRecord(spec) && spec['f:template'] !== undefined
  })
  const [last] = writers.toSorted((one, other) => (other.time ?? '').localeCompare(one.time ?? ''))
  return last && { manager: last.manager ?? '', time: last.time ?? '' }
}
