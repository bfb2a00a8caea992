/** Requests one by one: the `i`-th of each belongs together. */
export interface Rows {
  readonly length: number
  /** Milliseconds. */
  readonly latencies: Float64Array
  /** Milliseconds, on the clock that the samples name. Empty when the format has no times. */
  readonly times: Float64Array
  /** Index into the endpoints of the samples. */
  readonly endpointIds: Uint32Array
  /** One of `Failure`. */
  readonly failures: Uint8Array
}

export interface Columns extends Rows {
  readonly kind: 'columns'
}

export interface SampledEndpoint {
  /** `GET /checkout` where the tool has a method and a name, otherwise its name, label or URL. */
  readonly name: string
  /** The name without the method; a gate may use either. */
  readonly shortName: string
}

/** Whether a request failed. */
export const failure = { no: 0, yes: 1, untold: 2 } as const

export type Failure = (typeof failure)[keyof typeof failure]
