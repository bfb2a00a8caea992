import { formatDuration } from '@deploy-safety/common/duration'
import { cut } from '@deploy-safety/common/escape'
import { formatNumber } from '@deploy-safety/common/number'
import type { Failure } from '@deploy-safety/probe/reason'
import { displayUrl, type ResponseRecord } from '@deploy-safety/probe/response'
import type { Check } from './check.ts'

/** What attempts and targets are in words: the same in log, summary and annotations. Neither redacted nor escaped. */

const withoutStatus = { http: 'responded', grpc: 'SERVING', socket: 'connected' } as const

/** `HTTP 200 (redirected to https://…), version 2.0.0 (not checked: expect-version is empty)`. */
export function responseText(response: ResponseRecord, { target: { request, expectation } }: Check): string {
  const { status, observedVersion } = response
  const said = status === undefined ? withoutStatus[request.kind] : `HTTP ${status}`
  if (observedVersion === undefined) return `${said}${redirectText(response)}`
  const unchecked = expectation.expectedVersion === undefined ? ' (not checked: expect-version is empty)' : ''
  return `${said}${redirectText(response)}, version ${observedVersion.text}${unchecked}`
}

function redirectText({ hops, url }: ResponseRecord): string {
  return hops.length === 0 ? '' : ` (redirected to ${displayUrl(url)})`
}

// It mostly says why, and the rest is in the summary and the report.
const bodyLength = 200
// The response was right: its body says nothing of these.
const notInTheBody = ['too-slow', 'certificate-expiring']

/** The beginning of the body of a failing response, in one line; empty where it cannot say why. */
export function bodyText(failure: Failure | undefined, redactedExcerpt: string): string {
  if (failure === undefined || notInTheBody.includes(failure.reasonCode)) return ''
  return cut(redactedExcerpt.replace(/\s+/g, ' ').trim(), bodyLength)
}

export function attemptsText(attempts: number, elapsedMs: number): string {
  return `${counted(attempts, 'attempt')} in ${formatDuration(elapsedMs)}`
}

export function counted(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`
}

const checks: readonly (readonly [name: string, isAsked: (check: Check) => boolean])[] = [
  ['status', ({ target }) => target.request.kind === 'http'],
  ['connection', ({ target }) => target.request.kind === 'socket'],
  ['gRPC health', ({ target }) => target.request.kind === 'grpc'],
  ['version', ({ target }) => target.expectation.expectedVersion !== undefined],
  ['headers', ({ target }) => target.expectation.headers.length > 0],
  ['body', ({ target }) => target.expectation.body !== undefined],
  ['JSON', ({ target }) => target.expectation.json.length > 0],
  ['certificate lifetime', ({ target }) => target.expectation.tlsMinDays !== undefined],
  ['every address', ({ target }) => target.allAddresses],
  ['latency', ({ target }) => target.expectation.maxLatencyMs !== undefined],
  ['p95', ({ rules }) => rules.maxP95Ms !== undefined],
  ['soak', ({ rules }) => rules.soakMs > 0],
]

/** `status, version (2 of 30)`: what was asked of the targets, and of how many where not of all. */
export function checkedText(targets: readonly Check[]): string {
  return checks
    .map(([name, isAsked]) => [name, targets.filter(isAsked).length] as const)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => (count === targets.length ? name : `${name} (${count} of ${targets.length})`))
    .join(', ')
}
