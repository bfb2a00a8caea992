import { Malformed, quote } from '@deploy-safety/common/inputs'
import { type Cursor, isAtEnd, peek, placeOf, take } from './cursor.ts'
import type { Scope, Selector } from './gate.ts'
import { GateProblem } from './problem.ts'
import { isReserved } from './rest.ts'
import { nameSelector, regexSelector } from './selector.ts'
import { readQuoted } from './text.ts'
import type { Traits } from './traits.ts'

const accepted = 'Write an endpoint as "GET /checkout", "GET /api/*" or /^GET/i, or each, or all: p95 of each < 800ms.'
const longestRegex = 1_000

// As JavaScript delimits it: a slash inside is in a class or behind a backslash.
const regexLiteral = /\/(?:[^/\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[dgimsuvy]*(?![\p{L}\p{N}_.\-/*:{}$@~?&%+])/suy
const bareName = /[\p{L}\p{N}_.\-/*:{}$@~?&%+]+/uy
const bareEnd = /[<>=!≤≥]|for\b/uy

/** Reads `of …`, which may be missing. @throws GateProblem */
export function readScope(cursor: Cursor, { ofEndpoints }: Traits): Scope {
  const at = placeOf(cursor)
  if (take(cursor, /of(?![\p{L}\p{N}_])/uy) === undefined) return { kind: 'all' }
  if (!ofEndpoints) throw new GateProblem(at, 'this measure covers the whole run and has no endpoints', 'Remove "of".')
  const special = take(cursor, /(?:each|all)(?![\p{L}\p{N}_.\-/*:{}$@~?&%+])/uy)
  if (special !== undefined) return { kind: special === 'each' ? 'each' : 'all' }
  return { kind: 'matching', selector: readSelector(cursor) }
}

function readSelector(cursor: Cursor): Selector {
  const at = placeOf(cursor)
  const quoted = readQuoted(cursor, accepted)
  if (quoted === '') throw new GateProblem(at, 'the endpoint name is empty', accepted)
  if (quoted !== undefined) return nameSelector(quoted)
  if (isPath(cursor)) return readBareName(cursor)
  const literal = take(cursor, regexLiteral)
  return literal === undefined ? readBareName(cursor) : toRegexSelector(literal, at)
}

/** `/checkout` is a path and not the beginning of an expression when it has one slash and what follows is not part of it. */
function isPath(cursor: Cursor): boolean {
  const name = peek(cursor, bareName)
  if (name === undefined || name.lastIndexOf('/') > 0) return false
  const behind = { ...cursor, gaps: [...cursor.gaps] }
  take(behind, bareName)
  return isAtEnd(behind) || peek(behind, bareEnd) !== undefined
}

function toRegexSelector(literal: string, at: number): Selector {
  const end = literal.lastIndexOf('/')
  const expression = literal.slice(1, end)
  if (expression.length > longestRegex)
    throw new GateProblem(at, `the regular expression has more than ${longestRegex} characters`, accepted)
  try {
    return regexSelector(expression, literal.slice(end + 1))
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new GateProblem(at, error.message, `${error.accepted} Write the name of an endpoint in quotes.`)
  }
}

function readBareName(cursor: Cursor): Selector {
  const at = placeOf(cursor)
  const name = take(cursor, bareName)
  if (name === undefined || isReserved(name)) throw noName(cursor, at)
  if (isReserved(name.toLowerCase()))
    throw new GateProblem(at, `write ${quote(name)} in lower case, or in quotes if it is a name`, accepted)
  if (name.length > 1 && name.startsWith('/') && name.endsWith('/'))
    throw new GateProblem(
      at,
      `${quote(name)} is ambiguous: a name or a regular expression`,
      `Write "${name}" for the name, and \\/ for a slash inside a regular expression.`,
    )
  if (isAtEnd(cursor) || peek(cursor, bareEnd) !== undefined) return nameSelector(name)
  const whole = quote(/^[^<>=!"]*/.exec(cursor.line.slice(at))?.[0].trim() ?? name)
  const sign = whole.includes(' ') ? 'spaces' : 'special characters'
  throw new GateProblem(at, `quote endpoint names that contain ${sign}: ${whole}`, accepted)
}

function noName(cursor: Cursor, at: number): GateProblem {
  const isRegex = peek(cursor, /\//y) !== undefined
  return new GateProblem(at, isRegex ? 'the regular expression is not closed' : 'an endpoint name is missing', accepted)
}
