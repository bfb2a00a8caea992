import { type Columns, failure, type SampledEndpoint } from '../samples/columns.ts'
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
   * Puts the requests of some time into so many groups, in one pass. Times are on the clock of `range`, 0 without times;
   * a request with a key below 0 is left out.
   */
  group(groups: number, keyOf: KeyOf, within: Range): readonly Group[]
}

export type KeyOf = (endpoint: number, timeMs: number) => number

export type Group = Omit<Sample, 'durationMs'>

/** All of the time that there is, whatever the clock. */
export const always: Range = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY }

/** What holds for all requests of a source. */
export interface SourceTraits extends Pick<SampleSource, 'endpoints' | 'range' | 'isEpoch'> {
  /** The format says which requests failed. */
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
    group: (groups, keyOf, { startMs, endMs }) => {
      const { length, endpointIds, times, failures } = columns
      const keys = new Int32Array(length)
      for (let row = 0; row < length; row += 1) {
        const time = times[row] ?? 0
        keys[row] = time >= startMs && time <= endMs ? keyOf(endpointIds[row] ?? 0, time) : -1
      }
      const good = valuesBy(
        keys.map((key, row) => (failures[row] === failure.no ? key : -1)),
        groups,
        columns,
      )
      const all = failures.some((failed) => failed !== failure.no) ? valuesBy(keys, groups, columns) : good
      const errors = new Uint32Array(groups)
      keys.forEach((key, row) => {
        if (key >= 0 && failures[row] === failure.yes) errors[key] = (errors[key] ?? 0) + 1
      })
      return all.map((values, key) => {
        const successful = Distribution.ofValues(good[key] ?? new Float64Array(), precision)
        const latencies = values === good[key] ? successful : Distribution.ofValues(values, precision)
        return groupOf({ all: latencies, successful, errors: errors[key] ?? 0 }, traits)
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

interface Counted {
  readonly all: Distribution
  readonly successful: Distribution
  readonly errors: number
}

export function groupOf(
  { all, successful, errors }: Counted,
  { tellsFailures, omitsFailures, onlySuccessful }: SourceTraits,
): Group {
  return {
    latencies: onlySuccessful ? successful : all,
    count: all.count,
    errors: tellsFailures && !omitsFailures ? errors : undefined,
    told: successful.count + errors,
    successful: tellsFailures ? successful : undefined,
    border: undefined,
  }
}
