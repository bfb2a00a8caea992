import { isReady } from '../kubernetes/history.ts'
import { evidenceOf, readMarks } from '../kubernetes/marks.ts'
import type { EndpointSlice, Pod, Service } from '../kubernetes/objects.ts'
import type { Candidate, Snapshot } from '../provider.ts'

/** A Service whose selector says which colour serves, and the pods of all colours. */
export interface ColouredService {
  readonly object: Service
  /** The key in the selector that tells the colours apart. */
  readonly key: string
  readonly pods: readonly Pod[]
}

/** `slot=green` */
function versionOf(key: string, value: string): string {
  return `${key}=${value}`
}

export function colourOf(key: string, version: string): string {
  return version.slice(key.length + 1)
}

/** The colour that serves. */
export function currentValue({ object, key }: ColouredService): string {
  return object.spec.selector?.[key] ?? ''
}

export function podsOf({ key, pods }: ColouredService, value: string): Pod[] {
  return pods.filter(({ metadata }) => metadata.labels[key] === value)
}

/** The Service as the decision needs it. */
export function snapshotOf(service: ColouredService): Snapshot {
  const { object, key } = service
  const { metadata } = object
  const marks = readMarks(metadata.annotations)
  const current = currentValue(service)
  const { rolledBack } = marks
  const isDeployedAnew = Date.parse(sinceOf(podsOf(service, current)) ?? '') > Date.parse(rolledBack?.at ?? '')
  const known = [...marks.knownGood.map(({ version }) => version), ...(marks.rolledBack?.undone ?? [])]
  const marked = known.filter((version) => version.startsWith(`${key}=`)).map((version) => colourOf(key, version))
  const labelled = service.pods.flatMap(({ metadata: { labels } }) => labels[key] ?? [])
  const values = [...new Set([current, ...labelled, ...marked])]
  const others = values.filter((value) => value !== current)
  return {
    subject: { name: `service/${metadata.name}`, id: `service/${metadata.namespace}/${metadata.name}@${metadata.uid}` },
    current: versionOf(key, current),
    candidates: values.map((value) => ({
      ...candidateOf(service, value),
      // The only other one is a guess, as a version that served long is; of several nobody can guess.
      ...(others.length === 1 && value === others[0] ? { servedMs: 0 } : {}),
    })),
    ...(rolledBack?.to === versionOf(key, current) && !isDeployedAnew
      ? { broughtBack: `from ${rolledBack.from} at ${rolledBack.at}` }
      : {}),
    undone: { versions: rolledBack?.undone ?? [], at: rolledBack?.at ?? '' },
    knownGood: evidenceOf(marks),
    warnings: marks.warnings,
  }
}

/** When the oldest of its pods was created: what is there now is no older. */
function sinceOf(pods: readonly Pod[]): string | undefined {
  return pods.map(({ metadata }) => metadata.creationTimestamp).toSorted()[0]
}

function candidateOf(service: ColouredService, value: string): Candidate {
  const pods = podsOf(service, value)
  const ready = pods.filter(isReady).length
  const since = sinceOf(pods)
  const images = pods.flatMap(({ spec }) => (spec.containers ?? []).map(({ image }) => image ?? ''))
  const [newest = ''] = pods
    .map(({ metadata }) => metadata.creationTimestamp)
    .toSorted()
    .reverse()
  return {
    version: versionOf(service.key, value),
    revision: '',
    at: newest,
    images: [...new Set(images)].filter(Boolean),
    fingerprint: value,
    names: [value],
    ...(since === undefined ? {} : { since }),
    serves: value === currentValue(service) && ready > 0,
    detail: `${ready} of ${pods.length} pods ready`,
  }
}

/** What the endpoints of a Service still lack before they are those of one colour alone; empty when nothing. */
export function endpointsWaitFor(slices: readonly EndpointSlice[], pods: readonly Pod[]): string {
  const ready = slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
  const own = new Set(pods.map(({ metadata }) => metadata.name))
  const others = ready.filter(({ targetRef }) => !own.has(targetRef?.name ?? ''))
  if (others.length > 0) return `${others.length} endpoints of the other version to go`
  return ready.length === 0 ? 'a ready endpoint' : ''
}
