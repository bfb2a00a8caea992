import type { Cell, Cells } from '../samples/cells.ts'
import { type Columns, failure, type SampledEndpoint } from '../samples/columns.ts'
import { type Buckets, bucketPrecision, bucketValue } from './buckets.ts'
import { Distribution, exact, type Precision } from './distribution.ts'
import type { Range } from './load-test.ts'
import type { Sample } from './sampled-population.ts'

/** Where requests are known from: rows of a raw result, or histograms of stretches of time. */
export interface SampleSource {
  readonly endpoints: readonly SampledEndpoint[]
  /** When the first and the last request were made; undefined without times. */
  readonly range: Range | undefined
  /** The times are those of the clock on the wall. */
  readonly isEpoch: boolean
  /** How exactly the time of a request is known; 0: as exactly as its tool says. */
  readonly widthMs: number
  /**
   * Puts the requests into so many groups, in one pass. Times are on the clock of `range`, 0 without times; a request
   * with a key below 0 is left out.
   */
  group(groups: number, keyOf: KeyOf): readonly Group[]
}

export type KeyOf = (endpoint: number, timeMs: number) => number

export type Group = Omit<Sample, 'durationMs'>

/** What holds for all requests of a source. */
export interface SourceTraits extends Pick<SampleSource, 'endpoints' | 'range' | 'isEpoch'> {
  /** Every request says whether it failed. */
  readonly tellsFailures: boolean
  /** Requests without an answer are missing, so that nobody knows how many failed. */
  readonly omitsFailures: boolean
  /** Percentiles are over the successful requests alone. */
  readonly onlySuccessful: boolean
  /** The tool writes latencies as multiples of this; undefined: all digits that it has. */
  readonly roundedToMs: number | undefined
}

/** Requests of a raw result. */
export function rowSource(columns: Columns, traits: SourceTraits): SampleSource {
  const precision = precisionOf(traits.roundedToMs)
  const { endpoints, range, isEpoch } = traits
  return {
    endpoints,
    range,
    isEpoch,
    widthMs: 0,
    group: (groups, keyOf) => {
      const { length, endpointIds, times, failures } = columns
      const keys = new Int32Array(length)
      for (let row = 0; row < length; row += 1) keys[row] = keyOf(endpointIds[row] ?? 0, times[row] ?? 0)
      const good = valuesBy(
        keys.map((key, row) => (failures[row] === failure.yes ? -1 : key)),
        groups,
        columns,
      )
      const all = failures.includes(failure.yes) ? valuesBy(keys, groups, columns) : good
      return all.map((values, key) => {
        const successful = Distribution.ofValues(good[key] ?? new Float64Array(), precision)
        const latencies = values === good[key] ? successful : Distribution.ofValues(values, precision)
        return groupOf(successful, latencies, traits)
      })
    },
  }
}

/** The latencies of each key, in arrays that are exactly long enough. */
function valuesBy(keys: Int32Array, groups: number, { latencies }: Columns): Float64Array[] {
  const counts = new Uint32Array(groups)
  for (const key of keys) if (key >= 0) counts[key] = (counts[key] ?? 0) + 1
  const arrays = Array.from(counts, (count) => new Float64Array(count))
  counts.fill(0)
  keys.forEach((key, row) => {
    const array = arrays[key]
    if (array === undefined) return
    array[counts[key] ?? 0] = latencies[row] ?? 0
    counts[key] = (counts[key] ?? 0) + 1
  })
  return arrays
}

/** A latency that was rounded to whole milliseconds is taken as it is, since that is the resolution of its tool. */
function precisionOf(roundedToMs: number | undefined): Precision {
  if (roundedToMs === undefined || roundedToMs === 1) return exact
  return {
    fidelity: { kind: 'rounded', to: `${roundedToMs} ms` },
    boundsOf: (value) => [Math.max(0, value - roundedToMs / 2), value + roundedToMs / 2],
  }
}

/** Requests of histograms. */
export function cellSource({ entries, mantissaBits, widthMs = 0 }: Cells, traits: SourceTraits): SampleSource {
  const buckets = { bits: mantissaBits, roundedToMs: traits.roundedToMs }
  const { endpoints, range, isEpoch } = traits
  // A stretch that reaches beyond the run at its ends has requests of the run alone.
  const timeOf = ({ startMs }: Cell) =>
    range === undefined ? startMs : Math.min(range.endMs, Math.max(range.startMs, startMs + widthMs / 2))
  return {
    endpoints,
    range,
    isEpoch,
    widthMs,
    group: (groups, keyOf) => {
      const cells = Array.from({ length: groups }, () => [] as Cell[])
      for (const cell of entries) cells[keyOf(cell.endpointId, timeOf(cell))]?.push(cell)
      return cells.map((own) => {
        const good = own.filter((cell) => cell.failure !== failure.yes)
        const successful = distributionOf(good, buckets)
        return groupOf(successful, good.length === own.length ? successful : distributionOf(own, buckets), traits)
      })
    },
  }
}

function distributionOf(cells: readonly Cell[], buckets: Buckets): Distribution {
  const byBucket = new Map<number, number>()
  for (const { buckets: numbers, counts } of cells) {
    numbers.forEach((bucket, index) => {
      byBucket.set(bucket, (byBucket.get(bucket) ?? 0) + (counts[index] ?? 0))
    })
  }
  const counts = [...byBucket].map(([bucket, count]) => [bucketValue(bucket, buckets), count] as const)
  return Distribution.ofCounts(new Map(counts), bucketPrecision(buckets))
}

function groupOf(
  successful: Distribution,
  all: Distribution,
  { tellsFailures, omitsFailures, onlySuccessful }: SourceTraits,
): Group {
  return {
    latencies: onlySuccessful ? successful : all,
    count: all.count,
    errors: tellsFailures && !omitsFailures ? all.count - successful.count : undefined,
    successful: tellsFailures ? successful : undefined,
  }
}
