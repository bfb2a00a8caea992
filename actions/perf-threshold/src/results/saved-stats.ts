import { countAt, elements, member, numberAt, type Place, present, textAt } from '../formats/json.ts'
import type { Fidelity, Quantity } from '../quantity.ts'
import type { Histogram, Latency, Stats } from '../reported.ts'
import { insist, required, requiredCount, requiredText, wrong } from './saved-fields.ts'

/** What a tool said of some requests. @throws Unreadable where it contradicts itself */
export function readStats(place: Place): Stats {
  const [count, errors] = [countAt(member(place, 'count')), countAt(member(place, 'errors'))]
  const isPart = count === undefined || errors === undefined || errors <= count
  insist(isPart, member(place, 'errors'), 'more requests failed than there were')
  const successful = member(place, 'successful')
  const latencyAt = (at: Place) => readLatency(at, count ?? Number.POSITIVE_INFINITY)
  return {
    count,
    errors,
    errorsWithin: readBounds(member(place, 'errorsWithin'), count),
    throughput: numberAt(member(place, 'throughput')),
    latency: latencyAt(member(place, 'latency')),
    successful: successful.value === undefined ? undefined : latencyAt(successful),
  }
}

function readBounds(place: Place, count: number | undefined): Stats['errorsWithin'] {
  if (place.value === undefined) return undefined
  const [least, most] = elements(place).map((bound) => present(countAt(bound), bound))
  if (least === undefined || most === undefined) throw wrong(place, 'it does not have two bounds')
  insist(least <= most && most <= (count ?? most), place, 'the bounds do not fit the number of requests')
  return [least, most]
}

function readLatency(place: Place, most: number): Latency {
  const histogram = member(place, 'histogram')
  const optional = (key: string) => {
    const found = member(place, key)
    return found.value === undefined ? undefined : readQuantity(found)
  }
  const [minimum, maximum] = [optional('minimum'), optional('maximum')]
  const isUpward = minimum === undefined || maximum === undefined || minimum.low <= maximum.high
  insist(isUpward, member(place, 'maximum'), 'it is below the minimum')
  return {
    percentiles: readPercentiles(member(place, 'percentiles')),
    average: optional('average'),
    minimum,
    maximum,
    histogram: histogram.value === undefined ? undefined : readHistogram(histogram, most),
    window: countAt(member(place, 'window')),
    samples: countAt(member(place, 'samples')),
    late: countAt(member(place, 'late')),
    absence: textAt(member(place, 'absence')),
  }
}

/** Where the bounds of two overlap, either may be the greater one; otherwise they have the order of their shares. */
function readPercentiles(place: Place): Latency['percentiles'] {
  const entries = elements(place).map((entry) => ({ entry, pair: readPercentile(entry) }))
  const sorted = entries.toSorted((one, other) => one.pair[0] - other.pair[0])
  let least = 0
  for (const [index, { entry, pair }] of sorted.entries()) {
    const [share, { low, high }] = pair
    insist(share <= 1 && share !== sorted[index - 1]?.pair[0], entry, 'a share must be from 0 to 1, and there once')
    insist(high >= least, entry, 'it is below a lower percentile')
    least = Math.max(least, low)
  }
  return new Map(entries.map(({ pair }) => pair))
}

function readPercentile(place: Place): readonly [number, Quantity] {
  const [share, quantity] = elements(place)
  if (share === undefined || quantity === undefined) throw wrong(place, 'it has no share and number')
  return [present(numberAt(share), share), readQuantity(quantity)]
}

function readQuantity(place: Place): Quantity {
  const [value, low, high] = [numberAt(member(place, 'value')), required(place, 'low'), required(place, 'high')]
  const fidelity = readFidelity(member(place, 'fidelity'))
  insist(low <= high, place, 'low is above high')
  insist(value === undefined || (low <= value && value <= high), place, 'the value is not from low to high')
  insist(fidelity.kind !== 'exact' || (low === high && value === low), place, 'an exact value has no bounds')
  return { value, low, high, fidelity }
}

function readFidelity(place: Place): Fidelity {
  const kind = member(place, 'kind')
  switch (textAt(kind)) {
    case 'exact':
      return { kind: 'exact' }
    case 'bucketed':
      return { kind: 'bucketed', percent: required(place, 'percent') }
    case 'windowed':
      return { kind: 'windowed', samples: requiredCount(place, 'samples') }
    case 'rounded':
      return { kind: 'rounded', to: requiredText(place, 'to') }
    case 'bracketed':
      return { kind: 'bracketed', from: requiredText(place, 'from'), to: requiredText(place, 'to') }
    default:
      throw wrong(kind, 'the precision is not known')
  }
}

type Counted = readonly [value: number, count: number, bounds: readonly [low: number, high: number]]

/** @param most as many values can have been counted */
function readHistogram(place: Place, most: number): Histogram {
  const values = member(place, 'values')
  const rows = elements(values).map(readCounted)
  const bounds = new Map(rows.map(([value, , own]) => [value, own]))
  insist(bounds.size === rows.length, values, 'a value is there twice')
  insist(rows.reduce((sum, [, count]) => sum + count, 0) <= most, values, 'it counts more than there are requests')
  return {
    counts: new Map(rows.map(([value, count]) => [value, count])),
    boundsOf: (value) => bounds.get(value) ?? [value, value],
    fidelity: readFidelity(member(place, 'fidelity')),
  }
}

function readCounted(place: Place): Counted {
  const cells = elements(place)
  const [value, count, low, high] = cells.map((cell) => present(numberAt(cell), cell))
  if (value === undefined || count === undefined || low === undefined || high === undefined || cells.length > 4)
    throw wrong(place, 'it has no value, count, low and high')
  insist(Number.isSafeInteger(count) && count > 0, place, 'the count is not a whole number from 1')
  insist(low <= value && value <= high, place, 'the value is not from low to high')
  return [value, count, [low, high]]
}
