import { isRecord } from '@deploy-safety/common/record'
import type { JSONPathQuery } from 'json-p3'
import type { Body } from './body.ts'
import { firstValueAt } from './json-condition.ts'

/** Where the response says which version it is. */
export type VersionSource =
  | { readonly kind: 'auto' }
  | { readonly kind: 'body' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'json'; readonly query: JSONPathQuery; readonly path: string }

/** Where a version is looked for, for messages. */
export function describeSource(source: VersionSource): string {
  switch (source.kind) {
    case 'header':
      return `looked in the header ${source.name}`
    case 'json':
      return `looked at ${source.path}`
    case 'body':
      return 'looked in the body'
    case 'auto':
      return 'looked in the usual headers and fields, and for a body that is just a version'
  }
}

/** A version that was observed, and where. */
export interface Observed {
  readonly text: string
  readonly place: string
}

const autoHeaders = ['x-version', 'x-app-version', 'x-git-sha', 'x-commit', 'x-revision']
const autoFields = ['version', 'commit', 'sha', 'gitSha', 'git_sha', 'revision', 'build.version']

/**
 * What a response says of its version; undefined when it says nothing. A value that is null or empty says nothing.
 * @param expectedVersion decides which word of a text is taken for the version
 */
export function observeVersion(
  source: VersionSource,
  response: VersionedResponse,
  expectedVersion = '',
): Observed | undefined {
  switch (source.kind) {
    case 'header':
      return inHeader(response.headers, source.name)
    case 'json': {
      const found = firstValueAt(source.query, response.body.document)
      return typeof found === 'string' ? undefined : observed(found.value, source.path)
    }
    case 'body':
      return inText(response.body.text, expectedVersion) ?? observed(onlyWord(response.body.text), 'body')
    case 'auto':
      return inHeaders(response.headers) ?? inBody(response.body, expectedVersion)
  }
}

/** Whether two spellings name the same version: a leading `v` does not matter, commits match by prefix. */
export function isSameVersion(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.trim().replace(/^v(?=.)/i, ''))
  if (a === undefined || b === undefined || a === '' || b === '') return false
  if (a === b) return true
  if (![a, b].every((text) => /^[0-9a-f]{7,}$/i.test(text))) return false
  const [short, long] = [a.toLowerCase(), b.toLowerCase()].sort((x, y) => x.length - y.length)
  return long?.startsWith(short ?? '') === true
}

interface VersionedResponse {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}

function inHeaders(headers: Readonly<Record<string, string>>): Observed | undefined {
  return firstOf(autoHeaders, (name) => inHeader(headers, name))
}

function inHeader(headers: Readonly<Record<string, string>>, name: string): Observed | undefined {
  return Object.hasOwn(headers, name) ? observed(headers[name], `header ${name}`) : undefined
}

function inBody({ text, document }: Body, expectedVersion: string): Observed | undefined {
  if (isRecord(document)) {
    const below = Object.entries(document).filter(([, value]) => isRecord(value))
    return firstOf([['$', document] as const, ...below.map(([name, value]) => [`$.${name}`, value] as const)], inFields)
  }
  // Prose and markup name versions of other things: only a body that is one line is taken for a version.
  const isLine = /^[^<].{0,200}$/.test(text.trim())
  return isLine && !Array.isArray(document) ? inText(text, expectedVersion) : undefined
}

function inFields([place, record]: readonly [string, unknown]): Observed | undefined {
  return firstOf(autoFields, (path) => {
    const value = path.split('.').reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), record)
    return observed(value, `${place}.${path}`)
  })
}

/** A whole word of a text: the expected version if it is there, else the first that looks like a version. */
function inText(text: string, expectedVersion: string): Observed | undefined {
  const seen = text.slice(0, 64 * 1_024)
  // The last word of a part may be the beginning of a longer one.
  const whole = seen.length < text.length ? seen.replace(/[\w.+~-]{1,200}$/, '') : seen
  const words = whole.match(/\w+(?:[.+~-]\w+)*/g) ?? []
  const version =
    words.find((word) => isSameVersion(word, expectedVersion)) ??
    words.find((word) => /^v?\d+(\.\d+)+|^(?=.*\d)[0-9a-f]{7,40}$/i.test(word)) ??
    (words.length === 1 && /\d/.test(text) ? words[0] : undefined)
  return observed(version, 'body')
}

function onlyWord(text: string): string | undefined {
  const word = text.trim()
  return /\s/.test(word) ? undefined : word
}

// What is longer is something else, and not to be kept with every attempt.
const longestVersion = 200

function observed(value: unknown, place: string): Observed | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim()
  return text === '' || text.length > longestVersion ? undefined : { text, place }
}

function firstOf<T, R>(candidates: readonly T[], look: (candidate: T) => R | undefined): R | undefined {
  for (const candidate of candidates) {
    const found = look(candidate)
    if (found !== undefined) return found
  }
  return undefined
}
