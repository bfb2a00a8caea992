import { bucketOf, mostMantissaBits } from './bucket.ts'
import type { Cell, Cells } from './cells.ts'
import type { Failure, Rows } from './columns.ts'
import {
  addAll,
  addCount,
  bytesOfCounts,
  type CountMap,
  createCountMap,
  releaseCounts,
  writeCounts,
} from './count-map.ts'

const leastWidthMs = 1_000
/** What is given up first: buckets as wide as with so many bits, then stretches down to so many. */
const tiers = [
  { finest: 10, stretches: 240 },
  { finest: 9, stretches: 120 },
  { finest: 8, stretches: 30 },
  { finest: 5, stretches: 1 },
] as const
const leastMantissaBits = 5
/** Of a table with a few dozen entries. */
const smallTableBytes = 1_200

export interface CellCounter {
  /** Counts requests; `asOne`: all endpoints as the first. */
  count(rows: Rows, asOne?: boolean): void
  /** Makes stretches at once as long as requests from `fromMs` to `toMs` need them, and as many again. */
  expect(fromMs: number, toMs: number): void
  /** Counts what others counted; their endpoints are those of the counter by `idOf`. */
  merge(cells: Cells, idOf: (endpointId: number) => number): void
  /** What was counted; the counter is used up. Without times there is one stretch, of no length. */
  cells(hasTimes: boolean): Cells
}

interface Tally {
  readonly counts: CountMap
  sumMs: number
  leastMs: number
  mostMs: number
}

/** What differs only in time is in one map, by the number of the stretch. */
type Series = Map<number, Tally>

/**
 * Counts requests in buckets, by endpoint, failure and stretch of time. When the tables outgrow their limit, stretches are made twice
 * as long, and at last buckets twice as wide: the result says how long and how wide they are.
 * @param bytes limit of the tables together
 * @param mostCells as many stretches there can be
 */
export function createCellCounter(bytes: number, mostCells = 120): CellCounter {
  const series: Series[] = []
  let widthMs = leastWidthMs
  let bits = mostMantissaBits
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let used = 0
  let tallies = 0
  let length = 0
  // The stretch of the row before.
  let [cellAt, cellFromMs, cellToMs] = [0, 0, 0]

  // Rows come about in the order of time: the tally of the last one is mostly that of the next.
  const recent: (Tally | undefined)[] = []
  const recentCells: number[] = []

  const tallyOf = (endpointId: number, failure: Failure, cell: number) => {
    const id = endpointId * 3 + failure
    const last = recent[id]
    if (last !== undefined && recentCells[id] === cell) return last
    const tally = seekTally(id, cell)
    recent[id] = tally
    recentCells[id] = cell
    return tally
  }
  const seekTally = (id: number, cell: number) => {
    const known = series[id]?.get(cell)
    if (known !== undefined) return known
    const tally = { counts: createCountMap(), sumMs: 0, leastMs: Number.POSITIVE_INFINITY, mostMs: 0 }
    place(tally, id, cell)
    return tally
  }
  const place = (tally: Tally, id: number, cell: number) => {
    const own: Series = series[id] ?? new Map()
    series[id] = own
    own.set(cell, tally)
    tallies += 1
    used += bytesOfCounts(tally.counts)
  }
  /** The stretch of a time, once there is room for it. */
  const cellOf = (timeMs: number) => {
    if (timeMs >= cellFromMs && timeMs < cellToMs) return cellAt
    return seekCell(timeMs)
  }
  const seekCell = (timeMs: number) => {
    const cell = roomFor(timeMs)
    cellAt = cell
    cellFromMs = cell * widthMs
    cellToMs = (cell + 1) * widthMs
    return cell
  }
  const roomFor = (timeMs: number) => {
    const cell = Math.floor(timeMs / widthMs)
    if (cell >= first && cell <= last) return cell
    first = Math.min(first, cell)
    last = Math.max(last, cell)
    while (last - first >= mostCells) widen()
    return Math.floor(timeMs / widthMs)
  }
  const widen = () => {
    widthMs *= 2
    first = Math.floor(first / 2)
    last = Math.floor(last / 2)
    cellToMs = cellFromMs
    rebuild((cell) => Math.floor(cell / 2), 0)
  }
  /** Into a table that is made anew, or that of another stretch; as it is where there is none yet. */
  const move = (tally: Tally, id: number, { cell, lessBits }: { cell: number; lessBits: number }) => {
    if (lessBits === 0 && series[id]?.has(cell) !== true) {
      place(tally, id, cell)
      return
    }
    used += add(seekTally(id, cell), tally, lessBits)
    releaseCounts(tally.counts)
  }
  const rebuild = (cellOf: (cell: number) => number, lessBits: number) => {
    const before = series.splice(0)
    recent.length = 0
    bits -= lessBits
    used = 0
    tallies = 0
    for (const [id, own] of before.entries()) {
      for (const [cell, tally] of own ?? []) move(tally, id, { cell: cellOf(cell), lessBits })
    }
  }
  // Tables that are as small as they can be get no smaller by wider buckets.
  const hasWideTables = () => bits > leastMantissaBits && used > tallies * smallTableBytes
  const shrink = () => {
    for (const { finest, stretches } of tiers) {
      if (bits > finest && hasWideTables()) return rebuild((cell) => cell, 1)
      if (last - first >= stretches) return widen()
    }
  }
  const canShrink = () => last > first || hasWideTables()
  const fit = () => {
    while (used > bytes && canShrink()) shrink()
  }
  const countOne = (tally: Tally, latencyMs: number) => {
    used += addCount(tally.counts, bucketOf(latencyMs, bits), 1)
    tally.sumMs += latencyMs
    if (latencyMs < tally.leastMs) tally.leastMs = latencyMs
    if (latencyMs > tally.mostMs) tally.mostMs = latencyMs
    if (used > bytes) fit()
  }
  return {
    expect: (fromMs, toMs) => {
      while ((toMs - fromMs) / widthMs > mostCells / 2) widen()
    },
    count: (rows, asOne = false) => {
      const { latencies, times, endpointIds, failures } = rows
      for (let at = 0; at < rows.length; at += 1) {
        const endpointId = asOne ? 0 : (endpointIds[at] ?? 0)
        countOne(tallyOf(endpointId, (failures[at] ?? 0) as Failure, cellOf(times[at] ?? 0)), latencies[at] ?? 0)
      }
      length += rows.length
    },
    merge: (cells, idOf) => {
      while (bits > cells.mantissaBits) rebuild((cell) => cell, 1)
      while (cells.widthMs !== undefined && widthMs < cells.widthMs) widen()
      for (const entry of cells.entries) {
        const target = tallyOf(idOf(entry.endpointId), entry.failure, cellOf(entry.startMs))
        used += addCell(target, entry, cells.mantissaBits - bits)
        length += entry.count
        if (used > bytes) fit()
      }
    },
    cells: (hasTimes) => ({
      kind: 'cells',
      length,
      widthMs: hasTimes ? widthMs : undefined,
      mantissaBits: bits,
      entries: entriesOf(series, widthMs),
    }),
  }
}

