import { quote } from '@deploy-safety/common/inputs'
import { allNodesAt } from './json-condition.ts'
import { pathStep } from './path-step.ts'
import {
  describeSource,
  isPlaceholder,
  placeholderIn,
  type VersionedResponse,
  type VersionSource,
  versionText,
} from './version.ts'
import { commonPart, matchesVersion } from './version-match.ts'
import { findInText } from './version-text.ts'

/** What to write in version-from where the response has the expected version. */
export function describeElsewhere(response: VersionedResponse, expected: string): string {
  const elsewhere = isPlaceholder(expected) ? undefined : sourceOf(expected, response)
  if (elsewhere === undefined) return ''
  return `; the response has it elsewhere: if that is the version, set "version-from: ${elsewhere}"`
}

/** What a response has instead of a version, and what to write in version-from where it has the expected one elsewhere. */
export function describeMissing(source: VersionSource, response: VersionedResponse, expected: string): string {
  const placeholder = placeholderIn(source, response)
  const advice = describeElsewhere(response, expected)
  if (placeholder !== undefined)
    return `got only the placeholder ${quote(placeholder.text)} (${placeholder.place})${advice}`
  return `got none${advice} (${describeSource(source)}${problemOf(source, response)})`
}

function problemOf(source: VersionSource, { body }: VersionedResponse): string {
  if (source.kind !== 'json') return ''
  if (body.document === undefined) return ', but the body is not JSON'
  const nodes = allNodesAt(source.query, body.document)
  return typeof nodes === 'string' ? `: ${nodes}` : ', where no text or number is'
}

/** The version-from that would find the expected version. */
function sourceOf(expected: string, { headers, body }: VersionedResponse): string | undefined {
  const isExpected = (value: unknown) => {
    const text = versionText(value)
    return text !== undefined && matchesVersion(expected, text)
  }
  // Most bodies do not have it anywhere, and then there is no need to look at a hundred thousand values.
  const mayBeInBody = body.text.toLowerCase().includes(commonPart(expected))
  const path = mayBeInBody ? pathTo(isExpected, body.document) : undefined
  if (path !== undefined) return `json:$${path}`
  const header = Object.keys(headers).find((name) => isExpected(headers[name]))
  if (header !== undefined) return `header:${header}`
  return mayBeInBody && findInText(body.text, expected) !== undefined ? 'body' : undefined
}

// Deeper paths are nothing to paste.
const deepestLevel = 16

/** The path from a value to the first that is the expected version, itself included. */
function pathTo(isExpected: (value: unknown) => boolean, value: unknown, depth = 0): string | undefined {
  if (isExpected(value)) return ''
  if (typeof value !== 'object' || value === null || depth === deepestLevel) return undefined
  for (const [name, member] of Object.entries(value)) {
    const rest = pathTo(isExpected, member, depth + 1)
    // Nobody can paste a name that is invisible.
    if (rest === undefined || /[\p{C}\p{Zl}\p{Zp}]/u.test(name)) continue
    return `${Array.isArray(value) ? `[${name}]` : pathStep(name)}${rest}`
  }
  return undefined
}
