import { isDeepStrictEqual } from 'node:util'
import { messageOf } from '@deploy-safety/common/errors'
import { cut } from '@deploy-safety/common/escape'
import { Malformed, quote } from '@deploy-safety/common/inputs'
import { parseRegex } from '@deploy-safety/common/regex'
import { runWithin, timedOut } from '@deploy-safety/common/time-box'
import { type JSONPathQuery, type JSONValue, jsonpath } from 'json-p3'
import { execOnPart, timeLimitMs } from './pattern.ts'

type Operator = (typeof operators)[number]

const operators = ['==', '!=', '<=', '>=', '<', '>', 'contains', 'matches', 'exists'] as const

/** One line of `expect-json`: `$.status == "UP"`, `len($.items) > 0`. */
export interface JsonCondition {
  readonly source: string
  readonly query: JSONPathQuery
  /** Compare the number of elements, members or characters instead of the value. */
  readonly ofLength: boolean
  readonly operator: Operator
  /** The right side; a regular expression for `matches`, nothing for `exists`. */
  readonly operand: unknown
}

const howTo =
  'Write for example: $.status == "UP", $.checks[*].latency_ms < 50, len($.items) > 0, $.version matches /^2\\./, $.id exists.'

/** @throws Malformed */
export function parseJsonCondition(source: string): JsonCondition {
  const refuse = (problem: string) => new Malformed(`the condition ${quote(source)} ${problem}`, howTo)
  const ofLength = /^len\s*\(/.test(source)
  const pathStart = source.indexOf('$')
  const pathEnd = endOfPath(source, pathStart)
  const rest = /^\s*(\)?)\s*([=!<>]+|[a-z]+)\s*(.*)$/is.exec(source.slice(pathEnd))
  if (pathStart < 0 || source.slice(0, pathStart).replace(/^len\s*\(\s*$/, '') !== '')
    throw refuse('does not begin with a path, $ or len($…)')
  if (rest === null) throw refuse('has no operator after its path')
  const [, closing = '', operatorText = '', operandText = ''] = rest
  if (ofLength !== (closing === ')')) throw refuse('has an unmatched parenthesis')
  const operator = operators.find((known) => known === operatorText)
  if (operator === undefined)
    throw refuse(`has the unknown operator ${quote(operatorText)}; there are ${operators.join(' ')}`)
  return {
    source,
    query: parsePath(source.slice(pathStart, pathEnd)),
    ofLength,
    operator,
    operand: parseOperand(operator, operandText.trim(), refuse),
  }
}

/** Reads an RFC 9535 JSONPath. @throws Malformed */
export function parsePath(path: string): JSONPathQuery {
  try {
    return jsonpath.compile(path)
  } catch (error) {
    throw new Malformed(
      `${quote(path)} is not a JSONPath (${messageOf(error)})`,
      'Write it as in RFC 9535: $.build.version, $.items[0].id.',
    )
  }
}

/** Why the condition does not hold, or undefined when it does: there is at least one node, and every one meets it. */
export function unmetBy(condition: JsonCondition, document: unknown): string | undefined {
  const values = valuesAt(condition.query, document, (value) => meets(condition, value))
  if (typeof values === 'string') return values
  if (values.length === 0) return 'nothing is at that path'
  const [bad, ...others] = values.filter(({ holds }) => !holds)
  if (bad === undefined) return undefined
  return `observed ${cut(textOf(bad.value), 80)}${others.length === 0 ? '' : ` and ${others.length} more that do not meet it`}`
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return Array.isArray(value) ? 'an array too deep to show' : 'an object too deep to show'
  }
}

/** The first value at a path, or why there is none. */
export function firstValueAt(query: JSONPathQuery, document: unknown): { value: unknown } | string {
  const values = valuesAt(query, document, () => true)
  if (typeof values === 'string') return values
  return values[0] ?? 'nothing is at that path'
}

type Judged = { readonly value: unknown; readonly holds: boolean }

