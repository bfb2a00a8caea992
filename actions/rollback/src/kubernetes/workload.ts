import type { Candidate, Obstacle, Snapshot } from '../provider.ts'
import { servedText } from '../target/wording.ts'
import { type Dependency, dependenciesOf, dependencyText } from './dependencies.ts'
import { differenceOf } from './difference.ts'
import { type Revision, servedMs } from './history.ts'
import { kinds, textOf, type WorkloadName } from './kinds.ts'
import { evidenceOf, type Marks, readMarks } from './marks.ts'
import type { WorkloadObject } from './objects.ts'
import { fingerprintOf, imagesOf, isSameTemplate } from './template.ts'

/** A workload as it was read, with its history. */
export interface Workload {
  readonly name: WorkloadName
  readonly namespace: string
  readonly object: WorkloadObject
  /** Newest first. */
  readonly revisions: readonly Revision[]
}

/** What is known of a ConfigMap, Secret or ServiceAccount: when it last changed, in ISO 8601; undefined when it is gone. */
export type KnownDependencies = ReadonlyMap<string, { readonly changedAt: string } | undefined>

export function versionOf({ hash }: Revision): string {
  return `template:${hash}`
}

/** The revision of the template that the workload has now; undefined when its controller has not yet seen it. */
export function currentRevision({ object, revisions }: Workload): Revision | undefined {
  return revisions.find(({ template }) => isSameTemplate(template, object.spec.template))
}

/** The workload as the decision needs it. */
export function snapshotOf(workload: Workload, current: Revision, known: KnownDependencies): Snapshot {
  const { name, namespace, object, revisions } = workload
  const { metadata } = object
  const marks = readMarks(metadata.annotations)
  const served = servedMs(revisions)
  const broughtBack = whyBroughtBack(current, marks)
  return {
    subject: { name: textOf(name), id: `${textOf({ ...name, name: `${namespace}/${name.name}` })}@${metadata.uid}` },
    current: versionOf(current),
    candidates: revisions.map((revision, index) => {
      const candidate = { ...candidateOf(revision, current, known), ...withServed(served[index]) }
      const detail = [servedText(candidate), candidate.detail].filter(Boolean).join('; ')
      return { ...candidate, detail, notes: driftSince(revisions[index - 1], revision, known) }
    }),
    ...(broughtBack === undefined ? {} : { broughtBack }),
    undone: { versions: marks.rolledBack?.undone ?? [], at: marks.rolledBack?.at ?? '' },
    knownGood: evidenceOf(marks),
    warnings: [...marks.warnings, ...(object.spec.replicas === 0 ? ['it has 0 replicas, so that nothing serves'] : [])],
  }
}

function withServed(ms: number | undefined): { servedMs?: number } {
  return ms === undefined ? {} : { servedMs: ms }
}

function candidateOf(revision: Revision, current: Revision, known: KnownDependencies): Candidate {
  const obstacle = obstacleOf(revision, current, known)
  const changes = revision === current ? [] : differenceOf(current.template, revision.template)
  return {
    version: versionOf(revision),
    revision: String(revision.number),
    at: revision.createdAt,
    images: imagesOf(revision.template),
    fingerprint: fingerprintOf(revision.template),
    serves: revision.availablePods > 0,
    ...(obstacle === undefined ? {} : { obstacle }),
    detail: changes.join(', '),
  }
}

function obstacleOf(revision: Revision, current: Revision, known: KnownDependencies): Obstacle | undefined {
  const missing = dependenciesOf(revision.template).find((one) => isMissing(one, known))
  if (missing !== undefined) return { whyNot: 'missing-dependency', detail: `${dependencyText(missing)} is missing` }
  const hangs = revision !== current && revision.wantedPods > 0 && revision.availablePods === 0
  return hangs ? { whyNot: 'failed', detail: 'none of its pods is available' } : undefined
}

function isMissing(dependency: Dependency, known: KnownDependencies): boolean {
  const text = dependencyText(dependency)
  return known.has(text) && known.get(text) === undefined
}

/** Configuration is not rolled back with the template: what changed since the revision was live is said. */
function driftSince(next: Revision | undefined, revision: Revision, known: KnownDependencies): string[] {
  if (next === undefined) return []
  return dependenciesOf(revision.template).flatMap((dependency) => {
    const changedAt = known.get(dependencyText(dependency))?.changedAt ?? ''
    if (dependency.kind === 'serviceaccount' || changedAt <= next.createdAt) return []
    return [`${dependencyText(dependency)} was changed at ${changedAt}, and is not rolled back`]
  })
}

function whyBroughtBack(current: Revision, { rolledBack }: Marks): string | undefined {
  if (rolledBack?.to === versionOf(current)) {
    const { from, at, run } = rolledBack
    return `from ${from} at ${at}${run === undefined || run === '' ? '' : ` by ${run}`}`
  }
  return current.isReused ? `revision ${current.number} is an older version that was used again` : undefined
}

/** `kubectl -n shop get deployments/api -o wide` */
export function lookAt({ name, namespace }: Pick<Workload, 'name' | 'namespace'>): string {
  return `kubectl -n ${namespace} get ${kinds[name.kind].plural}/${name.name} -o wide`
}
