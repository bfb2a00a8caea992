import { countAt, elements, member, numberAt, type Place, present, textAt } from '../formats/json.ts'
import type { Fidelity, Quantity } from '../quantity.ts'
import type { Histogram, Latency, Stats } from '../reported.ts'
import type { ReportedLoad } from './load.ts'
import { readIterations, required, wrong } from './saved-fields.ts'

export function saveReported({ kind, format, reported }: ReportedLoad): object {
  const { total, endpoints, ...rest } = reported
  return {
    kind,
    format,
    ...rest,
    total: total && saveStats(total),
    endpoints: endpoints.map(({ stats, ...names }) => ({ ...names, stats: saveStats(stats) })),
  }
}

function saveStats({ latency, successful, ...counts }: Stats): object {
  return { ...counts, latency: saveLatency(latency), successful: successful && saveLatency(successful) }
}

function saveLatency({ percentiles, histogram, ...rest }: Latency): object {
  return { ...rest, percentiles: [...percentiles], histogram: histogram && saveHistogram(histogram) }
}

/** Every value with what it can have been. */
function saveHistogram({ counts, boundsOf, fidelity }: Histogram): object {
  return { fidelity, values: [...counts].map(([value, count]) => [value, count, ...boundsOf(value)]) }
}

/** @throws Unreadable */
export function readReported(place: Place): ReportedLoad {
  const total = member(place, 'total')
  return {
    kind: 'reported',
    format: present(textAt(member(place, 'format')), place),
    reported: {
      total: total.value === undefined ? undefined : readStats(total),
      endpoints: elements(member(place, 'endpoints')).map((endpoint) => ({
        name: present(textAt(member(endpoint, 'name')), endpoint),
        shortName: present(textAt(member(endpoint, 'shortName')), endpoint),
        stats: readStats(member(endpoint, 'stats')),
      })),
      iterations: readIterations(place),
      startedAt: numberAt(member(place, 'startedAt')),
      endedAt: numberAt(member(place, 'endedAt')),
      notes: elements(member(place, 'notes')).map((note) => present(textAt(note), note)),
    },
  }
}

function readStats(place: Place): Stats {
  const successful = member(place, 'successful')
  return {
    count: countAt(member(place, 'count')),
    errors: countAt(member(place, 'errors')),
    throughput: numberAt(member(place, 'throughput')),
    latency: readLatency(member(place, 'latency')),
    successful: successful.value === undefined ? undefined : readLatency(successful),
  }
}

function readLatency(place: Place): Latency {
  const histogram = member(place, 'histogram')
  const optional = (key: string) => {
    const found = member(place, key)
    return found.value === undefined ? undefined : readQuantity(found)
  }
  return {
    percentiles: new Map(elements(member(place, 'percentiles')).map(readPercentile)),
    average: optional('average'),
    minimum: optional('minimum'),
    maximum: optional('maximum'),
    histogram: histogram.value === undefined ? undefined : readHistogram(histogram),
    window: countAt(member(place, 'window')),
    samples: countAt(member(place, 'samples')),
  }
}

function readPercentile(place: Place): readonly [number, Quantity] {
  const [share, quantity] = elements(place)
  if (share === undefined || quantity === undefined) throw wrong(place)
  return [present(numberAt(share), share), readQuantity(quantity)]
}

function readQuantity(place: Place): Quantity {
  return {
    value: numberAt(member(place, 'value')),
    low: required(place, 'low'),
    high: required(place, 'high'),
    fidelity: readFidelity(member(place, 'fidelity')),
  }
}

function readFidelity(place: Place): Fidelity {
  const text = (key: string) => textAt(member(place, key)) ?? ''
  switch (textAt(member(place, 'kind'))) {
    case 'exact':
      return { kind: 'exact' }
    case 'bucketed':
      return { kind: 'bucketed', percent: required(place, 'percent') }
    case 'windowed':
      return { kind: 'windowed', samples: required(place, 'samples') }
    case 'rounded':
      return { kind: 'rounded', to: text('to') }
    case 'bracketed':
      return { kind: 'bracketed', from: text('from'), to: text('to') }
    default:
      throw wrong(place)
  }
}

function readHistogram(place: Place): Histogram {
  const rows = elements(member(place, 'values')).map((row) => {
    const [value = 0, count = 0, low = 0, high = 0] = elements(row).map((cell) => present(numberAt(cell), cell))
    return { value, count, bounds: [low, high] as const }
  })
  const bounds = new Map(rows.map(({ value, bounds: own }) => [value, own]))
  return {
    counts: new Map(rows.map(({ value, count }) => [value, count])),
    boundsOf: (value) => bounds.get(value) ?? [value, value],
    fidelity: readFidelity(member(place, 'fidelity')),
  }
}
