import { isDeepStrictEqual } from 'node:util'
import { execOnPart } from './pattern.ts'

export type Operator = (typeof operators)[number]

export const operators = ['==', '!=', '<=', '>=', '<', '>', 'contains', 'matches', 'exists'] as const

/** What a value is compared with, and how. */
export interface Comparison {
  /** Compare the number of elements, members or characters instead of the value. */
  readonly ofLength: boolean
  readonly operator: Operator
  /** The right side; a regular expression for `matches`, nothing for `exists`. */
  readonly operand: unknown
}

/** `open`: the text is longer than what an expression sees of it. */
export type Met = 'yes' | 'no' | 'open'

/** Whether a value meets the condition of its own, `not` aside. */
export function meets({ operator, operand, ofLength }: Comparison, value: unknown): Met {
  const left = ofLength ? lengthOf(value) : value
  if (left === undefined) return 'no'
  if (operator === 'matches') return operand instanceof RegExp ? matches(left, operand) : 'no'
  return holds(left, operator, operand) ? 'yes' : 'no'
}

/** Numbers and booleans have a text too: the one that JSON writes. */
function matches(left: unknown, regex: RegExp): Met {
  const isScalar = typeof left === 'string' || typeof left === 'number' || typeof left === 'boolean'
  return isScalar ? execOnPart(regex, String(left), false) : 'no'
}

function holds(left: unknown, operator: Exclude<Operator, 'matches'>, operand: unknown): boolean {
  switch (operator) {
    case 'exists':
      return true
    case '==':
      return isEqual(left, operand)
    case '!=':
      return !isEqual(left, operand)
    case 'contains':
      return contains(left, operand)
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

/** Of elements, members or characters; undefined for what has none. */
export function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') return [...value].length
  if (Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined
}
