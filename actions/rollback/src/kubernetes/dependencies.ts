import { isRecord } from '@deploy-safety/common/record'
import type { Template } from './objects.ts'
import { containersOf, membersOf } from './template.ts'

/** What a pod needs besides its images before it can start. */
export interface Dependency {
  readonly kind: 'configmap' | 'secret' | 'serviceaccount'
  readonly name: string
}

/** `secret/api-token` */
export function dependencyText({ kind, name }: Dependency): string {
  return `${kind}/${name}`
}

/** What the pods of a template cannot start without, each once. */
export function dependenciesOf(template: Template): Dependency[] {
  const spec = membersOf(template['spec'])
  const volumes = listOf(spec['volumes'])
  const account = spec['serviceAccountName']
  const found = [
    ...containersOf(template).flatMap(ofEnvironment),
    ...[...volumes, ...volumes.flatMap((volume) => listOf(membersOf(volume['projected'])['sources']))].flatMap(
      ofVolume,
    ),
    ...(typeof account === 'string' && account !== '' && account !== 'default'
      ? [{ kind: 'serviceaccount' as const, name: account }]
      : []),
  ]
  return [...new Map(found.map((one) => [dependencyText(one), one])).values()]
}

function ofEnvironment(container: Readonly<Record<string, unknown>>): Dependency[] {
  const single = listOf(container['env']).map((variable) => membersOf(variable['valueFrom']))
  return [
    ...single.flatMap((from) => [
      ...needed('configmap', from['configMapKeyRef']),
      ...needed('secret', from['secretKeyRef']),
    ]),
    ...listOf(container['envFrom']).flatMap((from) => [
      ...needed('configmap', from['configMapRef']),
      ...needed('secret', from['secretRef']),
    ]),
  ]
}

function ofVolume(volume: Readonly<Record<string, unknown>>): Dependency[] {
  const secret = membersOf(volume['secret'])
  return [
    ...needed('configmap', volume['configMap']),
    ...needed('secret', { ...secret, name: secret['secretName'] ?? secret['name'] }),
  ]
}

function needed(kind: Dependency['kind'], reference: unknown): Dependency[] {
  const { name, optional } = membersOf(reference)
  return typeof name === 'string' && name !== '' && optional !== true ? [{ kind, name }] : []
}

function listOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}
