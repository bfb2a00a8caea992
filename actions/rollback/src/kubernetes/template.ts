import { createHash } from 'node:crypto'
import { isRecord } from '@deploy-safety/common/record'
import canonicalize from 'canonicalize'
import type { Template } from './objects.ts'

const hashLabel = 'pod-template-hash'
const restartedAt = 'kubectl.kubernetes.io/restartedAt'

/** A template as a workload has it: without what the history of a Deployment or StatefulSet puts in. */
export function plainTemplate({ $patch: _, ...template }: Template): Template {
  const { creationTimestamp, labels, ...metadata } = membersOf(template['metadata'])
  const { [hashLabel]: _hash, ...others } = membersOf(labels)
  const known = {
    ...(creationTimestamp == null ? {} : { creationTimestamp }),
    ...(Object.keys(others).length === 0 ? {} : { labels: others }),
  }
  return { ...template, metadata: { ...metadata, ...known } }
}

export function isSameTemplate(one: Template, other: Template): boolean {
  return canonicalize(plainTemplate(one)) === canonicalize(plainTemplate(other))
}

/** The same for two templates of which one is the other, restarted. */
export function fingerprintOf(template: Template): string {
  const plain = plainTemplate(template)
  const metadata = membersOf(plain['metadata'])
  const { [restartedAt]: _, ...annotations } = membersOf(metadata['annotations'])
  const content = canonicalize({ ...plain, metadata: { ...metadata, annotations } }) ?? ''
  return createHash('sha256').update(content).digest('hex')
}

/** Of all containers, in their order, each once. */
export function imagesOf(template: Template): string[] {
  const images = containersOf(template).flatMap(({ image }) => (typeof image === 'string' ? [image] : []))
  return [...new Set(images)]
}

/** The containers that start with the pod or before it. */
export function containersOf(template: Template): Readonly<Record<string, unknown>>[] {
  const spec = membersOf(template['spec'])
  return [spec['initContainers'], spec['containers']].flatMap((list) =>
    Array.isArray(list) ? list.filter(isRecord) : [],
  )
}

export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}
