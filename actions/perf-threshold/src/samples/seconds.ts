import { type CellCounter, createCellCounter } from './cell-counter.ts'

export const secondMs = 1_000

// A day and a half: no job runs for longer.
const mostSeconds = 130_000

/** Counts requests by the second, for as long as a run can be. @param bytes limit of the tables together */
export function secondCounter(bytes: number): CellCounter {
  return createCellCounter(bytes, mostSeconds)
}
