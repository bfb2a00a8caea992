import canonicalize from 'canonicalize'
import { shortImage } from '../target/wording.ts'
import type { Template } from './objects.ts'
import { containersOf, membersOf, plainTemplate } from './template.ts'

/**
 * What differs between two templates, for people: images with their values, of everything else only where it stands.
 * Values of env, args and annotations may be secrets, and are never shown.
 */
export function differenceOf(from: Template, to: Template): string[] {
  const [before, after] = [plainTemplate(from), plainTemplate(to)]
  const containers = namesIn([containersOf(before), containersOf(after)].flat())
  return [
    ...containers.flatMap((name) => ofContainer(name, named(before, name), named(after, name))),
    ...changedMembers(membersOf(before['spec']), membersOf(after['spec']))
      .filter((name) => name !== 'containers' && name !== 'initContainers')
      .map((name) => `spec.${name}`),
    ...ofMap('label', labelsOf(before), labelsOf(after)),
    ...ofMap('annotation', annotationsOf(before), annotationsOf(after)),
  ]
}

type Members = Readonly<Record<string, unknown>>

function ofContainer(name: string, before: Members | undefined, after: Members | undefined): string[] {
  if (before === undefined) return [`container ${name} added`]
  if (after === undefined) return [`container ${name} removed`]
  return changedMembers(before, after).flatMap((field) => {
    if (field === 'image') return [`${name}: image ${shown(before)} → ${shown(after)}`]
    if (field !== 'env') return [`${name}: ${field}`]
    return ofMap(`${name}: env`, byName(before['env']), byName(after['env']))
  })
}

function shown({ image }: Members): string {
  return shortImage(String(image))
}

function ofMap(title: string, before: Members, after: Members): string[] {
  return changedMembers(before, after).map((name) => {
    if (!Object.hasOwn(before, name)) return `${title} ${name} added`
    return Object.hasOwn(after, name) ? `${title} ${name}` : `${title} ${name} removed`
  })
}

function changedMembers(before: Members, after: Members): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.filter((key) => canonicalize(before[key]) !== canonicalize(after[key]))
}

function byName(list: unknown): Members {
  const entries = (Array.isArray(list) ? list : []).map((item) => [String(membersOf(item)['name']), item] as const)
  return Object.fromEntries(entries)
}

function named(template: Template, name: string): Members | undefined {
  return containersOf(template).find((container) => container['name'] === name)
}

function namesIn(containers: readonly Members[]): string[] {
  return [...new Set(containers.map(({ name }) => String(name)))]
}

function labelsOf(template: Template): Members {
  return membersOf(membersOf(template['metadata'])['labels'])
}

function annotationsOf(template: Template): Members {
  return membersOf(membersOf(template['metadata'])['annotations'])
}
