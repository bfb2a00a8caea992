import { type ClusterIdentity, type Ending, Stop } from '../outcome.ts'
import type { Snapshot } from '../provider.ts'
import {
  allowedAmong,
  type Cluster,
  orStop,
  readObjects,
  requireCluster,
  requireRights,
  selectorText,
} from './cluster.ts'
import { dependenciesOf } from './dependencies.ts'
import { type Revision, revisionsOfDeployment, revisionsOfOthers } from './history.ts'
import { kinds, textOf, type WorkloadName } from './kinds.ts'
import { read, readList, type WorkloadObject } from './objects.ts'
import { ownerOf } from './ownership.ts'
import { readDependencies } from './read-dependencies.ts'
import { neededRights, recoveryRight, type UsefulResource, usefulRights } from './rights.ts'
import { currentRevision, lookAt, snapshotOf, type Workload } from './workload.ts'

export interface ReadOptions {
  readonly workloads: readonly WorkloadName[]
  readonly allowManaged: boolean
  readonly recoverStuckPods: boolean
  /** Only to be marked as good: nothing in it is changed, whoever owns it. */
  readonly isForRecord: boolean
}

/** A workload, what runs of it, and what the decision needs. */
export interface ReadWorkload {
  readonly workload: Workload
  readonly current: Revision
  readonly snapshot: Snapshot
}

export interface Reading {
  readonly identity: ClusterIdentity
  readonly workloads: readonly ReadWorkload[]
  readonly mayRead: ReadonlySet<UsefulResource>
  readonly warnings: readonly string[]
}

/** Reads workloads with their history, and refuses what must not be touched. @throws Stop */
export async function readWorkloads(cluster: Cluster, options: ReadOptions): Promise<Reading> {
  const needed = [...neededRights(options.workloads), ...(options.recoverStuckPods ? [recoveryRight] : [])]
  const rights = [...needed, ...usefulRights]
  const [found, allowed] = await Promise.all([
    readObjects(cluster, options.workloads.map(textOf)),
    allowedAmong(cluster, rights),
  ])
  const identity = requireCluster(cluster, found.uid)
  const missing = needed.filter((_, index) => allowed[index] === false)
  const objects = options.workloads.map((name) => {
    const object = found.objects.get(textOf(name))
    if (object !== undefined) return { name, object: read('workload', object) }
    if (!found.complaints.includes(`"${name.name}" is forbidden`)) throw notFound(name, cluster)
    return undefined
  })
  // What may not be read is missing a right, also where the API did not say so when it was asked.
  const unread = options.workloads
    .filter((_, index) => objects[index] === undefined)
    .map(({ kind, name }) => ({ group: 'apps', resource: kinds[kind].plural, verb: 'get', name }))
  requireRights(needed, missing.length > 0 ? missing : unread, cluster)
  const present = objects.filter((one) => one !== undefined)
  const workloads = await Promise.all(present.map((one) => readHistory(cluster, one)))
  const mayRead = new Set(
    usefulRights.filter((_, index) => allowed[needed.length + index]).map(({ resource }) => resource),
  )
  const dependencies = workloads.flatMap(({ revisions }) =>
    revisions.flatMap(({ template }) => dependenciesOf(template)),
  )
  const readable = dependencies.filter(({ kind }) => mayRead.has(`${kind}s`))
  const known = options.isForRecord ? new Map() : await readDependencies(cluster, readable)
  return {
    identity,
    mayRead,
    warnings: readable.length < dependencies.length && !options.isForRecord ? [unchecked(mayRead)] : [],
    workloads: workloads.map((workload) => {
      const current = currentRevision(workload)
      const refusal = refusalOf(workload, options)
      if (current === undefined) throw refusal === undefined ? unseen(workload) : new Stop(refusal)
      const snapshot = snapshotOf(workload, current, known)
      return { workload, current, snapshot: refusal === undefined ? snapshot : { ...snapshot, refusal } }
    }),
  }
}

interface NamedObject {
  readonly name: WorkloadName
  readonly object: WorkloadObject
}

async function readHistory(cluster: Cluster, { name, object }: NamedObject): Promise<Workload> {
  const { kubectl, namespace } = cluster
  const selector = encodeURIComponent(selectorText(object.spec.selector))
  const list = (group: string, plural: string) =>
    orStop(
      kubectl.get(`/${group}/namespaces/${namespace}/${plural}?labelSelector=${selector}`),
      `The history of ${textOf(name)}`,
    )
  const workload = { name, namespace, object }
  const { uid } = object.metadata
  const { history } = kinds[name.kind]
  if (history === 'replicasets') {
    const replicaSets = readList('replicaSet', await list('apis/apps/v1', history))
    return { ...workload, revisions: revisionsOfDeployment(uid, replicaSets) }
  }
  const [stored, pods] = await Promise.all([list('apis/apps/v1', history), list('api/v1', 'pods')])
  return {
    ...workload,
    revisions: revisionsOfOthers(uid, readList('controllerRevision', stored), readList('pod', pods)),
  }
}

/** Why it must not be touched. */
function refusalOf({ name, object }: NamedObject, { allowManaged, isForRecord }: ReadOptions): Ending | undefined {
  const { metadata, spec } = object
  if (isForRecord) return undefined
  const owner = allowManaged ? undefined : ownerOf(metadata)
  if (owner !== undefined) {
    const sentence = `${textOf(name)} belongs to ${owner.name}, which would undo the rollback`
    return { outcome: 'refused', reasonCode: 'managed-by-other', sentence, nextStep: owner.instead }
  }
  const isManual = spec.updateStrategy?.type === 'OnDelete'
  if (!spec.paused && !isManual) return undefined
  return {
    outcome: 'refused',
    reasonCode: 'paused',
    sentence: isManual
      ? `${textOf(name)} has the update strategy OnDelete: its pods are replaced only when somebody deletes them`
      : `The rollout of ${textOf(name)} is paused`,
    nextStep: isManual
      ? 'Set its update strategy to RollingUpdate, or roll back by hand and delete its pods one by one.'
      : `Run "kubectl -n ${metadata.namespace} rollout resume ${textOf(name)}", then run the action again.`,
  }
}

function notFound(name: WorkloadName, { namespace, server }: Cluster): Stop {
  const sentence = `There is no ${textOf(name)} in namespace ${namespace} of ${server}`
  return new Stop({ outcome: 'refused', reasonCode: 'not-found', sentence })
}

function unseen(workload: Workload): Stop {
  const sentence = `The controller has not yet taken up the last change of ${textOf(workload.name)}`
  const nextStep = `Look with "${lookAt(workload)}", and run the action again.`
  return new Stop({ outcome: 'refused', reasonCode: 'in-progress', sentence, nextStep })
}

function unchecked(mayRead: ReadonlySet<UsefulResource>): string {
  const missing = (['configmaps', 'secrets', 'serviceaccounts'] as const).filter((one) => !mayRead.has(one))
  return `Not checked whether the ${missing.join(', ')} of the versions exist: the user may not get them.`
}