/** All numbers lie in two buffers: thousands of small ones would cost more than what is in them. */
function entriesOf(series: readonly (Series | undefined)[], widthMs: number): Cell[] {
  const tallies = [...series.entries()].flatMap(([id, own]) =>
    [...(own ?? [])].sort(([one], [other]) => one - other).map(([cell, tally]) => ({ id, cell, ...tally })),
  )
  const size = tallies.reduce((sum, { counts }) => sum + counts.size, 0)
  const [buckets, numbers] = [new Uint32Array(size), new Uint32Array(size)]
  let at = 0
  return tallies.map(({ id, cell, counts, ...sums }) => {
    const end = at + counts.size
    const room = { keys: buckets.subarray(at, end), values: numbers.subarray(at, end) }
    const count = writeCounts(counts, room.keys, room.values)
    releaseCounts(counts)
    at = end
    const place = { endpointId: Math.floor(id / 3), failure: (id % 3) as Failure, startMs: cell * widthMs }
    return { ...place, ...sums, count, buckets: room.keys, counts: room.values }
  })
}

/** @returns by how many bytes the table grew */
function add(target: Tally, { counts, ...sums }: Tally, lessBits: number): number {
  addSums(target, sums)
  return addAll(target.counts, counts, lessBits)
}

function addSums(target: Tally, { sumMs, leastMs, mostMs }: Omit<Tally, 'counts'>): void {
  target.sumMs += sumMs
  target.leastMs = Math.min(target.leastMs, leastMs)
  target.mostMs = Math.max(target.mostMs, mostMs)
}

function addCell(target: Tally, from: Omit<Cell, 'endpointId' | 'failure' | 'startMs'>, lessBits: number): number {
  const before = bytesOfCounts(target.counts)
  for (const [at, bucket] of from.buckets.entries()) addCount(target.counts, bucket >>> lessBits, from.counts[at] ?? 0)
  addSums(target, from)
  return bytesOfCounts(target.counts) - before
}
