import { type Failure, failure } from './columns.ts'
import type { Scan } from './scan.ts'

/** The tags of a k6 point that matter here; undefined: it has no such tag. */
export interface K6Tags {
  readonly expected: string | undefined
  readonly status: string | undefined
  readonly group: string | undefined
}

export const durationMetric = 'http_req_duration'

/** What each of two tags says, on its own, of whether a request failed. */
export interface Told {
  /** By `expected_response`. */
  readonly expected: Failure
  readonly status: Failure
}

export function toldBy({ expected, status }: Pick<K6Tags, 'expected' | 'status'>): Told {
  return {
    expected: expected === 'true' ? failure.no : expected === 'false' ? failure.yes : failure.untold,
    status: status === undefined || !/^\d+$/.test(status) ? failure.untold : failureOfStatus(Number(status)),
  }
}

export function failureOfStatus(status: number): Failure {
  return status === 0 || status >= 400 ? failure.yes : failure.no
}

/**
 * `expected_response` as k6 sets it; the status where that tag is switched off. Where only some requests have it, k6 was told not to judge
 * the others (`responseCallback`), and leaves them out of its own `http_req_failed`.
 */
export function k6Failure({ counts, statusTells }: Pick<Scan, 'counts' | 'statusTells'>, told: Told): Failure {
  if (told.expected !== failure.untold) {
    counts.byTag += 1
    return told.expected
  }
  if (told.status === failure.untold) return failure.untold
  counts.byStatus += 1
  return statusTells ? told.status : failure.untold
}

/** Whether a request is part of `setup()` or `teardown()`, and not of the load. */
export function isSetup(group: string | undefined): boolean {
  return group !== undefined && /^::(setup|teardown)(::|$)/.test(group)
}
