import { isRecord } from '@deploy-safety/common/record'
import { pathStep } from './path-step.ts'

/** A member of a JSON document. */
interface Field {
  readonly value: unknown
  readonly path: string
}

/** An object that may say the version of the service, with those of its members whose names are known here. */
interface Place {
  readonly kind: string
  readonly members: ReadonlyMap<string, readonly Field[]>
}

const versionNames = ['version', 'appversion', 'release', 'releaseid', 'gitversion', 'buildversion']
const commitNames = [
  ...['commit', 'sha', 'gitsha', 'commitsha', 'gitcommit', 'commithash', 'revision', 'hash', 'buildsha'],
  // Of git.commit alone, and below it: `git.commit.id`, or with more detail `git.commit.id.full`.
  ...['id', 'full', 'abbrev'],
]
/** What stands below another name is the version of another thing, such as the database. */
const containerNames = ['build', 'app', 'application', 'info', 'data', 'service', 'release', 'git', 'meta']
const knownNames = new Set([...versionNames, ...commitNames, ...containerNames])
const deepestLevel = 4

export interface FieldOrder {
  readonly commitsFirst: boolean
  readonly releaseIdFirst: boolean
}

/** The members of a document that by their names say its version or commit, those that decide first first. */
export function* versionFields(document: unknown, order: FieldOrder): Generator<Field> {
  const places = placesIn(document)
  const versions = order.releaseIdFirst ? ['releaseid', ...versionNames] : versionNames
  for (const names of order.commitsFirst ? [commitNames, versions] : [versions, commitNames]) {
    for (const { kind, members } of places) {
      for (const name of names) {
        if (belongsTo(kind, name)) yield* members.get(name) ?? []
      }
    }
  }
}

/** Whether a name means a version there: an id or a full text may be one of anything. */
function belongsTo(kind: string, name: string): boolean {
  if (name === 'id') return kind === 'git.commit'
  return (name === 'full' || name === 'abbrev') === (kind === 'git.commit.id')
}

/** The top level first, then level by level. */
function placesIn(document: unknown): Place[] {
  const places: Place[] = []
  let level = placesOf('', [{ value: document, path: '$' }])
  for (let depth = 0; depth <= deepestLevel; depth += 1) {
    places.push(...level)
    level = level.flatMap(placesBelow)
  }
  return places
}

function placesBelow({ kind, members }: Place): Place[] {
  const placesAt = (name: string, childKind: string) => placesOf(childKind, members.get(name) ?? [])
  if (kind === 'git.commit') return placesAt('id', 'git.commit.id')
  return [
    ...containerNames.flatMap((name) => placesAt(name, name)),
    ...(kind === 'git' ? placesAt('commit', 'git.commit') : []),
  ]
}

function placesOf(kind: string, fields: readonly Field[]): Place[] {
  return fields.flatMap(({ value, path }) => (isRecord(value) ? [{ kind, members: knownMembers(value, path) }] : []))
}

function knownMembers(record: Readonly<Record<string, unknown>>, path: string): Map<string, Field[]> {
  const members = new Map<string, Field[]>()
  for (const name of Object.keys(record)) {
    const known = name.toLowerCase().replace(/[_-]/g, '')
    if (!knownNames.has(known)) continue
    const fields = members.get(known) ?? []
    fields.push({ value: record[name], path: `${path}${pathStep(name)}` })
    members.set(known, fields)
  }
  return members
}
