import type { Cell, Cells } from '../samples/cells.ts'
import { failure } from '../samples/columns.ts'
import { type Buckets, bucketPrecision, bucketValue } from './buckets.ts'
import { Distribution } from './distribution.ts'
import type { Range } from './load-test.ts'
import { always, type Group, groupOf, type KeyOf, type SampleSource, type SourceTraits } from './sample-source.ts'

/** Requests of histograms. */
export function cellSource({ entries, mantissaBits, widthMs = 0 }: Cells, traits: SourceTraits): SampleSource {
  const buckets = { bits: mantissaBits, roundedToMs: traits.roundedToMs }
  const { endpoints, range, isEpoch } = traits
  const groupOfCells = (cells: readonly Cell[]): Group => {
    const good = cells.filter((cell) => cell.failure === failure.no)
    const successful = distributionOf(good, buckets)
    const all = good.length === cells.length ? successful : distributionOf(cells, buckets)
    const errors = cells.reduce((sum, { failure: failed, count }) => sum + (failed === failure.yes ? count : 0), 0)
    return groupOf({ all, successful, errors }, traits)
  }
  return {
    endpoints,
    range,
    isEpoch,
    widthMs,
    group: (groups, keyOf, within) => {
      const sure = Array.from({ length: groups }, () => [] as Cell[])
      const border = Array.from({ length: groups }, () => [] as Cell[])
      for (const cell of entries) {
        const { keys, isWhole } = keysOf(cell, { keyOf, within, time: timeOf(cell, widthMs, range) })
        for (const key of keys) (isWhole ? sure : border)[key]?.push(cell)
      }
      return sure.map((cells, key) => {
        const unsure = border[key] ?? []
        return { ...groupOfCells(cells), border: unsure.length === 0 ? undefined : groupOfCells(unsure) }
      })
    },
  }
}

// The last moment of a stretch of time, as exactly as a float has an epoch in milliseconds.
const hairMs = 2 ** -11

/** When the requests of a cell were made. A stretch that reaches beyond the run at its ends has requests of the run alone. */
function timeOf({ startMs }: Cell, widthMs: number, range = always): Range {
  const from = Math.max(range.startMs, startMs)
  return { startMs: from, endMs: Math.min(range.endMs, Math.max(from, startMs + widthMs - hairMs)) }
}

interface Wanted {
  readonly keyOf: KeyOf
  readonly within: Range
  /** Of the cell. */
  readonly time: Range
}

/** The groups that a cell may belong to; as a whole to the one, if it is one. */
function keysOf({ endpointId }: Cell, { keyOf, within, time }: Wanted): { keys: Iterable<number>; isWhole: boolean } {
  const from = Math.max(time.startMs, within.startMs)
  const to = Math.min(time.endMs, within.endMs)
  if (from > to) return { keys: [], isWhole: false }
  const keys = new Set([keyOf(endpointId, from), keyOf(endpointId, to)])
  return { keys, isWhole: keys.size === 1 && from === time.startMs && to === time.endMs }
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
