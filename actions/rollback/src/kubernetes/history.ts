import type { ControllerRevision, Metadata, Pod, ReplicaSet, Template } from './objects.ts'
import { plainTemplate } from './template.ts'

/** A version in the history of a workload. */
export interface Revision {
  /** Of its template, as labels of pods have it: the identity. */
  readonly hash: string
  /** Its number now; rolling back renumbers. */
  readonly number: number
  /** In ISO 8601. */
  readonly createdAt: string
  readonly template: Template
  /** It was left and came back. */
  readonly isReused: boolean
  readonly wantedPods: number
  readonly availablePods: number
}

/** The history of a Deployment, newest first. @param uid of the Deployment: another one's may have the same labels */
export function revisionsOfDeployment(uid: string, replicaSets: readonly ReplicaSet[]): Revision[] {
  const revisions = replicaSets
    .filter(({ metadata }) => isOwnedBy(uid, metadata))
    .map(({ metadata, spec, status }) => {
      const {
        'deployment.kubernetes.io/revision': number = '0',
        'deployment.kubernetes.io/revision-history': former = '',
      } = metadata.annotations ?? {}
      return {
        hash: metadata.labels['pod-template-hash'] ?? metadata.name,
        number: Number(number),
        createdAt: metadata.creationTimestamp,
        template: plainTemplate(spec.template),
        isReused: former !== '',
        wantedPods: spec.replicas,
        availablePods: status.availableReplicas ?? 0,
      }
    })
  return newestFirst(revisions)
}

/** The history of a StatefulSet or DaemonSet, newest first. Which of its pods are well only the pods tell. */
export function revisionsOfOthers(
  uid: string,
  stored: readonly ControllerRevision[],
  pods: readonly Pod[],
): Revision[] {
  const owned = stored.filter(({ metadata }) => isOwnedBy(uid, metadata))
  const revisions = owned.map(({ metadata, revision, data }) => {
    const { labels, name, creationTimestamp } = metadata
    const hash = labels['controller.kubernetes.io/hash'] ?? labels['controller-revision-hash'] ?? name
    const ofIt = pods.filter((pod) => [hash, name].includes(pod.metadata.labels['controller-revision-hash'] ?? ''))
    return {
      hash,
      number: revision,
      createdAt: creationTimestamp,
      template: plainTemplate(data.spec.template),
      // A new revision is created last; one that is used again keeps its time of creation.
      isReused: owned.some(
        (other) => other.revision < revision && other.metadata.creationTimestamp > creationTimestamp,
      ),
      wantedPods: ofIt.length,
      availablePods: ofIt.filter(isReady).length,
    }
  })
  return newestFirst(revisions)
}

/**
 * For how long each revision was the newest, in milliseconds; undefined for the first, which still is. When one that was
 * used again came back is not written anywhere: no earlier than the one before it was created.
 * @param revisions newest first
 */
export function servedMs(revisions: readonly Revision[]): (number | undefined)[] {
  const starts = revisions.map((_, index) => {
    return Math.max(...revisions.slice(index).map(({ createdAt }) => Date.parse(createdAt)))
  })
  return starts.map((start, index) => {
    const end = starts[index - 1]
    return end === undefined ? undefined : end - start
  })
}

export function isReady({ metadata, status }: Pod): boolean {
  const ready = status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')
  return ready === true && metadata.deletionTimestamp === undefined
}

function isOwnedBy(uid: string, { ownerReferences, deletionTimestamp }: Metadata): boolean {
  return deletionTimestamp === undefined && ownerReferences.some((owner) => owner.controller && owner.uid === uid)
}

function newestFirst(revisions: readonly Revision[]): Revision[] {
  return revisions.toSorted((one, other) => other.number - one.number)
}
