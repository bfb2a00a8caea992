import { createHash } from 'node:crypto'
import { type Api, ApiError } from '../api.ts'
import type { Pod } from './pod.ts'

export interface PodEvent {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** The name of the container that it is about, if it is about one. */
  readonly container?: string
}

/** Writes the events of one pod. One that comes again is counted, not written twice, as a kubelet does it. */
export class PodEvents {
  readonly #counts = new Map<string, { readonly count: number; readonly firstTimestamp: string }>()
  readonly #api: Api
  readonly #pod: Pod

  constructor(api: Api, pod: Pod) {
    this.#api = api
    this.#pod = pod
  }

  async write(event: PodEvent, component = 'kubelet'): Promise<void> {
    const { name: podName, namespace } = this.#pod.metadata
    const name = `${podName}.${hashOf(this.#pod.metadata.uid + event.reason + event.message)}`
    const now = new Date().toISOString()
    const before = this.#counts.get(name)
    const { count, firstTimestamp } = { count: (before?.count ?? 0) + 1, firstTimestamp: before?.firstTimestamp ?? now }
    this.#counts.set(name, { count, firstTimestamp })
    const path = `/api/v1/namespaces/${namespace}/events`
    const times = { count, firstTimestamp, lastTimestamp: now }
    try {
      if (count > 1) await this.#api.call(`${path}/${name}`, { method: 'PATCH', body: times })
      else await this.#api.call(path, { method: 'POST', body: { ...this.#body(name, event, component), ...times } })
    } catch (error) {
      // A namespace that is being deleted takes no events, and nobody misses them.
      if (!(error instanceof ApiError)) throw error
    }
  }

  #body(name: string, { type, reason, message, container }: PodEvent, component: string): object {
    const { name: podName, namespace, uid } = this.#pod.metadata
    const fieldPath = container === undefined ? {} : { fieldPath: `spec.containers{${container}}` }
    return {
      metadata: { name, namespace },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name: podName, namespace, uid, ...fieldPath },
      type,
      reason,
      message,
      source: { component },
      reportingComponent: component,
    }
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
