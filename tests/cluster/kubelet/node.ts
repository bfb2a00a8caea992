import { type Api, ApiError } from '../api.ts'
import { PodEvents } from './events.ts'
import { type Pod, pathOf } from './pod.ts'

/** The nodes of the cluster. With two a DaemonSet can be up in part. */
export const nodeNames = ['node-1', 'node-2'] as const

const hostname = 'kubernetes.io/hostname'

/** Registers a node that is ready for as long as nobody looks for its heartbeat. */
export async function registerNode(api: Api, name: string, kubeletPort: number): Promise<void> {
  const now = new Date().toISOString()
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
  const resources = { cpu: '64', memory: '256Gi', pods: '1000' }
  const status = {
    conditions: [{ ...ready, lastHeartbeatTime: now, lastTransitionTime: now }],
    // Where `kubectl logs` is served.
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    ...{ capacity: resources, allocatable: resources },
  }
  const labels = { [hostname]: name, 'kubernetes.io/os': 'linux' }
  await api.call('/api/v1/nodes', { method: 'POST', body: { metadata: { name, labels }, status } })
}

/** Takes the place of the scheduler: the next of the nodes that the pod accepts, or the reason why there is none. */
export async function schedule(api: Api, pod: Pod, nodes: readonly string[]): Promise<void> {
  const events = new PodEvents(api, pod)
  const { name, namespace } = pod.metadata
  const target = nodes.find((node) => accepts(pod, node))
  try {
    if (target === undefined) {
      const nobody = `0/${nodes.length} nodes are available: ${nodes.length} node(s) didn't match Pod's node affinity/selector.`
      const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: nobody }
      await api.call(`${pathOf(pod)}/status`, { method: 'PATCH', body: { status: { conditions: [condition] } } })
      return await events.write({ type: 'Warning', reason: 'FailedScheduling', message: nobody }, 'default-scheduler')
    }
    const body = { metadata: { name }, target: { apiVersion: 'v1', kind: 'Node', name: target } }
    await api.call(`${pathOf(pod)}/binding`, { method: 'POST', body })
    const message = `Successfully assigned ${namespace}/${name} to ${target}`
    await events.write({ type: 'Normal', reason: 'Scheduled', message }, 'default-scheduler')
  } catch (error) {
    if (!isDeleted(error)) throw error
  }
}

/** The pod is gone, or all of its namespace is about to be. */
function isDeleted(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false
  return error.status === 404 || error.status === 409 || error.message.includes('is being terminated')
}

/** The controller of DaemonSets names the node of each pod in its affinity. */
function accepts({ spec }: Pod, node: string): boolean {
  const labels: Readonly<Record<string, string>> = { [hostname]: node, 'kubernetes.io/os': 'linux' }
  if (Object.entries(spec.nodeSelector ?? {}).some(([name, value]) => labels[name] !== value)) return false
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const fields = terms.flatMap(({ matchFields = [] }) => matchFields).filter(({ key }) => key === 'metadata.name')
  return fields.every(({ values }) => values.includes(node))
}
