/** One line of the thresholds, read. */
export interface Gate {
  /** As it was written, without `warn:` and comment, and with single blanks. */
  readonly source: string
  /** A breach of `warn` is shown and leaves the outcome as it is. */
  readonly level: 'error' | 'warn'
  readonly measure: Measure
  readonly scope: Scope
  /** Judge every stretch of this length, and fail on the worst; undefined: the run as a whole. */
  readonly everyMs: number | undefined
  readonly operator: Operator
  readonly limit: Limit
}

export const operators = ['<=', '>=', '==', '!=', '<', '>'] as const

export type Operator = (typeof operators)[number]

/** What is compared. Latencies are in milliseconds, shares from 0 to 1, throughput in requests per second. */
export type Measure =
  | { readonly kind: 'percentile'; readonly share: number }
  | { readonly kind: 'average' | 'minimum' | 'maximum' }
  | { readonly kind: 'error-rate' | 'errors' | 'count' | 'throughput' }
  | { readonly kind: 'dropped-iterations' }
  /** Satisfied answers and half of the tolerated ones (up to four times the threshold), as a share. */
  | { readonly kind: 'apdex'; readonly thresholdMs: number }
  /** By how much the percentile of the last third of the run is over that of the first third, as a share of it. */
  | { readonly kind: 'drift'; readonly share: number }
  | { readonly kind: 'prometheus'; readonly name: string }
  /** How many alerts are firing that have these labels. */
  | { readonly kind: 'alerts'; readonly labels: readonly LabelMatch[] }

export interface LabelMatch {
  readonly name: string
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

/** Which endpoints: all as one, each for itself, or those that match, merged. */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'each' }
  | { readonly kind: 'matching'; readonly selector: Selector }

/** A name of an endpoint with `*` for anything, or a regular expression. */
export interface Selector {
  readonly source: string
  /** Of a name alone. @throws ActionError `invalid-input` when a regular expression takes too long */
  matches(name: string): boolean
  /** Those that match. One time limit holds for all: much cheaper than to ask for each. @throws ActionError as above */
  matching(names: readonly string[]): ReadonlySet<string>
}

/** A number, or the value of the baseline with both tolerances added; negative ones are below it. */
export type Limit =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'baseline'; readonly relative: number; readonly absolute: number }
