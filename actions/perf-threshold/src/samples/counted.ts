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

// Four times as many as in a report: for stretches of half a minute in an hour.
const mostCells = 480

/** @param bytes limit of each of both tables */
export function createCountedSink(bytes: number): CountedSink {
  const [byEndpoint, bySecond] = [createCellCounter(bytes, mostCells), secondCounter(bytes)]
  // Filled again and again, as the requests that come are.
  const asOne: Request = { latencyMs: 0.5, timeMs: 0.5, nameId: 0, failure: 0 }
  // Numbers in an array: in variables, each of them would be an object of its own, made anew for each request.
  const range = Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
  const [start, end] = [0, 1] as const
  const reach = (fromMs: number, toMs: number) => {
    if (fromMs < (range[start] ?? 0)) range[start] = fromMs
    if (toMs > (range[end] ?? 0)) range[end] = toMs
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
    merge: ({ cells, seconds, range: { startMs, endMs } }, idOf) => {
      reach(startMs, endMs)
      byEndpoint.merge(cells, idOf)
      bySecond.merge(seconds, () => 0)
    },
    counted: (hasTimes) => ({
      cells: byEndpoint.cells(hasTimes),
      seconds: bySecond.cells(hasTimes),
      range: { startMs: range[start] ?? 0, endMs: range[end] ?? 0 },
    }),
  }
}
