import { formatDuration } from '@deploy-safety/common/duration'
import canonicalize from 'canonicalize'
import type { Cluster } from '../kubernetes/cluster.ts'
import { KubectlError } from '../kubernetes/complaint.ts'
import { isReady } from '../kubernetes/history.ts'
import { knownGoodKey, knownGoodMark, readMarks, rolledBackKey, rolledBackMark } from '../kubernetes/marks.ts'
import { read, readList, type Service } from '../kubernetes/objects.ts'
import { ownerOf } from '../kubernetes/ownership.ts'
import { dryRun, readAgain, send, type Write } from '../kubernetes/write.ts'
import type { Origin } from '../origin.ts'
import { type Ending, Stop } from '../outcome.ts'
import type { Change, Provider, Read, Snapshot, Step } from '../provider.ts'
import { type ColouredService, colourOf, currentValue, endpointsWaitFor, podsOf, snapshotOf } from './colours.ts'
import { readPods, readService } from './read-service.ts'

export interface BlueGreenOptions {
  readonly service: string
  readonly selectorKey: string
  readonly allowManaged: boolean
  readonly isForRecord: boolean
}

const lookEveryMs = 1_000
const switchBackMs = 30_000

/** A Service that leads to one of two or more sets of pods. */
export class BlueGreenProvider implements Provider {
  readonly #cluster: Cluster
  readonly #options: BlueGreenOptions
  readonly #origin: Origin
  #before: ColouredService | undefined
  /** As it was last written, or read. */
  #service: Service | undefined

  constructor(cluster: Cluster, options: BlueGreenOptions, origin: Origin) {
    this.#cluster = cluster
    this.#options = options
    this.#origin = origin
  }

  get server(): string {
    return this.#cluster.server
  }

