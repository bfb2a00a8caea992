import { setTimeout as sleep } from 'node:timers/promises'
import type { Identity } from '../../../packages/simulators/src/certificates.ts'
import { Api, type ApiOptions } from '../api.ts'
import { portOf, startLogServer } from './log-server.ts'
import { nodeNames, registerNode } from './node.ts'
import type { Pod } from './pod.ts'
import { Pods } from './pods.ts'

export interface Kubelet {
  /** What went wrong in it, for when a test fails without a visible reason. */
  readonly errors: unknown[]
  stop(): Promise<void>
}

/** Plays kubelet of all nodes, scheduler and container runtime: the tag of an image says what becomes of a container. */
export async function startKubelet(options: ApiOptions, identity: Identity): Promise<Kubelet> {
  const api = new Api(options)
  const abort = new AbortController()
  const pods = new Pods(api)
  const logs = await startLogServer(identity, (namespace, pod, container) =>
    pods.find(namespace, pod)?.logsOf(container),
  )
  await Promise.all(nodeNames.map((name) => registerNode(api, name, portOf(logs))))
  const watching = watchPods(api, abort.signal, pods)
  const stop = async () => {
    abort.abort()
    await watching
    pods.stop()
    logs.close()
    logs.closeAllConnections()
    api.close()
  }
  return { errors: pods.errors, stop }
}

/** Follows all pods until it is aborted; begins anew when the server ends the watch or has forgotten its version. */
async function watchPods(api: Api, signal: AbortSignal, pods: Pods): Promise<void> {
  while (!signal.aborted) {
    try {
      const { items, metadata } = await api.call<PodList>('/api/v1/pods', { signal })
      pods.only(items)
      const path = `/api/v1/pods?watch=1&resourceVersion=${metadata.resourceVersion}`
      await api.watch<Pod>(path, signal, ({ type, object }) => {
        if (type === 'DELETED') pods.gone(object.metadata.uid)
        else if (type !== 'ERROR') pods.seen(object)
      })
    } catch (error) {
      if (signal.aborted) return
      pods.errors.push(error)
      await sleep(100)
    }
  }
}

interface PodList {
  readonly metadata: { readonly resourceVersion: string }
  readonly items: readonly Pod[]
}
