import { isRecord } from '@deploy-safety/common/record'
import type { JSONPathQuery } from 'json-p3'
import { asWritten, valueAt } from './as-written.ts'
import type { Body } from './body.ts'
import { allNodesAt } from './json-condition.ts'
import { versionFields } from './version-fields.ts'
import { isCommit } from './version-match.ts'
import { findInText, guessInText } from './version-text.ts'

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

export interface VersionedResponse {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}

const versionHeaders = ['x-version', 'x-app-version']
const commitHeaders = ['x-git-sha', 'x-commit', 'x-revision']

/**
 * What a response says of its version, undefined when it says nothing: the first place with a value decides. Null, an
 * empty text and a placeholder are no value.
 * @param expectedVersion decides whether commits come first, and which part of a text is taken for the version
 */
export function observeVersion(
  source: VersionSource,
  response: VersionedResponse,
  expectedVersion = '',
): Observed | undefined {
  for (const said of versionsIn(source, response, expectedVersion)) {
    if (!isPlaceholder(said.text)) return said
  }
  return undefined
}

/** What a response has in the place of its version although nobody filled it in. */
export function placeholderIn(source: VersionSource, response: VersionedResponse): Observed | undefined {
  for (const said of versionsIn(source, response, '')) {
    if (isPlaceholder(said.text)) return said
  }
  return undefined
}

/** Whether a text stands where a version should, but was never filled in. */
export function isPlaceholder(text: string): boolean {
  return /^(?:unknown|dev|none|n\/a|undefined|null|\$\{.*\}|@.*@|%.*%)$/is.test(text)
}

// What is longer is something else, and not to be kept with every attempt.
const longestVersion = 200

/** A foreign value as the text of a version, if it can be one. */
export function versionText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim()
  return text === '' || text.length > longestVersion ? undefined : text
}

/** What the response says of its version, placeholders included, in the order in which it counts. */
function* versionsIn(source: VersionSource, response: VersionedResponse, expected: string): Generator<Observed> {
  const { headers, body } = response
  switch (source.kind) {
    case 'header':
      return yield* inHeader(headers, source.name)
    case 'json':
      return yield* atPath(source.query, source.path, body)
    case 'body':
      yield* inText(body, expected)
      return yield* onlyWord(body)
    case 'auto':
      for (const name of autoHeaders(expected)) yield* inHeader(headers, name)
      if (isRecord(body.document)) yield* inFields(response, expected)
      else if (isOneLine(body)) yield* inText(body, expected)
  }
}

function autoHeaders(expected: string): readonly string[] {
  return isCommit(expected.trim()) ? [...commitHeaders, ...versionHeaders] : [...versionHeaders, ...commitHeaders]
}

function* observed(value: unknown, place: string): Generator<Observed> {
  const text = versionText(value)
  if (text !== undefined) yield { text, place }
}

function* inHeader(headers: Readonly<Record<string, string>>, name: string): Generator<Observed> {
  if (Object.hasOwn(headers, name)) yield* observed(headers[name], `header ${name}`)
}

function* atPath(query: JSONPathQuery, path: string, body: Body): Generator<Observed> {
  const nodes = allNodesAt(query, body.document)
  if (typeof nodes === 'string') return
  const document = asWritten(body)
  for (const { location } of nodes) yield* observed(valueAt(document, location), path)
}

function* inFields({ headers, body }: VersionedResponse, expected: string): Generator<Observed> {
  const commitsFirst = isCommit(expected.trim())
  // There `version` is that of the API.
  const releaseIdFirst = /^application\/health\+json\b/i.test(headers['content-type'] ?? '')
  for (const { value, path } of versionFields(asWritten(body), { commitsFirst, releaseIdFirst })) {
    yield* observed(value, path)
  }
}

/** Prose and markup name versions of other things: only a body that is one line is taken for a version. */
function isOneLine({ text, document }: Body): boolean {
  return /^[^<].{0,200}$/.test(text.trim()) && !Array.isArray(document)
}

function* inText({ text, document, cut }: Body, expected: string): Generator<Observed> {
  const whole = (typeof document === 'string' ? document : text).trim()
  if (isPlaceholder(whole)) return yield* observed(whole, 'body')
  // The last word of a part may be the beginning of a longer one.
  const certain = cut ? whole.slice(0, -200) + whole.slice(-200).replace(/[\w.+~-]+$/, '') : whole
  yield* observed(findInText(certain, expected) ?? guessInText(certain), 'body')
}

function* onlyWord({ text }: Body): Generator<Observed> {
  if (!/\s/.test(text.trim())) yield* observed(text, 'body')
}
