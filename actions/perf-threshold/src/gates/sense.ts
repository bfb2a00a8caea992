import { exactly } from '../quantity.ts'
import { compare } from './compare.ts'
import type { Gate, Operator } from './gate.ts'
import { traitsOf } from './traits.ts'

/** Why a gate can never fail, or never hold, whatever the load test gives; undefined when it can do both. */
export function senselessBecause({ measure, operator, limit }: Omit<Gate, 'source'>): string | undefined {
  const { range } = traitsOf(measure)
  if (range === undefined || limit.kind === 'baseline') return undefined
  const [least, most] = range
  const lowest = holds(least, operator, limit.value)
  const highest = holds(most, operator, limit.value)
  const isInside = limit.value >= least && limit.value <= most
  // Whoever compares for equality with something that can be reached has a gate that can do both.
  if (lowest !== highest || (isInside && (operator === '==' || operator === '!='))) return undefined
  const bounds = most === 1 ? 'its value is always from 0 to 1' : 'its value is never below 0'
  return lowest ? `this threshold can never fail: ${bounds}` : `this threshold can never pass: ${bounds}`
}

function holds(value: number, operator: Operator, limit: number): boolean {
  return compare(exactly(value), operator, exactly(limit)) === 'kept'
}
