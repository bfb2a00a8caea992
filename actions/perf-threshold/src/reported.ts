import type { Quantity } from './quantity.ts'

/** What a load tool says of a run in a summary: numbers that it computed itself. All times in milliseconds. */
export interface Reported {
  /** What it says of the whole run; undefined: only of the endpoints. */
  readonly total: Stats | undefined
  readonly endpoints: readonly ReportedEndpoint[]
  /** Iterations that an arrival-rate executor of k6 could not start, and those that were done. */
  readonly iterations?: { readonly dropped: number; readonly done: number } | undefined
  /** Epoch milliseconds. */
  readonly startedAt?: number | undefined
  readonly endedAt?: number | undefined
  /** Why it cannot be cut in stretches, and what can: where that is something else than that it has no times. */
  readonly uncut?: string | undefined
  /** Sentences on what the tool leaves out or measures in its own way; shown beside the numbers. */
  readonly notes: readonly string[]
}

export interface ReportedEndpoint {
  /** `GET /checkout` where the tool has a method and a name, otherwise its name, label or URL. */
  readonly name: string
  /** The name without the method; a gate may use either. */
  readonly shortName: string
  readonly stats: Stats
}

/** What is undefined, the tool does not say. */
export interface Stats {
  readonly count: number | undefined
  readonly errors: number | undefined
  /** Where `errors` is not known: at least and at most so many of `count` failed. */
  readonly errorsWithin?: readonly [least: number, most: number] | undefined
  /** Requests per second. */
  readonly throughput: number | undefined
  readonly latency: Latency
  /** The same of successful requests alone. */
  readonly successful?: Latency | undefined
}

export interface Latency {
  /** By share: 0.95 for p95. Only what the tool says, nothing interpolated. */
  readonly percentiles: ReadonlyMap<number, Quantity>
  readonly average: Quantity | undefined
  readonly minimum: Quantity | undefined
  readonly maximum: Quantity | undefined
  /** How often each value was counted, where the tool says so: then percentiles are computed and shards are merged. */
  readonly histogram?: Histogram | undefined
  /** The percentiles are over the last so many requests only. */
  readonly window?: number | undefined
  /** Why there are no times, where that is something else than that the tool does not write them. */
  readonly absence?: string | undefined
  /** So many of `samples` took longer than all of these times, which are those of the others. */
  readonly late?: number | undefined
  /** Of how many requests these are the times, where that is not the count: those without an answer have none. */
  readonly samples?: number | undefined
}

export interface Histogram {
  /** Milliseconds → how many. */
  readonly counts: ReadonlyMap<number, number>
  /** What a counted value can have been before it was rounded. */
  readonly boundsOf: (value: number) => readonly [low: number, high: number]
  readonly fidelity: Quantity['fidelity']
}
