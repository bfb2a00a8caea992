import type { Fidelity, Quantity } from '../quantity.ts'

/** Hyndman and Fan's type 7, as in k6, NumPy and spreadsheets, or the value at rank `ceil(n × share)`. */
export type PercentileMethod = 'linear' | 'nearest-rank'

/** How exact every single value is. */
export interface Precision {
  readonly fidelity: Fidelity
  /** What a value can have been before it was rounded. Monotone in the value. */
  readonly boundsOf: (value: number) => readonly [low: number, high: number]
  /** Of the buckets that the values stand for; undefined: for themselves. */
  readonly bits?: number
}

export const exact: Precision = { fidelity: { kind: 'exact' }, boundsOf: (value) => [value, value] }

/** A percentile among the values from `below` to `above`, of which there are `count`: at `position` from 0. */
export interface Place {
  readonly below: number
  readonly above: number
  readonly position: number
  readonly count: number
}

/** Latencies, in milliseconds, of which each is known as exactly as `precision` says. */
export class Distribution {
  readonly count: number
  readonly precision: Precision
  readonly #values: Float64Array
  /** How many values there are up to this one, itself included; undefined: each stands for itself. */
  readonly #ranks: Float64Array | undefined

  private constructor(values: Float64Array, ranks: Float64Array | undefined, precision: Precision) {
    this.#values = values
    this.#ranks = ranks
    this.precision = precision
    this.count = ranks === undefined ? values.length : (ranks.at(-1) ?? 0)
  }

  /** Takes the values over and sorts them. */
  static ofValues(values: Float64Array, precision: Precision = exact): Distribution {
    return new Distribution(values.sort(), undefined, precision)
  }

  /** From values and how often each of them occurs. */
  static ofCounts(counts: ReadonlyMap<number, number>, precision: Precision): Distribution {
    const entries = [...counts].filter(([, count]) => count > 0).sort(([one], [other]) => one - other)
    const ranks = new Float64Array(entries.length)
    entries.forEach(([, count], index) => {
      ranks[index] = (ranks[index - 1] ?? 0) + count
    })
    return new Distribution(
      Float64Array.from(entries, ([value]) => value),
      ranks,
      precision,
    )
  }

  /** Both together; they are of the same precision. */
  static ofBoth(one: Distribution, other: Distribution): Distribution {
    const counts = new Map(one.entries())
    for (const [value, count] of other.entries()) counts.set(value, (counts.get(value) ?? 0) + count)
    return Distribution.ofCounts(counts, one.count > 0 ? one.precision : other.precision)
  }

  /** Every value, ascending, and how often it occurs. */
  *entries(): Generator<readonly [value: number, count: number]> {
    for (const [place, value] of this.#values.entries()) yield [value, this.#rankOf(place + 1) - this.#rankOf(place)]
  }

  /** How many values are at most this one, as they stand for theirs. */
  upTo(value: number): number {
    return this.#ranksOf(value)[1]
  }

  /** How many are smaller. */
  below(value: number): number {
    return this.#ranksOf(value)[0]
  }

  /** Undefined without values. @param share from 0 to 1 */
  percentile(share: number, method: PercentileMethod): Quantity | undefined {
    if (this.count === 0) return undefined
    return this.#between(positionOf(share, this.count, method))
  }

  /** Where a percentile is: at a position from 0 among the values in order, between the values of two places. */
  placeOf(share: number, method: PercentileMethod): Place | undefined {
    if (this.count === 0) return undefined
    const position = positionOf(share, this.count, method)
    const [below, above] = [this.#at(Math.floor(position)), this.#at(Math.ceil(position))]
    const [first] = this.#ranksOf(below)
    const [, last] = this.#ranksOf(above)
    return { below, above, position: position - first, count: last - first }
  }

  /** The value at a rank, from 1; minus or plus infinity below and above all. */
  atRank(rank: number): number {
    if (rank < 1) return Number.NEGATIVE_INFINITY
    return rank > this.count ? Number.POSITIVE_INFINITY : this.#at(rank - 1)
  }

  /** How many values are at most so large: surely, and possibly. */
  atMost(limit: number): readonly [least: number, most: number] {
    const countWhere = (holds: (bounds: readonly [number, number]) => boolean) =>
      this.#rankOf(
        firstWhere(this.#values.length, (index) => !holds(this.precision.boundsOf(this.#values[index] ?? 0))),
      )
    return [countWhere(([, high]) => high <= limit), countWhere(([low]) => low <= limit)]
  }

  get average(): Quantity | undefined {
    if (this.count === 0) return undefined
    const { fidelity, boundsOf } = this.precision
    const value = this.#sumOf((one) => one) / this.count
    if (this.precision === exact) return { value, low: value, high: value, fidelity }
    const [low, high] = [this.#sumOf((one) => boundsOf(one)[0]), this.#sumOf((one) => boundsOf(one)[1])]
    return { value, low: low / this.count, high: high / this.count, fidelity }
  }

  get minimum(): Quantity | undefined {
    return this.count === 0 ? undefined : this.#between(0)
  }

  get maximum(): Quantity | undefined {
    return this.count === 0 ? undefined : this.#between(this.count - 1)
  }

  #sumOf(part: (value: number) => number): number {
    let sum = 0
    for (let place = 0; place < this.#values.length; place += 1) {
      const weight = this.#rankOf(place + 1) - this.#rankOf(place)
      sum += part(this.#values[place] ?? 0) * weight
    }
    return sum
  }

  /** The value at an index from 0, in between by linear interpolation. */
  #between(position: number): Quantity {
    const below = this.#at(Math.floor(position))
    const above = this.#at(Math.ceil(position))
    const [lowBelow, highBelow] = this.precision.boundsOf(below)
    const [lowAbove, highAbove] = this.precision.boundsOf(above)
    const mix = (one: number, other: number) => one + (other - one) * (position - Math.floor(position))
    return {
      value: mix(below, above),
      low: mix(lowBelow, lowAbove),
      high: mix(highBelow, highAbove),
      fidelity: this.precision.fidelity,
    }
  }

  #at(index: number): number {
    const ranks = this.#ranks
    const place = ranks === undefined ? index : firstWhere(ranks.length, (candidate) => (ranks[candidate] ?? 0) > index)
    return this.#values[place] ?? Number.NaN
  }

  /** How many values are before those that are equal to this one, and how many up to the last of them. */
  #ranksOf(value: number): readonly [first: number, last: number] {
    const values = this.#values
    const first = firstWhere(values.length, (index) => (values[index] ?? 0) >= value)
    const next = firstWhere(values.length, (index) => (values[index] ?? 0) > value)
    return [this.#rankOf(first), this.#rankOf(next)]
  }

  /** How many values there are before the place in the list. */
  #rankOf(place: number): number {
    return this.#ranks === undefined ? place : (this.#ranks[place - 1] ?? 0)
  }
}

/** From 0. */
export function positionOf(share: number, count: number, method: PercentileMethod): number {
  return method === 'nearest-rank' ? nearestRank(count, share) - 1 : (count - 1) * share
}

/** From 1. A share of a count is a product of floats: 0.95 × 100 is a hair above 95, and means 95. */
export function nearestRank(count: number, share: number): number {
  return Math.max(1, Math.ceil(count * share - count * 1e-12))
}

/** The first index from 0 at which a condition holds that stays true from there on; `length` when there is none. */
export function firstWhere(length: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
