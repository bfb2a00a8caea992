import type { Ending } from '../outcome.ts'
import type { Step } from '../provider.ts'
import type { Cluster } from './cluster.ts'
import { KubectlError } from './complaint.ts'
import type { Pod } from './objects.ts'
import type { PodFailure } from './pod-failure.ts'

const lastLines = 20

/** Deletes exactly this pod, not one of the same name that came after it. */
export async function deletePod({ kubectl, namespace, log, writeFile }: Cluster, { metadata }: Pod): Promise<Step> {
  const { name, uid } = metadata
  log.info(`deleting pod ${name}, which keeps the StatefulSet from going on`)
  const file = writeFile(
    'delete.json',
    JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }),
  )
  try {
    await kubectl.command(['delete', ...kubectl.raw(`/api/v1/namespaces/${namespace}/pods/${name}`), '-f', file])
    return undefined
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    // Gone by itself, or replaced: both are what was wanted.
    if (error.complaint.kind === 'not-found' || error.complaint.kind === 'rejected') return undefined
    const sentence = `Pod ${name} keeps the StatefulSet from going on, and could not be deleted: ${error.message}`
    return { outcome: 'not-converged', reasonCode: 'stuck-pods', sentence }
  }
}

/** The ending with what the container printed last: before it died, or else since. */
export async function withLastWords(
  { kubectl, namespace }: Cluster,
  ending: Ending,
  { pod, container }: PodFailure,
): Promise<Ending> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?container=${container}&tailLines=${lastLines}`
  for (const previous of ['true', 'false']) {
    try {
      // Not kubectl logs, which also has to get the pod.
      const { stdout } = await kubectl.command(['get', ...kubectl.raw(`${path}&previous=${previous}`)])
      if (stdout.trim() === '') continue
      return { ...ending, block: { title: `Last words of ${pod} (${container})`, text: stdout.trimEnd() } }
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
    }
  }
  return ending
}