/** Query and judgement share one time limit: both run the user's expressions over a foreign document. */
function valuesAt(query: JSONPathQuery, document: unknown, holds: (value: unknown) => boolean): Judged[] | string {
  try {
    const judged = runWithin(timeLimitMs, () => {
      const nodes = query.query(document as JSONValue)
      return nodes.values().map((value) => ({ value, holds: holds(value) }))
    })
    return judged === timedOut ? `the condition took more than ${timeLimitMs} ms on this body` : judged
  } catch (error) {
    return `the path cannot be applied to this body: ${messageOf(error)}`
  }
}

function meets({ operator, operand, ofLength }: JsonCondition, value: unknown): boolean {
  const left = ofLength ? lengthOf(value) : value
  if (left === undefined) return false
  switch (operator) {
    case 'exists':
      return true
    case '==':
      return isEqual(left, operand)
    case '!=':
      return !isEqual(left, operand)
    case 'contains':
      return contains(left, operand)
    case 'matches':
      return typeof left === 'string' && operand instanceof RegExp && execOnPart(operand, left, false) === 'yes'
    default:
      return isInOrder(left, operator, operand)
  }
}

function isEqual(left: unknown, right: unknown): boolean {
  return left === right || isDeepStrictEqual(left, right)
}

function contains(left: unknown, part: unknown): boolean {
  if (Array.isArray(left)) return left.some((element) => isEqual(element, part))
  if (typeof part !== 'string') return false
  if (typeof left === 'string') return left.includes(part)
  return typeof left === 'object' && left !== null && Object.hasOwn(left, part)
}

/** Numbers with numbers, texts with texts; anything else is in no order. */
function isInOrder(left: unknown, operator: '<' | '<=' | '>' | '>=', right: unknown): boolean {
  const comparable =
    (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string')
  if (!comparable) return false
  if (left === right) return operator === '<=' || operator === '>='
  return left < right === operator.startsWith('<')
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') return [...value].length
  if (Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined
}

/** The index behind the path that begins at `start`: the first blank, operator or parenthesis outside of brackets. */
function endOfPath(source: string, start: number): number {
  let depth = 0
  for (const { 0: token, index } of source.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|./gs)) {
    if (token === '[') depth += 1
    if (token === ']') depth -= 1
    if (depth === 0 && /^[\s()=!<>]/.test(token)) return start + index
  }
  return source.length
}

function parseOperand(operator: Operator, text: string, refuse: (problem: string) => Malformed): unknown {
  if (operator === 'exists') {
    if (text !== '') throw refuse('has something after exists')
    return undefined
  }
  const regex = /^\/(.+)\/([a-z]*)$/s.exec(text)
  if (operator === 'matches' && regex !== null) return parseRegex(regex[1] ?? '', regex[2])
  const value = parseLiteral(text)
  if (value === undefined) throw refuse(text === '' ? 'has no value' : `has ${quote(text)} as its value; ${hint(text)}`)
  if (operator !== 'matches') return value
  if (typeof value !== 'string') throw refuse('needs a regular expression after matches, /…/ or a quoted one')
  return parseRegex(value)
}

function hint(text: string): string {
  return /^['"]/.test(text) ? 'a text ends with its quote and has the escapes of JSON' : 'a text needs quotes'
}

// RFC 9535 2.3.1.1: as in JSON, but that the two quotes change places. What follows a backslash is left to JSON.
const singleQuoted = /^'((?:[^'\\]|\\[^"])*)'$/s
const inDoubleQuotes: Readonly<Record<string, string>> = { "\\'": "'", '"': '\\"' }

/** A JSON value, or a text in single quotes. */
function parseLiteral(text: string): unknown {
  const single = singleQuoted.exec(text)?.[1]
  try {
    if (single === undefined) return JSON.parse(text)
    const value: string = JSON.parse(`"${single.replace(/\\.|"/gs, (token) => inDoubleQuotes[token] ?? token)}"`)
    // The RFC knows no half of a surrogate pair.
    return value.isWellFormed() ? value : undefined
  } catch {
    return undefined
  }
}
