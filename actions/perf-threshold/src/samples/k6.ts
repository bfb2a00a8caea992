import { type Failure, failure } from './columns.ts'

/** The tags of a k6 point that matter here; undefined: it has no such tag. */
export interface K6Tags {
  readonly expected: string | undefined
  readonly status: string | undefined
  readonly group: string | undefined
}

export const durationMetric = 'http_req_duration'

/** `expected_response` as k6 sets it; the status where that tag is switched off. */
export function k6Failure({ expected, status }: Pick<K6Tags, 'expected' | 'status'>): Failure {
  if (expected === 'true') return failure.no
  if (expected === 'false') return failure.yes
  if (status === undefined || !/^\d+$/.test(status)) return failure.untold
  return Number(status) === 0 || Number(status) >= 400 ? failure.yes : failure.no
}

/** Whether a request is part of `setup()` or `teardown()`, and not of the load. */
export function isSetup(group: string | undefined): boolean {
  return group !== undefined && /^::(setup|teardown)(::|$)/.test(group)
}
