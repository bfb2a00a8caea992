import type { Clock } from '@deploy-safety/common/clock'
import type { Log } from '@deploy-safety/common/log'
import * as v from 'valibot'
import type { ClusterIdentity } from '../outcome.ts'
import { Stop } from '../outcome.ts'
import { type Complaint, endingOf, jsonOf, KubectlError, unexpected } from './complaint.ts'
import type { Kubectl } from './kubectl.ts'
import { accessReviews, type Right, rightsText, roleOf } from './rights.ts'

/** How the cluster is reached, for whatever is in it. */
export interface Cluster {
  readonly kubectl: Kubectl
  readonly namespace: string
  /** As written in the kubeconfig. */
  readonly server: string
  /** What kube-system must have as its UID; undefined: not asked for. */
  readonly expectedUid: string | undefined
  /** Writes a file that only this user can read, and that goes with the step; returns its path. */
  readonly writeFile: (name: string, text: string) => string
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

/** The objects that were found, by `kind/name` in small letters, and what was said of the others. */
export interface Found {
  readonly uid: string
  readonly objects: ReadonlyMap<string, unknown>
  readonly complaints: string
}

const kubeSystem = 'namespace/kube-system'

const named = v.object({
  items: v.optional(
    v.array(v.looseObject({ kind: v.string(), metadata: v.looseObject({ name: v.string(), uid: v.string() }) })),
    [],
  ),
})

/** Reads objects by name, and with them which cluster this is. @throws Stop when it cannot be reached */
export async function readObjects({ kubectl, namespace, server }: Cluster, names: readonly string[]): Promise<Found> {
  const args = ['get', kubeSystem, ...names, '-n', namespace, '-o', 'json', '--show-managed-fields']
  const tolerates = ({ kind }: Complaint) => kind === 'forbidden' || kind === 'not-found'
  const { stdout, stderr } = await orStop(
    kubectl.command(args, { isRead: true, tolerates }),
    `The API server ${server}`,
  )
  const found = v.safeParse(named, stdout.trim() === '' ? {} : jsonOf(stdout))
  if (!found.success) throw unexpected('no list of objects')
  const objects = new Map(found.output.items.map((item) => [`${item.kind.toLowerCase()}/${item.metadata.name}`, item]))
  return { uid: objects.get(kubeSystem)?.metadata.uid ?? '', objects, complaints: stderr }
}

/** @throws Stop `wrong-cluster` */
export function requireCluster({ expectedUid, server }: Cluster, uid: string): ClusterIdentity {
  if (expectedUid !== undefined && uid !== expectedUid) {
    const found = uid === '' ? 'its UID may not be read (get namespaces/kube-system)' : `its UID is ${uid}`
    const sentence = `${server} is not the cluster of cluster-uid ${expectedUid}: ${found}`
    throw new Stop({ outcome: 'refused', reasonCode: 'wrong-cluster', sentence })
  }
  return { server, uid }
}

/** Which of these rights the user has. Where the API does not say, it is left to the requests themselves. */
export async function allowedAmong(
  { kubectl, namespace, server, writeFile }: Cluster,
  rights: readonly Right[],
): Promise<boolean[]> {
  const file = writeFile('reviews.json', accessReviews(rights, namespace))
  const args = ['create', '--validate=false', '-f', file, '-o', 'jsonpath={.status.allowed}{"\\n"}']
  const call = { isRead: true, tolerates: ({ kind }: Complaint) => kind === 'forbidden' }
  const { stdout, exitCode } = await orStop(kubectl.command(args, call), `The API server ${server}`)
  const answers = stdout.trim().split('\n')
  return rights.map((_, index) => exitCode !== 0 || answers[index] !== 'false')
}

/** @throws Stop `missing-permission`, with a Role that gives all of them */
export function requireRights(needed: readonly Right[], missing: readonly Right[], { namespace }: Cluster): void {
  if (missing.length === 0) return
  throw new Stop({
    outcome: 'refused',
    reasonCode: 'missing-permission',
    sentence: `The user of the kubeconfig may not ${rightsText(missing)} in namespace ${namespace}`,
    block: { title: 'Role with all rights that are needed', text: roleOf(needed, namespace) },
  })
}

/** @throws Stop for what kubectl complains of */
export async function orStop<T>(work: Promise<T>, what: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    throw new Stop(endingOf(error.complaint, what), error)
  }
}

/** `app=api,tier in (web,api)` */
export function selectorText(selector: Selector): string {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`
  })
  return [...labels, ...expressions].join(',')
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}
