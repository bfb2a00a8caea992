import { type Complaint, endingOf, KubectlError } from './complaint.ts'
import type { Ending } from '../outcome.ts'
import type { Step } from '../provider.ts'
import type { Cluster } from './cluster.ts'
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

/** Has the API server do everything but write. @returns what it would become, or how that ends */
export async function dryRun(cluster: Cluster, write: Write): Promise<WorkloadObject | Ending> {
  try {
    return await patch(cluster, write, ['--dry-run=server'])
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    const { complaint } = error
    if (complaint.kind !== 'rejected') return refusal(complaint, write.workload)
    return (await changedMeanwhile(cluster, write)) ?? refusal(complaint, write.workload)
  }
}

/** Writes. What the API server did not confirm is read back, and sent again only if it did not arrive. */
export async function send(cluster: Cluster, write: Write): Promise<WorkloadObject | Ending> {
  const { clock, signal } = cluster
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await patch(cluster, write, [])
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      const { complaint } = error
      const isOpen = complaint.isPassing || complaint.kind === 'rejected'
      if (!isOpen) return refusal(complaint, write.workload)
      const found = await readBack(cluster, write)
      if (found !== 'as-before') return found
      if (complaint.kind === 'rejected' || attempt === attempts) return refusal(complaint, write.workload)
      await clock.sleep(pauseMs, signal)
    }
  }
}

async function patch({ kubectl, namespace, writeFile }: Cluster, write: Write, flags: string[]): Promise<WorkloadObject> {
  // A template may hold secrets, and arguments are seen by every process of the machine.
  const file = writeFile('patch.json', patchOf(write))
  const name = textOf(write.workload.name)
  const args = ['patch', name, '-n', namespace, '--type=json', `--patch-file=${file}`, ...flags, '-o', 'json', '--show-managed-fields']
  return read('workload', JSON.parse((await kubectl.command(args)).stdout))
}

/** What there is after a write that nobody confirmed. */
async function readBack(cluster: Cluster, write: Write): Promise<WorkloadObject | Ending | 'as-before'> {
  const { workload, template, annotation } = write
  const name = textOf(workload.name)
  try {
    const object = await readAgain(cluster, workload)
    if (object.metadata.uid !== workload.object.metadata.uid) return superseded(workload)
    const isMarked = object.metadata.annotations?.[annotation.key] === annotation.value
    if (isMarked && isSameTemplate(object.spec.template, template ?? workload.object.spec.template)) return object
    return isSameTemplate(object.spec.template, workload.object.spec.template) ? 'as-before' : superseded(workload)
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    if (error.complaint.kind === 'not-found') return superseded(workload)
    const sentence = `The patch of ${name} was sent, and the API server has not responded since: ${error.message}`
    return { outcome: 'unknown', reasonCode: 'connection-lost', sentence }
  }
}

async function changedMeanwhile(cluster: Cluster, { workload }: Write): Promise<Step> {
  const object = await readAgain(cluster, workload)
  const isSame = isSameTemplate(object.spec.template, workload.object.spec.template)
  return isSame && object.metadata.uid === workload.object.metadata.uid ? undefined : superseded(workload)
}

/** @throws KubectlError */
export async function readAgain({ kubectl, namespace }: Cluster, { name }: Workload): Promise<WorkloadObject> {
  const args = ['get', textOf(name), '-n', namespace, '-o', 'json', '--show-managed-fields']
  return read('workload', JSON.parse((await kubectl.command(args, { isRead: true })).stdout))
}

function superseded({ name }: Workload): Ending {
  const sentence = `${textOf(name)} was changed by somebody else before it could be rolled back`
  return { outcome: 'superseded', reasonCode: 'conflict', sentence }
}

/** What is refused by admission is not a right that is missing. */
function refusal(complaint: Complaint, { name }: Workload): Ending {
  const isAdmission = complaint.kind === 'forbidden' && !/cannot patch/.test(complaint.text)
  return endingOf(isAdmission ? { ...complaint, kind: 'other' } : complaint, `The patch of ${textOf(name)} was refused`)
}
