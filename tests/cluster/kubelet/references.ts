import { type Api, ApiError } from '../api.ts'
import type { Container, Pod, Reference } from './pod.ts'

type Kind = 'secret' | 'configmap'
type Needed = Reference & { readonly kind: Kind }

/** The complaint about the first Secret or ConfigMap that the environment of a container needs and does not get. */
export function missingForEnvironment(api: Api, pod: Pod, container: Container): Promise<string | undefined> {
  const sources = [
    ...(container.env ?? []).map(({ valueFrom }) => [valueFrom?.secretKeyRef, valueFrom?.configMapKeyRef] as const),
    ...(container.envFrom ?? []).map(({ secretRef, configMapRef }) => [secretRef, configMapRef] as const),
  ]
  const needed = sources.flatMap(([secret, configMap]) => [...as('secret', secret), ...as('configmap', configMap)])
  return firstMissing(api, pod, needed)
}

/** The same for its volumes: the message, as of the event `FailedMount`. */
export async function missingForVolumes(api: Api, pod: Pod): Promise<string | undefined> {
  for (const { name, secret, configMap } of pod.spec.volumes ?? []) {
    const named = secret === undefined ? undefined : { ...secret, name: secret.secretName }
    const missing = await firstMissing(api, pod, [...as('secret', named), ...as('configmap', configMap)])
    if (missing !== undefined) return `MountVolume.SetUp failed for volume "${name}" : ${missing}`
  }
  return undefined
}

function as(kind: Kind, reference: Reference | undefined): Needed[] {
  return reference === undefined || reference.optional === true ? [] : [{ ...reference, kind }]
}

async function firstMissing(api: Api, pod: Pod, needed: readonly Needed[]): Promise<string | undefined> {
  const { namespace } = pod.metadata
  for (const { kind, name, key } of needed) {
    try {
      const path = `/api/v1/namespaces/${namespace}/${kind}s/${name}`
      const { data = {} } = await api.call<{ readonly data?: Readonly<Record<string, string>> }>(path)
      if (key !== undefined && !Object.hasOwn(data, key)) {
        return `couldn't find key ${key} in ${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${namespace}/${name}`
      }
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error
      return `${kind} "${name}" not found`
    }
  }
  return undefined
}