  async read(): Promise<Read> {
    const { identity, service } = await readService(this.#cluster, this.#options)
    this.#before = service
    this.#service = service.object
    const snapshot = snapshotOf(service)
    const refusal = this.#refusalOf(service.object)
    return { cluster: identity, snapshots: [refusal === undefined ? snapshot : { ...snapshot, refusal }], warnings: [] }
  }

  async rehearse(change: Change): Promise<Step> {
    const { key, ...before } = this.#known()
    const target = podsOf({ key, ...before }, colourOf(key, change.target.version))
    if (!target.some(isReady)) {
      const pods = target.length === 0 ? 'it has no pods' : `none of its ${target.length} pods is ready`
      const sentence = `${change.snapshot.subject.name} cannot lead to ${change.target.version}: ${pods}`
      return { outcome: 'refused', reasonCode: 'endpoints-not-ready', sentence }
    }
    const result = await dryRun(this.#cluster, this.#rollback(change))
    return result.kind === 'ended' ? result.ending : undefined
  }

  async write(change: Change): Promise<Step> {
    const result = await send(this.#cluster, this.#rollback(change))
    if (result.kind === 'ended') return result.ending
    this.#service = result.object
    return undefined
  }

  async settle(snapshot: Snapshot, limitMs: number): Promise<Step> {
    const { clock, signal, log } = this.#cluster
    const untilMs = clock.now() + limitMs
    let said = ''
    while (true) {
      const looked = await this.#look()
      if (looked.kind === 'ended') return looked.ending
      if (looked.waitsFor === '') return undefined
      if (looked.waitsFor !== said) log.info(`${snapshot.subject.name} waits for ${looked.waitsFor}`)
      said = looked.waitsFor
      if (clock.now() >= untilMs) break
      await clock.sleep(Math.min(lookEveryMs, untilMs - clock.now()), signal)
      signal.throwIfAborted()
    }
    const sentence = `${snapshot.subject.name} did not lead to the target alone within ${formatDuration(limitMs)}; it waits for ${said}`
    return { outcome: 'not-converged', reasonCode: 'converge-timeout', sentence }
  }

  async watch(_: Snapshot, windowMs: number): Promise<Step> {
    const { clock, signal } = this.#cluster
    const untilMs = clock.now() + windowMs
    while (true) {
      const looked = await this.#look()
      if (looked.kind === 'ended') return looked.ending
      if (clock.now() >= untilMs) return undefined
      await clock.sleep(Math.min(lookEveryMs, untilMs - clock.now()), signal)
      signal.throwIfAborted()
    }
  }

  /** Leads traffic back to where it was, if it is still as this step left it. */
  async switchBack({ snapshot, target }: Change, why: string): Promise<Ending> {
    const { object: former } = this.#known()
    const value = former.metadata.annotations?.[rolledBackKey]
    const result = await send(
      this.#cluster,
      this.#writeOf(this.#current(), former.spec.selector ?? {}, { key: rolledBackKey, value }),
    )
    if (result.kind === 'ended') {
      const { outcome, reasonCode, sentence: because } = result.ending
      const sentence = `${target.version} is unhealthy (${why}), and traffic could not be switched back: ${because}`
      // Only where it is known that nothing came of it, the target still has the traffic.
      const isOpen = outcome === 'unknown' || outcome === 'superseded'
      return isOpen
        ? { outcome, reasonCode, sentence }
        : { outcome: 'rolled-back-unhealthy', reasonCode: 'verification-failed', sentence }
    }
    this.#service = result.object
    const slow = await this.settle(snapshot, switchBackMs)
    const note = slow === undefined ? '' : `; ${slow.sentence}`
    const sentence = `${target.version} is unhealthy (${why}), so ${snapshot.subject.name} was switched back to ${snapshot.current}${note}`
    return { outcome: 'failed', reasonCode: 'switched-back', sentence }
  }

  async markGood(snapshot: Snapshot): Promise<Step> {
    const looked = await this.#look()
    if (looked.kind === 'ended') return looked.ending
    if (looked.waitsFor !== '') {
      const sentence = `${snapshot.subject.name} is being switched; it waits for ${looked.waitsFor}`
      return { outcome: 'refused', reasonCode: 'in-progress', sentence }
    }
    const service = this.#current()
    const { at, run } = this.#origin
    const value = knownGoodMark(
      { version: snapshot.current, at, run },
      readMarks(service.metadata.annotations).knownGood,
    )
    const result = await send(
      this.#cluster,
      this.#writeOf(service, service.spec.selector ?? {}, { key: knownGoodKey, value }),
    )
    return result.kind === 'ended' ? result.ending : undefined
  }

  lookAt(): string {
    const { service } = this.#options
    return `kubectl -n ${this.#cluster.namespace} get service/${service} -o wide`
  }

  close(): void {}

  #known(): ColouredService {
    if (this.#before === undefined) throw new Error('nothing was read')
    return this.#before
  }

  #current(): Service {
    if (this.#service === undefined) throw new Error('nothing was read')
    return this.#service
  }

  #refusalOf({ metadata }: Service): Ending | undefined {
    const { allowManaged, isForRecord } = this.#options
    const owner = allowManaged || isForRecord ? undefined : ownerOf(metadata)
    if (owner === undefined) return undefined
    const sentence = `service/${metadata.name} belongs to ${owner.name}, which would undo the switch`
    return { outcome: 'refused', reasonCode: 'managed-by-other', sentence, nextStep: owner.instead }
  }

  /** Whether the Service is still as this step left it, and what its endpoints lack. */
  async #look(): Promise<Looked> {
    const { kubectl, namespace } = this.#cluster
    const { service, selectorKey: key } = this.#options
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${service}`
    try {
      const [value, slices, pods] = await Promise.all([
        readAgain(this.#cluster, `service/${service}`),
        kubectl.get(path),
        readPods(this.#cluster, this.#current(), key),
      ])
      const object = read('service', value)
      const changed = this.#changedBy(object)
      if (changed !== undefined) return { kind: 'ended', ending: changed }
      const own = podsOf({ object, key, pods }, currentValue({ object, key, pods }))
      return { kind: 'looked', waitsFor: endpointsWaitFor(readList('endpointSlice', slices), own) }
    } catch (error) {
      if (!(error instanceof KubectlError || error instanceof Stop)) throw error
      const sentence = `The API server no longer responds about service/${service}: ${error.message}`
      return { kind: 'ended', ending: { outcome: 'unknown', reasonCode: 'connection-lost', sentence } }
    }
  }

  #changedBy({ metadata, spec }: Service): Step {
    const current = this.#current()
    if (metadata.uid === current.metadata.uid && isSame(spec.selector, current.spec.selector)) return undefined
    const name = `service/${metadata.name}`
    const [last] = metadata.managedFields.toSorted((one, other) => (other.time ?? '').localeCompare(one.time ?? ''))
    const by = last === undefined ? '' : ` by ${last.manager} at ${last.time}`
    if (isSame(spec.selector, this.#known().object.spec.selector)) {
      const sentence = `The selector of ${name} was changed back${by}`
      return { outcome: 'reverted-by-controller', reasonCode: 'reverted', sentence }
    }
    return { outcome: 'superseded', reasonCode: 'conflict', sentence: `The selector of ${name} was changed${by}` }
  }

  #rollback({ snapshot, target }: Change): Write<Service> {
    const { object, key } = this.#known()
    const mark = { from: snapshot.current, to: target.version, ...this.#origin }
    const value = rolledBackMark(mark, readMarks(object.metadata.annotations).rolledBack)
    const selector = { ...object.spec.selector, [key]: colourOf(key, target.version) }
    return this.#writeOf(object, selector, { key: rolledBackKey, value })
  }

  #writeOf(
    before: Service,
    selector: Readonly<Record<string, string>>,
    annotation: Write<Service>['annotation'],
  ): Write<Service> {
    return {
      resource: `service/${this.#options.service}`,
      before,
      parse: (value) => read('service', value),
      content: { path: '/spec/selector', of: ({ spec }) => spec.selector, after: selector, isSame },
      annotation,
    }
  }
}

type Looked =
  | { readonly kind: 'looked'; readonly waitsFor: string }
  | { readonly kind: 'ended'; readonly ending: Ending }

function isSame(one: unknown, other: unknown): boolean {
  return canonicalize(one) === canonicalize(other)
}
