import type { Quantity } from '../quantity.ts'
import type { Operator } from './gate.ts'

/** Whether a number keeps a limit; `open` when it may or may not, as far as it is known. */
export type Comparison = 'kept' | 'broken' | 'open'

/** Both may be known only roughly: a limit is kept when it is so wherever either of them can be. */
export function compare({ low, high }: Quantity, operator: Operator, limit: Quantity): Comparison {
  const isSame = low === high && limit.low === limit.high && low === limit.low
  const differs = low > limit.high || high < limit.low
  switch (operator) {
    case '<':
      return decided(high < limit.low, low >= limit.high)
    case '<=':
      return decided(high <= limit.low, low > limit.high)
    case '>':
      return decided(low > limit.high, high <= limit.low)
    case '>=':
      return decided(low >= limit.high, high < limit.low)
    case '==':
      return decided(isSame, differs)
    case '!=':
      return decided(differs, isSame)
  }
}

function decided(kept: boolean, broken: boolean): Comparison {
  if (kept) return 'kept'
  return broken ? 'broken' : 'open'
}

/** Whether smaller numbers are the better ones. */
export function wantsLess(operator: Operator): boolean {
  return operator === '<' || operator === '<=' || operator === '=='
}

/** How far a value is inside of its limit, as a share of the limit; of a limit of 0, in the unit of the value. */
export function marginOf(operator: Operator, value: Quantity, limit: Quantity): number {
  const isLess = wantsLess(operator)
  const [reached, allowed] = isLess ? [value.high, limit.low] : [value.low, limit.high]
  const distance = isLess ? allowed - reached : reached - allowed
  const inside = operator === '==' || operator === '!=' ? Math.abs(distance) * (isLess ? -1 : 1) : distance
  return inside / (Math.abs(allowed) || 1)
}
