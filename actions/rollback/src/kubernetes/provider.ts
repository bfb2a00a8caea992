import type { Origin } from '../origin.ts'
import { type Ending, Stop } from '../outcome.ts'
import type { Change, Provider, Read, Snapshot, Step } from '../provider.ts'
import { type Cluster, selectorText } from './cluster.ts'
import { KubectlError } from './complaint.ts'
import { kinds, textOf } from './kinds.ts'
import { knownGoodKey, knownGoodMark, readMarks, rolledBackKey, rolledBackMark } from './marks.ts'
import { type Pod, read, type Template, type WorkloadObject } from './objects.ts'
import { Observation } from './observation.ts'
import { type PodFailure, restartsOf } from './pod-failure.ts'
import { deletePod, withLastWords } from './pods.ts'
import { type Reading, type ReadOptions, type ReadWorkload, readWorkloads } from './read-workloads.ts'
import { templateWriter } from './rollout.ts'
import { changedBy, diedSince, type Expected, judge, timeoutEnding } from './settle.ts'
import { isSameTemplate } from './template.ts'
import { lookAt, versionOf, type Workload } from './workload.ts'
import { dryRun, readAgain, send, type Write } from './write.ts'

/** A bad sign that may pass counts when it stays for so long. */
const earlyAfterMs = 10_000
const lookEveryMs = 1_000
const mostReads = 6
const readAgainMs = 2_000

export interface KubernetesOptions extends ReadOptions {
  /** Of the whole step. */
  readonly timeoutMs: number
}

/** Deployments, StatefulSets and DaemonSets. */
export class KubernetesProvider implements Provider {
  readonly #cluster: Cluster
  readonly #options: KubernetesOptions
  readonly #origin: Origin
  readonly #observations = new Map<string, Observation>()
  readonly #written = new Map<string, WorkloadObject>()
  readonly #recovered = new Set<string>()
  #reading: Reading | undefined

  constructor(cluster: Cluster, options: KubernetesOptions, origin: Origin) {
    this.#cluster = cluster
    this.#options = options
    this.#origin = origin
  }

  get server(): string {
    return this.#cluster.server
  }

  /** A deployment that was made a moment ago is not yet in the history. */
  async read(): Promise<Read> {
    const { clock, signal } = this.#cluster
    for (let left = mostReads; ; left -= 1) {
      try {
        return await this.#readOnce()
      } catch (error) {
        if (!(error instanceof Stop) || error.ending.reasonCode !== 'in-progress' || left === 1) throw error
      }
      await clock.sleep(readAgainMs, signal)
    }
  }

