import type { Clock } from '@deploy-safety/common/clock'
import * as v from 'valibot'
import type { Kubectl } from './kubectl.ts'
import { type KubernetesEvent, type Pod, read, type WorkloadObject } from './objects.ts'

/** Where what is observed stands in the API. */
export interface ObservedPaths {
  /** All workloads of the kind, with a selector for the one. */
  readonly workload: string
  readonly pods: string
  readonly events: string
}

const eventOf = v.looseObject({ type: v.string(), object: v.unknown() })
const changes = ['ADDED', 'MODIFIED', 'DELETED']
const againAfterMs = 1_000

type Apply = (type: string, object: unknown) => void

/** A workload with its pods and events, kept up to date by watches for as long as it is needed. */
export class Observation {
  readonly #kubectl: Kubectl
  readonly #clock: Clock
  readonly #over = new AbortController()
  readonly #pods = new Map<string, Pod>()
  readonly #events = new Map<string, KubernetesEvent>()
  #workload: WorkloadObject | undefined
  #isDeleted = false
  /** Where its watch began; empty: with what there is. */
  #since = ''
  #wake: () => void = () => {}

  constructor(kubectl: Kubectl, clock: Clock) {
    this.#kubectl = kubectl
    this.#clock = clock
  }

  /** Begins; a watch that ends is begun again until `stop`. */
  start(paths: ObservedPaths, limitMs: number): void {
    const untilMs = this.#clock.now() + limitMs
    void this.#follow(
      () => this.#sinceSeen(paths.workload),
      untilMs,
      (type, object) => {
        this.#workload = read('workload', object)
        this.#isDeleted = type === 'DELETED'
      },
    )
    const pods = (type: string, object: unknown) => keep(this.#pods, type, read('pod', object))
    // A watch begins with all there are: what went away between two watches is in neither.
    void this.#follow(
      () => paths.pods,
      untilMs,
      pods,
      () => this.#pods.clear(),
    )
    void this.#follow(
      () => paths.events,
      untilMs,
      (type, object) => keep(this.#events, type, read('event', object)),
    )
  }

  /** As last seen; undefined before the first time. */
  get workload(): WorkloadObject | undefined {
    return this.#workload
  }

  get isDeleted(): boolean {
    return this.#isDeleted
  }

  get pods(): readonly Pod[] {
    return [...this.#pods.values()]
  }

  get events(): readonly KubernetesEvent[] {
    return [...this.#events.values()]
  }

  /** What was read beside the watches, and is as new. */
  seen(workload: WorkloadObject): void {
    this.#workload = workload
  }

  /** Resolves when something has changed, and after `ms` at the latest. */
  async changed(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const rest = new AbortController()
    const stop = () => rest.abort()
    signal.addEventListener('abort', stop)
    await Promise.race([promise, this.#clock.sleep(ms, rest.signal)])
    signal.removeEventListener('abort', stop)
    stop()
  }

  stop(): void {
    this.#over.abort()
  }

  /** Goes on from what was last seen, since it may have been deleted meanwhile. The API server does not know it for ever. */
  #sinceSeen(path: string): string {
    const { resourceVersion = '' } = this.#workload?.metadata ?? {}
    this.#since = resourceVersion === this.#since ? '' : resourceVersion
    return this.#since === '' ? path : `${path}&resourceVersion=${this.#since}`
  }

  async #follow(path: () => string, untilMs: number, apply: Apply, begin: () => void = () => {}): Promise<void> {
    const { signal } = this.#over
    while (!signal.aborted && this.#clock.now() < untilMs) {
      begin()
      await this.#watch(path(), untilMs - this.#clock.now(), apply)
      if (signal.aborted) return
      await this.#clock.sleep(againAfterMs, signal)
    }
  }

  async #watch(path: string, limitMs: number, apply: Apply): Promise<void> {
    const onEvent = (raw: unknown) => {
      const event = v.safeParse(eventOf, raw)
      if (this.#over.signal.aborted || !event.success || !changes.includes(event.output.type)) return
      apply(event.output.type, event.output.object)
      this.#wake()
    }
    // Whoever waits is told elsewhere that the job was cancelled, and by a read at the end that nothing comes.
    await this.#kubectl.watch(path, limitMs, onEvent).catch(() => undefined)
  }
}

function keep<One extends { readonly metadata: { readonly uid: string } }>(
  all: Map<string, One>,
  type: string,
  one: One,
): void {
  if (type === 'DELETED') all.delete(one.metadata.uid)
  else all.set(one.metadata.uid, one)
}
