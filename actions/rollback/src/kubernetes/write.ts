import type { Ending } from '../outcome.ts'
import type { Cluster } from './cluster.ts'
import { type Complaint, endingOf, KubectlError } from './complaint.ts'
import { textOf } from './kinds.ts'
import { read, type Template, type WorkloadObject } from './objects.ts'
import { isSameTemplate } from './template.ts'
import type { Workload } from './workload.ts'

/** What is written to a workload, only if it is still as it was read. */
export interface Write {
  readonly workload: Workload
  /** Undefined: it stays. */
  readonly template: Template | undefined
  readonly annotation: { readonly key: string; readonly value: string }
}

const attempts = 3
const pauseMs = 2_000

/** A JSON Patch (RFC 6902) that fails when somebody else was faster. */
export function patchOf({ workload, template, annotation }: Write): string {
  const { metadata, spec } = workload.object
  const key = annotation.key.replaceAll('~', '~0').replaceAll('/', '~1')
  return JSON.stringify([
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    { op: 'test', path: '/spec/template', value: spec.template },
    ...(template === undefined ? [] : [{ op: 'replace', path: '/spec/template', value: template }]),
    ...(metadata.annotations === undefined
      ? // Null is what a test finds where there is nothing: annotations that came meanwhile are not lost.
        [
          { op: 'test', path: '/metadata/annotations', value: null },
          { op: 'add', path: '/metadata/annotations', value: { [annotation.key]: annotation.value } },
        ]
      : [{ op: 'add', path: `/metadata/annotations/${key}`, value: annotation.value }]),
  ])
}

/** What the API server has now, or how it ended without a write. */
export type Sent =
  | { readonly kind: 'accepted'; readonly object: WorkloadObject }
  | { readonly kind: 'ended'; readonly ending: Ending }

/** Has the API server do everything but write. */
export async function dryRun(cluster: Cluster, write: Write): Promise<Sent> {
  const tried = await attempt(cluster, write, ['--dry-run=server'])
  if (tried.kind === 'accepted') return tried
  const found = tried.complaint.kind === 'rejected' ? await readBack(cluster, write) : undefined
  return found?.kind === 'ended' ? found : { kind: 'ended', ending: refusal(tried.complaint, write.workload) }
}

/** Writes. What the API server did not confirm is read back, and sent again only if it did not arrive. */
export async function send(cluster: Cluster, write: Write): Promise<Sent> {
  const { clock, signal } = cluster
  let left = attempts
  while (true) {
    const tried = await attempt(cluster, write, [])
    if (tried.kind === 'accepted') return tried
    const { complaint } = tried
    const found = isOpen(complaint) ? await readBack(cluster, write) : { kind: 'as-before' as const }
    if (found.kind !== 'as-before') return found
    left -= 1
    if (!complaint.isPassing || left === 0) return { kind: 'ended', ending: refusal(complaint, write.workload) }
    await clock.sleep(pauseMs, signal)
  }
}

/** It may have been written: nobody answered, or the answer is about what an earlier attempt has written. */
function isOpen({ isPassing, kind }: Complaint): boolean {
  return isPassing || kind === 'rejected'
}

type Tried =
  | { readonly kind: 'accepted'; readonly object: WorkloadObject }
  | { readonly kind: 'complained'; readonly complaint: Complaint }

async function attempt(cluster: Cluster, write: Write, flags: readonly string[]): Promise<Tried> {
  try {
    return { kind: 'accepted', object: await patch(cluster, write, flags) }
  } catch (error) {
    if (error instanceof KubectlError) return { kind: 'complained', complaint: error.complaint }
    throw error
  }
}

async function patch(
  { kubectl, namespace, writeFile }: Cluster,
  write: Write,
  flags: readonly string[],
): Promise<WorkloadObject> {
  // A template may hold secrets, and arguments are seen by every process of the machine.
  const file = writeFile('patch.json', patchOf(write))
  const name = textOf(write.workload.name)
  const args = [
    'patch',
    name,
    '-n',
    namespace,
    '--type=json',
    `--patch-file=${file}`,
    ...flags,
    '-o',
    'json',
    '--show-managed-fields',
  ]
  return read('workload', JSON.parse((await kubectl.command(args)).stdout))
}

/** What there is after a write that nobody confirmed. */
async function readBack(
  cluster: Cluster,
  { workload, template, annotation }: Write,
): Promise<Sent | { readonly kind: 'as-before' }> {
  const before = workload.object
  try {
    const object = await readAgain(cluster, workload)
    if (object.metadata.uid !== before.metadata.uid) return superseded(workload)
    const isMarked = object.metadata.annotations?.[annotation.key] === annotation.value
    if (isMarked && isSameTemplate(object.spec.template, template ?? before.spec.template))
      return { kind: 'accepted', object }
    return isSameTemplate(object.spec.template, before.spec.template) ? { kind: 'as-before' } : superseded(workload)
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    if (error.complaint.kind === 'not-found') return superseded(workload)
    const sentence = `The patch of ${textOf(workload.name)} was sent, and the API server has not responded since: ${error.message}`
    return { kind: 'ended', ending: { outcome: 'unknown', reasonCode: 'connection-lost', sentence } }
  }
}

/** @throws KubectlError */
export async function readAgain({ kubectl, namespace }: Cluster, { name }: Workload): Promise<WorkloadObject> {
  const args = ['get', textOf(name), '-n', namespace, '-o', 'json', '--show-managed-fields']
  return read('workload', JSON.parse((await kubectl.command(args, { isRead: true })).stdout))
}

function superseded({ name }: Workload): Sent {
  const sentence = `${textOf(name)} was changed by somebody else before it could be rolled back`
  return { kind: 'ended', ending: { outcome: 'superseded', reasonCode: 'conflict', sentence } }
}

/** What is refused by admission is not a right that is missing. */
function refusal(complaint: Complaint, { name }: Workload): Ending {
  const isAdmission = complaint.kind === 'forbidden' && !/cannot patch/.test(complaint.text)
  return endingOf(isAdmission ? { ...complaint, kind: 'other' } : complaint, `The patch of ${textOf(name)} was refused`)
}
