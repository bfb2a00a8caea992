import { wantsLess } from '../gates/compare.ts'
import type { Operator } from '../gates/gate.ts'
import type { Quantity } from '../quantity.ts'
import type { Judgement } from './judgement.ts'
import type { Subject } from './subject.ts'

/** An endpoint, or a window of time, for which a threshold failed. */
export interface Breach {
  /** Undefined: all of those that the gate is about. */
  readonly endpoint: string | undefined
  /** Since the start of the run; undefined: the run as a whole. */
  readonly stretch: { readonly fromMs: number; readonly toMs: number } | undefined
  readonly value: Quantity
  /** See `Judgement`. */
  readonly margin: number
}

/** What a gate on several endpoints or stretches says of them. */
export interface Breaches {
  /** How many do not hold. */
  readonly count: number
  /** Of how many that were judged. */
  readonly of: number
  /** The worst first, up to a hundred. */
  readonly worst: readonly Breach[]
}

const mostKept = 100

/** @param judged one judgement for each endpoint or stretch that was judged */
export function breachesOf(
  judged: readonly Judgement[],
  placeOf: (index: number) => Pick<Breach, 'endpoint' | 'stretch'>,
): Breaches {
  const found = judged.flatMap(({ verdict, value, margin }, index) =>
    verdict === 'failed' && value !== undefined ? [{ index, value, margin: margin ?? 0 }] : [],
  )
  const worst = found.sort(byMargin).slice(0, mostKept)
  return {
    count: found.length,
    of: judged.length,
    worst: worst.map(({ index, ...breach }) => ({ ...placeOf(index), ...breach })),
  }
}

export function allBreaches(parts: readonly Breaches[]): Breaches {
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    of: parts.reduce((sum, { of }) => sum + of, 0),
    worst: parts
      .flatMap(({ worst }) => worst)
      .sort(byMargin)
      .slice(0, mostKept),
  }
}

function byMargin(one: Pick<Breach, 'margin'>, other: Pick<Breach, 'margin'>): number {
  return one.margin - other.margin
}

/** The name of the one endpoint that is judged; undefined for several. */
export function endpointOf({ endpoints }: Subject): string | undefined {
  return endpoints?.length === 1 ? endpoints[0]?.name : undefined
}

/** `3 of 40 endpoints`, `2 of 4 windows over the limit`; none where that says nothing. */
export function shareRemark({ count, of }: Pick<Breaches, 'count' | 'of'>, what: string): string[] {
  return count === 0 || of < 2 ? [] : [`${count} of ${of} ${what}`]
}

/** On which side of its limit a number is that breaks it. */
export function beyondLimit(operator: Operator): string {
  return wantsLess(operator) ? 'over the limit' : 'below the limit'
}

/** Remarks in parentheses behind a sentence. */
export function inParentheses(remarks: readonly string[]): string {
  return remarks.map((remark) => ` (${remark})`).join('')
}
