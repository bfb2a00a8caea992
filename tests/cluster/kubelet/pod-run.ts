import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, ApiError } from '../api.ts'
import { type Host, runContainer } from './container-run.ts'
import { PodEvents } from './events.ts'
import { behaviourOf } from './image.ts'
import { type Container, type Pod, pathOf } from './pod.ts'
import { type Condition, type ContainerLife, created, podStatus } from './pod-status.ts'
import { missingForEnvironment, missingForVolumes } from './references.ts'

export interface Logs {
  readonly current: readonly string[]
  readonly previous?: readonly string[]
}

const retryMs = 300
/** How long a container takes to end that does so when it is asked to. */
const stopMs = 100
/** The longest that a timer can run: 24 days. */
const longestMs = 2 ** 31 - 1

/** One pod on a node: reports its status, from the first container that is created to its deletion. */
export class PodRun {
  readonly pod: Pod
  readonly #api: Api
  readonly #events: PodEvents
  readonly #podIp: string
  readonly #startTime = new Date().toISOString()
  readonly #abort = new AbortController()
  readonly #lives: Map<string, ContainerLife>
  readonly #logs = new Map<string, Logs>()
  #conditions: readonly Condition[] = []
  #reported: Promise<unknown> = Promise.resolve()
  #ending = false

  constructor(pod: Pod, api: Api, podIp: string) {
    this.pod = pod
    this.#api = api
    this.#events = new PodEvents(api, pod)
    this.#podIp = podIp
    this.#lives = new Map(pod.spec.containers.map(({ name }) => [name, created]))
  }

  logsOf(container: string): Logs | undefined {
    return this.#logs.get(container)
  }

  /** Plays the life of the pod. @throws Error what went wrong, unless the pod has ended or is gone */
  async run(): Promise<void> {
    await this.#unlessOver(async () => {
      await this.#report()
      await this.#waitForVolumes()
      await Promise.all(this.pod.spec.containers.map((container) => runContainer(container, this.#hostOf(container))))
    })
  }

  /** The pod is to end: its containers get their time, then it is removed. */
  async end({ metadata }: Pod): Promise<void> {
    if (this.#ending) return
    this.#ending = true
    const hangs = this.pod.spec.containers.some(({ image }) => {
      const behaviour = behaviourOf(image)
      return behaviour.kind === 'runs' && behaviour.hangsOnStop
    })
    const graceMs = (metadata.deletionGracePeriodSeconds ?? 0) * 1_000
    await this.#unlessOver(async () => {
      await this.#sleep(hangs ? graceMs : Math.min(graceMs, stopMs))
      const { uid } = this.pod.metadata
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } }
      await this.#api.call(pathOf(this.pod), { method: 'DELETE', body })
    })
    this.stop()
  }

  /** It is gone. */
  stop(): void {
    this.#abort.abort()
  }

  async #waitForVolumes(): Promise<void> {
    while (true) {
      const message = await missingForVolumes(this.#api, this.pod)
      if (message === undefined) return
      await this.#events.write({ type: 'Warning', reason: 'FailedMount', message })
      await this.#sleep(retryMs)
    }
  }

  #hostOf(container: Container): Host {
    return {
      pod: this.pod,
      report: (life) => {
        this.#lives.set(container.name, life)
        return this.#report()
      },
      event: (event) => this.#events.write(event),
      sleep: (ms) => this.#sleep(ms),
      missing: () => missingForEnvironment(this.#api, this.pod, container),
      openLog: () => {
        const before = this.#logs.get(container.name)
        const current: string[] = []
        this.#logs.set(container.name, { current, ...(before === undefined ? {} : { previous: before.current }) })
        return (line) => current.push(line)
      },
    }
  }

  /** Sends the status as it is when its turn comes, so that an older one never overwrites a newer. */
  #report(): Promise<void> {
    const sent = this.#reported.then(async () => {
      this.#abort.signal.throwIfAborted()
      const situation = { podIp: this.#podIp, startTime: this.#startTime, lives: this.#lives }
      const status = podStatus(this.pod, { ...situation, conditions: this.#conditions })
      this.#conditions = status.conditions
      // With another uid it is a conflict: a new pod of a StatefulSet has the name of the old one.
      const body = { metadata: { uid: this.pod.metadata.uid }, status }
      await this.#api.call(`${pathOf(this.pod)}/status`, { method: 'PATCH', body })
    })
    this.#reported = sent.catch(() => {})
    return sent
  }

  #sleep(ms: number): Promise<void> {
    return sleep(Math.min(ms, longestMs), undefined, { signal: this.#abort.signal })
  }

  async #unlessOver(action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      const isGone = error instanceof ApiError && (error.status === 404 || error.status === 409)
      if (!isGone && !this.#abort.signal.aborted) throw error
    }
  }
}
