import type { Api } from '../api.ts'
import { nodeNames, schedule } from './node.ts'
import type { Pod } from './pod.ts'
import { PodRun } from './pod-run.ts'

/** The pods of all nodes: each is given a node, then run, then ended. */
export class Pods {
  /** What went wrong, and was not what a pod is for. */
  readonly errors: unknown[] = []
  readonly #api: Api
  /** By uid: the next pod of a StatefulSet has the same name. */
  readonly #runs = new Map<string, PodRun>()
  readonly #scheduled = new Set<string>()
  #addresses = 0
  #turns = 0

  constructor(api: Api) {
    this.#api = api
  }

  find(namespace: string, name: string): PodRun | undefined {
    const runs = [...this.#runs.values()]
    return runs.find(({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === name)
  }

  /** A pod as it is now; the same state may come twice. */
  seen(pod: Pod): void {
    this.#next(pod)?.catch((error: unknown) => this.errors.push(error))
  }

  gone(uid: string): void {
    this.#runs.get(uid)?.stop()
    this.#runs.delete(uid)
    this.#scheduled.delete(uid)
  }

  /** These are all there are: what is not among them went unseen. */
  only(pods: readonly Pod[]): void {
    const uids = new Set(pods.map(({ metadata }) => metadata.uid))
    for (const uid of this.#runs.keys()) if (!uids.has(uid)) this.gone(uid)
    for (const pod of pods) this.seen(pod)
  }

  stop(): void {
    for (const run of this.#runs.values()) run.stop()
  }

  #next(pod: Pod): Promise<void> | undefined {
    const { uid, deletionTimestamp } = pod.metadata
    const run = this.#runs.get(uid)
    if (deletionTimestamp !== undefined) return (run ?? this.#create(pod)).end(pod)
    if (run !== undefined) return undefined
    if (pod.spec.nodeName !== undefined) return this.#create(pod).run()
    if (this.#scheduled.has(uid)) return undefined
    this.#scheduled.add(uid)
    this.#turns += 1
    return schedule(this.#api, pod, this.#turns % 2 === 0 ? nodeNames : nodeNames.toReversed())
  }

  #create(pod: Pod): PodRun {
    this.#addresses += 1
    const podIp = `10.244.${this.#addresses >> 8}.${this.#addresses & 255}`
    const run = new PodRun(pod, this.#api, podIp)
    this.#runs.set(pod.metadata.uid, run)
    return run
  }
}
