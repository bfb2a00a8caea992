import { isDeepStrictEqual } from 'node:util'
import { messageOf } from '@deploy-safety/common/errors'
import { cut } from '@deploy-safety/common/escape'
import { runWithin, timedOut } from '@deploy-safety/common/time-box'
import type { JSONPathQuery, JSONValue } from 'json-p3'
import { execOnPart, timeLimitMs } from './pattern.ts'

export type Operator = (typeof operators)[number]

export const operators = ['==', '!=', '<=', '>=', '<', '>', 'contains', 'matches', 'exists'] as const

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

/** The values at a path, or why there are none. */
export function allValuesAt(query: JSONPathQuery, document: unknown): readonly unknown[] | string {
  const nodes = valuesAt(query, document, () => true)
  if (typeof nodes === 'string') return nodes
  return nodes.length === 0 ? 'nothing is at that path' : nodes.map(({ value }) => value)
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