  async rehearse(change: Change): Promise<Step> {
    const result = await dryRun(this.#cluster, this.#rollback(change))
    return result.kind === 'ended' ? result.ending : undefined
  }

  async write(change: Change): Promise<Step> {
    const result = await send(this.#cluster, this.#rollback(change))
    if (result.kind === 'ended') return result.ending
    this.#written.set(change.snapshot.subject.id, result.object)
    this.#observe(change.snapshot)
    return undefined
  }

  async settle(snapshot: Snapshot, limitMs: number): Promise<Step> {
    const { clock, signal, log } = this.#cluster
    const observation = this.#observe(snapshot)
    const expected = this.#expected(snapshot)
    const untilMs = clock.now() + limitMs
    const sign = new EarlySign()
    let said = ''
    while (clock.now() < untilMs) {
      const judgement = judge(expected, observation)
      if (judgement.kind === 'converged') return undefined
      if (judgement.kind === 'ended') return await this.#told(judgement.ending, judgement.failure)
      if (judgement.step !== said) log.info(`${snapshot.subject.name} waits for ${judgement.step}`)
      said = judgement.step
      const early = sign.seen(judgement.early, clock.now())
      const ending = early && (await this.#recover(early, judgement.stuck))
      if (ending !== undefined) return ending
      await observation.changed(lookEveryMs, signal)
      signal.throwIfAborted()
    }
    return await this.#atTheEnd(expected, observation, limitMs)
  }

  async watch(snapshot: Snapshot, windowMs: number): Promise<Step> {
    const { clock, signal } = this.#cluster
    const observation = this.#observe(snapshot)
    const expected = this.#expected(snapshot)
    const restarts = restartsOf(observation.pods)
    const untilMs = clock.now() + windowMs
    while (clock.now() < untilMs) {
      const changed = changedBy(expected, observation)
      if (changed !== undefined) return changed
      const died = diedSince(expected, observation, restarts)
      if (died !== undefined) return await this.#told(died.ending, died.failure)
      await observation.changed(Math.min(lookEveryMs, untilMs - clock.now()), signal)
      signal.throwIfAborted()
    }
    return await this.#readOnceMore(expected)
  }

  async markGood(snapshot: Snapshot): Promise<Step> {
    const { workload } = this.#of(snapshot)
    const expected = this.#expected(snapshot)
    const judgement = judge(expected, { workload: workload.object, isDeleted: false, pods: [], events: [] })
    if (judgement.kind === 'waiting') {
      const sentence = `The rollout of ${snapshot.subject.name} is under way; it waits for ${judgement.step}`
      return { outcome: 'refused', reasonCode: 'in-progress', sentence }
    }
    const { at, run } = this.#origin
    const { knownGood } = readMarks(workload.object.metadata.annotations)
    const value = knownGoodMark({ version: snapshot.current, at, run }, knownGood)
    const write = writeOf(workload, workload.object.spec.template, { key: knownGoodKey, value })
    const result = await send(this.#cluster, write)
    return result.kind === 'ended' ? result.ending : undefined
  }

  lookAt(): string {
    const [first] = this.#options.workloads
    return first === undefined ? '' : lookAt({ name: first, namespace: this.#cluster.namespace })
  }

  close(): void {
    for (const observation of this.#observations.values()) observation.stop()
  }

  async #readOnce(): Promise<Read> {
    const reading = await readWorkloads(this.#cluster, this.#options)
    this.#reading = reading
    const { identity, workloads, warnings } = reading
    return { cluster: identity, snapshots: workloads.map(({ snapshot }) => snapshot), warnings }
  }

  #of({ subject }: Snapshot): ReadWorkload {
    const found = this.#reading?.workloads.find(({ snapshot }) => snapshot.subject.id === subject.id)
    if (found === undefined) throw new Error(`${subject.id} was not read`)
    return found
  }

  #rollback({ snapshot, target }: Change): Write<WorkloadObject> {
    const { workload } = this.#of(snapshot)
    const { rolledBack } = readMarks(workload.object.metadata.annotations)
    const mark = { from: snapshot.current, to: target.version, ...this.#origin }
    return writeOf(workload, this.#templateOf(snapshot, target.version), {
      key: rolledBackKey,
      value: rolledBackMark(mark, rolledBack),
    })
  }

  #templateOf(snapshot: Snapshot, version: string): Template {
    const revision = this.#of(snapshot).workload.revisions.find((one) => versionOf(one) === version)
    if (revision === undefined) throw new Error(`${version} is not in the history of ${snapshot.subject.id}`)
    return revision.template
  }

  #expected(snapshot: Snapshot): Expected {
    const { workload, current } = this.#of(snapshot)
    const written = this.#written.get(snapshot.subject.id)
    const template = written?.spec.template ?? workload.object.spec.template
    const others = workload.revisions.filter((revision) => !isSameTemplate(revision.template, template))
    return {
      workload,
      template,
      former: written === undefined ? undefined : workload.object.spec.template,
      otherHashes: new Set(others.flatMap(({ hash }) => [hash, `${workload.name.name}-${hash}`])),
      since: (written && templateWriter(written.metadata)?.time) ?? current.createdAt,
    }
  }

  #observe(snapshot: Snapshot): Observation {
    const { subject } = snapshot
    const known = this.#observations.get(subject.id)
    if (known !== undefined) return known
    const { kubectl, clock, namespace } = this.#cluster
    const { name, object } = this.#of(snapshot).workload
    const selector = encodeURIComponent(selectorText(object.spec.selector))
    const observation = new Observation(kubectl, clock)
    const core = `/api/v1/namespaces/${namespace}`
    const paths = {
      workload: `/apis/apps/v1/namespaces/${namespace}/${kinds[name.kind].plural}?fieldSelector=metadata.name%3D${name.name}`,
      pods: `${core}/pods?labelSelector=${selector}`,
      events: `${core}/events?fieldSelector=type%3DWarning`,
    }
    const written = this.#written.get(subject.id)
    if (written !== undefined) observation.seen(written)
    observation.start(paths, this.#options.timeoutMs)
    this.#observations.set(subject.id, observation)
    return observation
  }

  /** The time is over: one more look decides, since a watch that is silent may be cut. */
  async #atTheEnd(expected: Expected, observation: Observation, limitMs: number): Promise<Step> {
    const changed = await this.#readOnceMore(expected, (object) => observation.seen(object))
    if (changed !== undefined) return changed
    return judge(expected, observation).kind === 'converged' ? undefined : timeoutEnding(expected, observation, limitMs)
  }

  async #readOnceMore(expected: Expected, seen: (object: WorkloadObject) => void = () => {}): Promise<Step> {
    const { name } = expected.workload
    try {
      const workload = read('workload', await readAgain(this.#cluster, textOf(name)))
      seen(workload)
      return changedBy(expected, { workload, isDeleted: false, pods: [], events: [] })
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      if (error.complaint.kind === 'not-found') {
        return { outcome: 'superseded', reasonCode: 'conflict', sentence: `${textOf(name)} was deleted meanwhile` }
      }
      const sentence = `The API server no longer responds about ${textOf(name)}: ${error.message}`
      return { outcome: 'unknown', reasonCode: 'connection-lost', sentence }
    }
  }

  /** With the last words of a container that crashes, where they may be read. */
  async #told(ending: Ending, failure: PodFailure | undefined): Promise<Ending> {
    if (failure?.reasonCode !== 'crash-loop') return ending
    const mayRead = this.#reading?.mayRead.has('pods/log') === true
    return mayRead
      ? await withLastWords(this.#cluster, ending, failure)
      : { ...ending, sentence: `${ending.sentence} (its log is not shown: the user may not get pods/log)` }
  }

  /** Deletes the pod that is in the way, once, where that is wished for. */
  async #recover(early: Ending, stuck: Pod | undefined): Promise<Step> {
    if (stuck === undefined || !this.#options.recoverStuckPods || this.#recovered.has(stuck.metadata.name)) return early
    this.#recovered.add(stuck.metadata.name)
    return await deletePod(this.#cluster, stuck)
  }
}

function writeOf(
  { name, object }: Workload,
  template: Template,
  annotation: Write<WorkloadObject>['annotation'],
): Write<WorkloadObject> {
  return {
    resource: textOf(name),
    before: object,
    parse: (value) => read('workload', value),
    content: {
      path: '/spec/template',
      of: ({ spec }) => spec.template,
      after: template,
      isSame: (one, other) => isSameTemplate(one as Template, other as Template),
    },
    annotation,
  }
}

/** A bad sign that may pass, and counts when it stays. */
class EarlySign {
  #sinceMs: number | undefined

  /** Returns what it has come to, once it has stayed for long enough. */
  seen(early: Ending | undefined, nowMs: number): Ending | undefined {
    this.#sinceMs = early === undefined ? undefined : (this.#sinceMs ?? nowMs)
    if (this.#sinceMs === undefined || nowMs - this.#sinceMs < earlyAfterMs) return undefined
    this.#sinceMs = undefined
    return early
  }
}
