import { type Distribution, firstWhere } from './distribution.ts'

/** Latencies that surely belong together, and those at their border, of which nobody knows. */
export interface Unsure {
  readonly sure: Distribution
  readonly border: Distribution
}

/**
 * The least and the greatest that the value at a rank is, whichever of the border belong.
 * @param rankOf the rank from 1 among so many values; with one value more it grows by one at most
 */
export function valueAtRank({ sure, border }: Unsure, rankOf: (count: number) => number): readonly [number, number] {
  const values = valuesOf({ sure, border })
  // Those of the border that do not make it smaller, or greater, are left out of it.
  const atLeast = firstWhere(values.length, (at) => {
    const value = values[at] ?? 0
    const small = border.upTo(value)
    return sure.upTo(value) + small >= rankOf(sure.count + small)
  })
  const beyond = firstWhere(values.length, (at) => {
    const value = values[at] ?? 0
    return sure.below(value) >= rankOf(sure.count + border.count - border.below(value))
  })
  const [fewest, most] = [sure.count, sure.count + border.count]
  return [
    rankOf(fewest) < 1 ? Number.NEGATIVE_INFINITY : (values[atLeast] ?? Number.POSITIVE_INFINITY),
    rankOf(fewest) > fewest || rankOf(most) > most
      ? Number.POSITIVE_INFINITY
      : (values[beyond - 1] ?? Number.NEGATIVE_INFINITY),
  ]
}

/** Numbers, and how often each of them occurs. */
export type Weighted = readonly (readonly [value: number, count: number])[]

/** The least that the average is, whichever of the border belong; infinite without numbers. */
export function leastAverage(sure: Weighted, border: Weighted): number {
  let count = sure.reduce((sum, [, times]) => sum + times, 0)
  let sum = sure.reduce((total, [value, times]) => total + value * times, 0)
  for (const [value, times] of border.toSorted(([one], [other]) => one - other)) {
    if (times === 0) continue
    if (count > 0 && value >= sum / count) break
    sum += value * times
    count += times
  }
  return count === 0 ? Number.POSITIVE_INFINITY : sum / count
}

/** The greatest. */
export function greatestAverage(sure: Weighted, border: Weighted): number {
  const negative = (numbers: Weighted) => numbers.map(([value, times]) => [-value, times] as const)
  return -leastAverage(negative(sure), negative(border))
}

function valuesOf({ sure, border }: Unsure): number[] {
  const values = new Set([...sure.entries(), ...border.entries()].map(([value]) => value))
  return [...values].sort((one, other) => one - other)
}
