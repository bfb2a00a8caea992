import {
  allowedAmong,
  type Cluster,
  orStop,
  readObjects,
  requireCluster,
  requireRights,
  selectorText,
} from '../kubernetes/cluster.ts'
import { type Pod, read, readList, type Service } from '../kubernetes/objects.ts'
import type { Right } from '../kubernetes/rights.ts'
import { type ClusterIdentity, Stop } from '../outcome.ts'
import type { ColouredService } from './colours.ts'

interface Which {
  readonly service: string
  readonly selectorKey: string
}

/** Reads a Service with the pods of all its colours. @throws Stop */
export async function readService(
  cluster: Cluster,
  { service: name, selectorKey: key }: Which,
): Promise<{ readonly identity: ClusterIdentity; readonly service: ColouredService }> {
  const needed: Right[] = [
    ...['get', 'patch'].map((verb) => ({ group: '', resource: 'services', verb, name })),
    { group: 'discovery.k8s.io', resource: 'endpointslices', verb: 'list' },
    { group: '', resource: 'pods', verb: 'list' },
  ]
  const resource = `service/${name}`
  const [found, allowed] = await Promise.all([readObjects(cluster, [resource]), allowedAmong(cluster, needed)])
  const identity = requireCluster(cluster, found.uid)
  const value = found.objects.get(resource)
  if (value === undefined && !found.complaints.includes(`"${name}" is forbidden`)) throw notFound(resource, cluster)
  const missing = needed.filter((_, index) => allowed[index] === false)
  requireRights(needed, missing, cluster)
  const object = read('service', value)
  requireKey(object, key)
  return { identity, service: { object, key, pods: await readPods(cluster, object, key) } }
}

/** All pods that the Service could lead to. @throws Stop */
export async function readPods({ kubectl, namespace }: Cluster, { spec }: Service, key: string): Promise<Pod[]> {
  const { [key]: _, ...others } = spec.selector ?? {}
  const matchExpressions = [{ key, operator: 'Exists' }]
  const selector = encodeURIComponent(selectorText({ matchLabels: others, matchExpressions }))
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`
  return readList('pod', await orStop(kubectl.get(path), 'The pods'))
}

function requireKey({ metadata, spec }: Service, key: string): void {
  const keys = Object.keys(spec.selector ?? {})
  if (keys.includes(key)) return
  const sentence = `The selector of service/${metadata.name} has no ${key}; it has: ${keys.join(', ') || 'nothing'}`
  const nextStep = 'Set selector-key to the key that tells the versions apart.'
  throw new Stop({ outcome: 'refused', reasonCode: 'invalid-input', sentence, nextStep })
}

function notFound(resource: string, { namespace, server }: Cluster): Stop {
  const sentence = `There is no ${resource} in namespace ${namespace} of ${server}`
  return new Stop({ outcome: 'refused', reasonCode: 'not-found', sentence })
}
