import type { Ending } from '../outcome.ts'
import type { Cluster } from './cluster.ts'
import { type Complaint, endingOf, jsonOf, KubectlError } from './complaint.ts'
import type { Metadata } from './objects.ts'

/** A change of one object, made only if it is still as it was read. */
export interface Write<Object extends { readonly metadata: Metadata }> {
  /** `deployment/api` */
  readonly resource: string
  /** As it was read. */
  readonly before: Object
  readonly parse: (value: unknown) => Object
  readonly content: Content<Object>
  /** Without a value it is removed. */
  readonly annotation: { readonly key: string; readonly value: string | undefined }
}

/** The part of an object that is changed, and that nobody else may have changed meanwhile. */
interface Content<Object> {
  /** A JSON Pointer (RFC 6901). */
  readonly path: string
  readonly of: (object: Object) => unknown
  readonly after: unknown
  readonly isSame: (one: unknown, other: unknown) => boolean
}

/** What the API server has now, or how it ended without a write. */
export type Sent<Object> =
  | { readonly kind: 'accepted'; readonly object: Object }
  | { readonly kind: 'ended'; readonly ending: Ending }

type AnyObject = { readonly metadata: Metadata }

const attempts = 3
const fieldManager = 'deploy-safety-rollback'
const pauseMs = 2_000

/** A JSON Patch (RFC 6902) that fails when somebody else was faster. */
export function patchOf<Object extends AnyObject>({ before, content, annotation }: Write<Object>): string {
  const { path, of, after, isSame } = content
  const { uid, annotations } = before.metadata
  const current = of(before)
  return JSON.stringify([
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path, value: current },
    ...(isSame(current, after) ? [] : [{ op: 'replace', path, value: after }]),
    ...annotationOperations(annotations, annotation),
  ])
}

function annotationOperations(
  annotations: Metadata['annotations'],
  { key, value }: Write<AnyObject>['annotation'],
): object[] {
  const path = `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
  if (value === undefined) return annotations?.[key] === undefined ? [] : [{ op: 'remove', path }]
  if (annotations !== undefined) return [{ op: 'add', path, value }]
  // Null is what a test finds where there is nothing: annotations that came meanwhile are not lost.
  return [
    { op: 'test', path: '/metadata/annotations', value: null },
    { op: 'add', path: '/metadata/annotations', value: { [key]: value } },
  ]
}

/** Has the API server do everything but write. */
export async function dryRun<Object extends AnyObject>(cluster: Cluster, write: Write<Object>): Promise<Sent<Object>> {
  const tried = await attempt(cluster, write, { isDryRun: true })
  if (tried.kind === 'accepted') return tried
  const found = isChanged(tried.complaint) ? await readBack(cluster, write) : undefined
  return found?.kind === 'ended' ? found : { kind: 'ended', ending: refusal(tried.complaint, write.resource) }
}

/** Writes. What the API server did not confirm is read back, and sent again only if it did not arrive. */
export async function send<Object extends AnyObject>(cluster: Cluster, write: Write<Object>): Promise<Sent<Object>> {
  const { clock, signal } = cluster
  let left = attempts
  while (true) {
    const tried = await attempt(cluster, write, { isDryRun: false })
    if (tried.kind === 'accepted') return tried
    const { complaint } = tried
    const found = isOpen(complaint) ? await readBack(cluster, write) : { kind: 'as-before' as const }
    if (found.kind !== 'as-before') return found
    left -= 1
    if (!complaint.isPassing || left === 0) return { kind: 'ended', ending: refusal(complaint, write.resource) }
    await clock.sleep(pauseMs, signal)
  }
}

/** It may have been written: nobody answered, or the answer is about what an earlier attempt has written. */
function isOpen(complaint: Complaint): boolean {
  return complaint.isPassing || isChanged(complaint)
}

/** It is not as it was read, or not there. */
function isChanged({ kind }: Complaint): boolean {
  return kind === 'rejected' || kind === 'not-found'
}

type Tried<Object> =
  | { readonly kind: 'accepted'; readonly object: Object }
  | { readonly kind: 'complained'; readonly complaint: Complaint }

async function attempt<Object extends AnyObject>(
  { kubectl, namespace, writeFile }: Cluster,
  write: Write<Object>,
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<Tried<Object>> {
  // A template may hold secrets, and arguments are seen by every process of the machine.
  const file = writeFile('patch.json', patchOf(write))
  const how = ['--type=json', `--patch-file=${file}`, `--field-manager=${fieldManager}`]
  const args = ['patch', write.resource, '-n', namespace, ...how, ...(isDryRun ? ['--dry-run=server'] : [])]
  try {
    const { stdout } = await kubectl.command([...args, '-o', 'json', '--show-managed-fields'], { isRead: isDryRun })
    return { kind: 'accepted', object: write.parse(jsonOf(stdout)) }
  } catch (error) {
    if (error instanceof KubectlError) return { kind: 'complained', complaint: error.complaint }
    throw error
  }
}

/** What there is after a write that nobody confirmed. */
async function readBack<Object extends AnyObject>(
  cluster: Cluster,
  { resource, before, parse, content, annotation }: Write<Object>,
): Promise<Sent<Object> | { readonly kind: 'as-before' }> {
  const { of, after, isSame } = content
  try {
    const object = parse(await readAgain(cluster, resource))
    if (object.metadata.uid !== before.metadata.uid) return superseded(resource)
    const isMarked = object.metadata.annotations?.[annotation.key] === annotation.value
    if (isMarked && isSame(of(object), after)) return { kind: 'accepted', object }
    return isSame(of(object), of(before)) ? { kind: 'as-before' } : superseded(resource)
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    if (error.complaint.kind === 'not-found') return superseded(resource)
    const sentence = `The patch of ${resource} was sent, and the API server has not responded since: ${error.message}`
    return { kind: 'ended', ending: { outcome: 'unknown', reasonCode: 'connection-lost', sentence } }
  }
}

/** Reads one object. @throws KubectlError */
export async function readAgain({ kubectl, namespace }: Cluster, resource: string): Promise<unknown> {
  const args = ['get', resource, '-n', namespace, '-o', 'json', '--show-managed-fields']
  return jsonOf((await kubectl.command(args, { isRead: true })).stdout)
}

function superseded(resource: string): { readonly kind: 'ended'; readonly ending: Ending } {
  const sentence = `${resource} was changed by somebody else before it could be rolled back`
  return { kind: 'ended', ending: { outcome: 'superseded', reasonCode: 'conflict', sentence } }
}

/** What is refused by admission is not a right that is missing. */
function refusal(complaint: Complaint, resource: string): Ending {
  const isAdmission = complaint.kind === 'forbidden' && !/cannot patch/.test(complaint.text)
  return endingOf(isAdmission ? { ...complaint, kind: 'other' } : complaint, `The patch of ${resource} was refused`)
}
