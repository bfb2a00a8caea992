import { Malformed, quote } from '@deploy-safety/common/inputs'
import type { Candidate } from '../provider.ts'

/** A version, named by whoever runs the action: by identity, revision, commit, image tag or digest. */
export interface Reference {
  /** Without what says of which kind it is. */
  readonly text: string
  /** `any`: whatever it fits. */
  readonly kind: 'identity' | 'revision' | 'tag' | 'digest' | 'commit' | 'any'
}

const leastCommit = 7
const forms =
  'Write an identity (template:5b7569ff85), a commit (7 or more hex digits), an image tag or digest, revision:3 or tag:3.'

/** Reads an explicit version. @throws Malformed */
export function parseReference(text: string): Reference {
  if (/\$\{|\{\{/.test(text)) throw new Malformed(`${quote(text)} is a variable that nobody filled in`, forms)
  if (!/^[\w./:@+=-]{1,512}$/.test(text) || text.startsWith('-')) {
    throw new Malformed(`${quote(text)} names no version`, forms)
  }
  const [, prefix = '', rest = ''] = /^(revision|tag|commit):(.*)$/.exec(text) ?? []
  if (prefix !== '') return parsePrefixed(prefix, rest)
  if (/^(template|manifest):/.test(text) || text.includes('=')) return { kind: 'identity', text }
  if (text.includes('sha256:')) return parseDigest(text)
  return { kind: 'any', text }
}

function parsePrefixed(prefix: string, text: string): Reference {
  const refuse = (example: string) =>
    new Malformed(`${quote(`${prefix}:${text}`)} names no ${prefix}`, `Write for example ${example}.`)
  if (prefix === 'revision') {
    if (!/^\d{1,15}$/.test(text)) throw refuse('revision:3')
    return { kind: 'revision', text }
  }
  if (prefix === 'tag') {
    if (!/^\w[\w.-]{0,127}$/.test(text)) throw refuse('tag:1.4.0')
    return { kind: 'tag', text }
  }
  if (!isCommit(text)) throw refuse('commit:3f9c1e7')
  return { kind: 'commit', text: text.toLowerCase() }
}

/** Whether it names this candidate. */
export function names(reference: Reference, candidate: Candidate): boolean {
  const { kind, text } = reference
  switch (kind) {
    case 'identity':
      return candidate.version === text
    case 'revision':
      return candidate.revision === text
    case 'tag':
      return candidate.images.some((image) => tagOf(image) === text)
    case 'digest':
      return (
        candidate.version === text || candidate.images.some((image) => image === text || image.endsWith(`@${text}`))
      )
    case 'commit':
      return isOfCommit(text, candidate)
    default:
      return isNamed(text, candidate)
  }
}

/** It fits one candidate in one way and another one in another: nobody can tell which was meant. */
export function isAmbiguous({ kind, text }: Reference, candidates: readonly Candidate[]): boolean {
  if (kind !== 'any') return false
  const found = [isCalled, isRevision, isOfImage].map((fits) => candidates.filter((one) => fits(text, one)))
  const ways = found.filter((some) => some.length > 0)
  return ways.some((one) => ways.some((other) => other.some((candidate) => !one.includes(candidate))))
}

/** The commit of a version: what the provider knows, or the tag of an image that is one. */
export function commitOf({ commit, images }: Candidate): string | undefined {
  if (commit !== undefined) return commit
  const tags = images.map((image) => tagOf(image).replace(/^(sha|git)-/, ''))
  return tags.find((tag) => isCommit(tag) && /[a-f]/i.test(tag))
}

function isNamed(text: string, candidate: Candidate): boolean {
  if ([isCalled, isRevision, isOfImage].some((fits) => fits(text, candidate))) return true
  return isCommit(text) && isOfCommit(text.toLowerCase(), candidate)
}

function isCalled(text: string, { version, names = [] }: Candidate): boolean {
  return version === text || names.includes(text)
}

function isRevision(text: string, { revision }: Candidate): boolean {
  return revision === text
}

function isOfImage(text: string, { images }: Candidate): boolean {
  return images.some((image) => image === text || tagOf(image) === text)
}

function isOfCommit(text: string, candidate: Candidate): boolean {
  return commitOf(candidate)?.toLowerCase().startsWith(text) ?? false
}

function isCommit(text: string): boolean {
  return text.length >= leastCommit && /^[\da-f]{7,40}$/i.test(text)
}

function parseDigest(text: string): Reference {
  if (/(^|@)sha256:[\da-f]{64}$/.test(text)) return { kind: 'digest', text }
  throw new Malformed(`${quote(text)} is no digest of an image`, 'Write sha256: and 64 hex digits.')
}

/** Empty when the image has none. */
function tagOf(image: string): string {
  return /:([^/:@]+)(?:@.*)?$/.exec(image.replace(/@.*$/, ''))?.[1] ?? ''
}
