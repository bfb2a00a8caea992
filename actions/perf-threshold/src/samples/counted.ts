import { append, isFull, newBlock } from './blocks.ts'
import { createCellCounter } from './cell-counter.ts'
import type { Cells } from './cells.ts'
import type { Rows } from './columns.ts'
import type { Sink } from './request.ts'
import type { Range } from './samples.ts'
import { secondCounter } from './seconds.ts'

/** Requests that are too many to be kept: by endpoint, and all endpoints as one in shorter stretches of time. */
export interface Counted {
  readonly cells: Cells
  readonly seconds: Cells
  /** Of their times, to the last digit. */
  readonly range: Range
}

export interface CountedSink extends Sink {
  /** See `CellCounter`. */
  expect(fromMs: number, toMs: number): void
  count(rows: Rows): void
  merge(counted: Counted, idOf: (endpointId: number) => number): void
  /** What was counted; the sink is used up. */
  counted(hasTimes: boolean): Counted
}

// Four times as many as in a report: for stretches of half a minute in an hour.
const mostCells = 480
/** Counted together: one table after the other stays in the cache. */
const batchRows = 8_192

/** @param bytes limit of each of both tables */
export function createCountedSink(bytes: number): CountedSink {
  const [byEndpoint, bySecond] = [createCellCounter(bytes, mostCells), secondCounter(bytes)]
  const range = { startMs: Number.POSITIVE_INFINITY, endMs: Number.NEGATIVE_INFINITY }
  const batch = newBlock(batchRows)

  const count = (rows: Rows) => {
    byEndpoint.count(rows)
    bySecond.count(rows, true)
    for (let at = 0; at < rows.length; at += 1) reach(rows.times[at] ?? 0, rows.times[at] ?? 0)
  }
  const reach = (fromMs: number, toMs: number) => {
    if (fromMs < range.startMs) range.startMs = fromMs
    if (toMs > range.endMs) range.endMs = toMs
  }
  const flush = () => {
    count(batch)
    batch.length = 0
  }
  return {
    expect: (fromMs, toMs) => {
      byEndpoint.expect(fromMs, toMs)
      bySecond.expect(fromMs, toMs)
    },
    count,
    take: (request) => {
      append(batch, request)
      if (isFull(batch)) flush()
    },
    merge: ({ cells, seconds, range: { startMs, endMs } }, idOf) => {
      reach(startMs, endMs)
      byEndpoint.merge(cells, idOf)
      bySecond.merge(seconds, () => 0)
    },
    counted: (hasTimes) => {
      flush()
      return { cells: byEndpoint.cells(hasTimes), seconds: bySecond.cells(hasTimes), range }
    },
  }
}
