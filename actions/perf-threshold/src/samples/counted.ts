import { createCellCounter } from './cell-counter.ts'
import type { Cells } from './cells.ts'
import type { Request, Sink } from './request.ts'
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
  merge(counted: Counted, idOf: (endpointId: number) => number): void
  /** What was counted; the sink is used up. */
  counted(hasTimes: boolean): Counted
}

// In memory, stretches are as short as the tables allow: an hour of one second each.
const mostCells = 4_000

/** @param bytes limit of each of both tables */
export function createCountedSink(bytes: number): CountedSink {
  const [byEndpoint, bySecond] = [createCellCounter(bytes, mostCells), secondCounter(bytes)]
  // Filled again and again, as the requests that come are.
  const asOne: Request = { latencyMs: 0.5, timeMs: 0.5, nameId: 0, failure: 0 }
  let [startMs, endMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const reach = (fromMs: number, toMs: number) => {
    if (fromMs < startMs) startMs = fromMs
    if (toMs > endMs) endMs = toMs
  }
  return {
    expect: (fromMs, toMs) => {
      byEndpoint.expect(fromMs, toMs)
      bySecond.expect(fromMs, toMs)
    },
    take: (request) => {
      byEndpoint.take(request)
      reach(request.timeMs, request.timeMs)
      asOne.latencyMs = request.latencyMs
      asOne.timeMs = request.timeMs
      asOne.failure = request.failure
      bySecond.take(asOne)
    },
    merge: ({ cells, seconds, range }, idOf) => {
      reach(range.startMs, range.endMs)
      byEndpoint.merge(cells, idOf)
      bySecond.merge(seconds, () => 0)
    },
    counted: (hasTimes) => ({
      cells: byEndpoint.cells(hasTimes),
      seconds: bySecond.cells(hasTimes),
      range: { startMs, endMs },
    }),
  }
}
