import type { Failure } from './columns.ts'

/** One request, as a format hands it on. The same object is filled again and again: nothing is made per row. */
export interface Request {
  latencyMs: number
  /** On the clock of the format; 0 without times. */
  timeMs: number
  /** In the name table of the scan. */
  nameId: number
  failure: Failure
}

/** Where requests go. */
export interface Sink {
  take(request: Request): void
}

export function emptyRequest(): Request {
  // Fractions, so that the fields are floats from the first one on.
  return { latencyMs: 0.5, timeMs: 0.5, nameId: 0, failure: 0 }
}
