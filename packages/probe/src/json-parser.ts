import { messageOf } from '@deploy-safety/common/errors'
import { Malformed, quote } from '@deploy-safety/common/inputs'
import { parseRegex } from '@deploy-safety/common/regex'
import { type JSONPathQuery, jsonpath } from 'json-p3'
import { type Operator, operators } from './json-comparison.ts'
import type { JsonCondition } from './json-condition.ts'
import { parseDelimited } from './pattern.ts'

const howTo =
  'Write for example: $.status == "UP", $.checks[*].latency_ms < 50, len($.items) > 0, $.version matches /^2\\./, $.id exists, not $.errors exists.'

/** @throws Malformed */
export function parseJsonCondition(source: string): JsonCondition {
  const refuse = (problem: string) => new Malformed(`the condition ${quote(source)} ${problem}`, howTo)
  const pathStart = source.indexOf('$')
  const pathEnd = endOfPath(source, pathStart)
  const begin = /^(not\s+)?(len\s*\(\s*)?$/.exec(source.slice(0, Math.max(pathStart, 0)))
  const rest = /^\s*(\)?)\s*([=!<>]+|[a-z]+)\s*(.*)$/is.exec(source.slice(pathEnd))
  if (pathStart < 0 || begin === null) throw refuse('does not begin with a path, $ or len($…)')
  const [negated, ofLength] = [begin[1] !== undefined, begin[2] !== undefined]
  if (rest === null) throw refuse('has no operator after its path')
  const [, closing = '', operatorText = '', operandText = ''] = rest
  if (ofLength !== (closing === ')')) throw refuse('has an unmatched parenthesis')
  const operator = operators.find((known) => known === operatorText)
  if (operator === undefined)
    throw refuse(`has the unknown operator ${quote(operatorText)}; there are ${operators.join(' ')}`)
  const path = source.slice(pathStart, pathEnd)
  return {
    source,
    path,
    query: parsePath(path),
    negated,
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
  const regex = operator === 'matches' ? parseDelimited(text) : undefined
  if (regex !== undefined) return regex
  const value = parseLiteral(text)
  if (value === undefined) throw refuse(text === '' ? 'has no value' : `has ${quote(text)} as its value; ${hint(text)}`)
  if (operator !== 'matches') {
    if (!/[<>]/.test(operator) && !isExact(value)) {
      throw refuse('compares a number that JSON readers round; compare its digits with expect-body')
    }
    return value
  }
  if (typeof value !== 'string') throw refuse('needs a regular expression after matches, /…/ or a quoted one')
  return parseRegex(value)
}

/** Beyond 2^53, other numbers are read as the same; who writes an exponent does not count on every digit. */
function isExact(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) >= 1e21 || Number.isSafeInteger(Math.trunc(value))
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact)
}

function hint(text: string): string {
  if (/\s(&&|and)\s/i.test(text)) return 'write one condition per line, all must hold'
  if (/\s(\|\||or)\s/i.test(text)) return 'for one of several values write matches /^(UP|OK)$/'
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
