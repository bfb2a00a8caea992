import { formatDuration } from '@deploy-safety/common/duration'
import { cut } from '@deploy-safety/common/escape'
import { quote } from '@deploy-safety/common/inputs'
import type { Answer } from './answer.ts'
import { type JsonCondition, unmetBy } from './json-condition.ts'
import { type Match, matchPattern, type Pattern, timeLimitMs } from './pattern.ts'
import type { Failure } from './reason.ts'
import { includesStatus, type StatusSet } from './status.ts'
import { describeSource, isSameVersion, type VersionSource } from './version.ts'

/** What a good answer is. What is undefined or empty is not asked for. */
export interface Expectation {
  readonly status: StatusSet
  readonly version: string | undefined
  readonly versionFrom: VersionSource
  readonly headers: readonly HeaderExpectation[]
  readonly body: { readonly source: string; readonly pattern: Pattern } | undefined
  readonly json: readonly JsonCondition[]
  readonly maxLatencyMs: number | undefined
  /** How many days the certificate has to stay valid. */
  readonly tlsMinDays: number | undefined
}

export interface HeaderExpectation {
  /** Lower-case. */
  readonly name: string
  readonly source: string
  readonly pattern: Pattern
}

/**
 * Judges an answer; undefined means that it is good. The order is that of what explains what: a wrong status explains a
 * missing version, an old version explains a body that does not fit, and only a right answer can be too slow.
 */
export function judge(answer: Answer, expectation: Expectation): Failure | undefined {
  return (
    judgeStatus(answer, expectation) ??
    judgeVersion(answer, expectation) ??
    judgeHeaders(answer, expectation) ??
    judgeBody(answer, expectation) ??
    judgeJson(answer, expectation) ??
    judgeCertificate(answer, expectation) ??
    judgeLatency(answer, expectation)
  )
}

function judgeStatus({ status }: Answer, expected: Expectation): Failure | undefined {
  if (status === undefined || includesStatus(expected.status, status)) return undefined
  const detail = `status ${status}, wanted ${expected.status.source}`
  if (status === 401 || status === 403 || status === 407) return { reason: 'blocked-by-edge', detail }
  if (status === 429) return { reason: 'rate-limited', detail }
  return { reason: 'http-status', detail, ...(status === 410 ? { hopeless: 'at-once' } : {}) }
}

function judgeVersion({ version, body }: Answer, { version: wanted, versionFrom }: Expectation): Failure | undefined {
  if (wanted === undefined) return undefined
  if (version === undefined) {
    if (body.cut && versionFrom.kind !== 'header') return tooLarge('no version in what was read')
    return {
      reason: 'version-missing',
      detail: `wanted version ${quote(wanted)}, found none (${describeSource(versionFrom)})`,
    }
  }
  if (isSameVersion(wanted, version.version)) return undefined
  const detail = `wanted version ${quote(wanted)}, observed ${quote(version.version)} (${version.place})`
  return { reason: 'wrong-version', detail }
}

function judgeHeaders({ headers }: Answer, expected: Expectation): Failure | undefined {
  for (const { name, source, pattern } of expected.headers) {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined
    const match = value === undefined ? 'no' : matchPattern(pattern, value)
    if (match === 'yes') continue
    const found = value === undefined ? 'the header is absent' : `found ${quote(value)}`
    return { reason: 'header-mismatch', detail: `wanted header ${quote(source)}, ${found}${explain(match)}` }
  }
  return undefined
}

function judgeBody({ body }: Answer, { body: expected }: Expectation): Failure | undefined {
  if (expected === undefined) return undefined
  const match = matchPattern(expected.pattern, body.text, body.cut)
  if (match === 'yes') return undefined
  if (match === 'open') return tooLarge(`${quote(expected.source)} is not decided by what was read`)
  return { reason: 'body-mismatch', detail: `the body does not match ${quote(expected.source)}${explain(match)}` }
}

function judgeJson({ body }: Answer, { json }: Expectation): Failure | undefined {
  if (json.length === 0) return undefined
  if (body.cut) return tooLarge('it cannot be read as JSON')
  if (body.document === undefined) {
    return {
      reason: 'json-mismatch',
      detail: `the body is not JSON, it begins with ${quote(cut(body.text.trim(), 40))}`,
    }
  }
  for (const condition of json) {
    const problem = unmetBy(condition, body.document)
    if (problem !== undefined) return { reason: 'json-mismatch', detail: `wanted ${condition.source}, ${problem}` }
  }
  return undefined
}

function judgeCertificate({ certificate }: Answer, { tlsMinDays }: Expectation): Failure | undefined {
  if (tlsMinDays === undefined || certificate === undefined) return undefined
  const { validTo, daysLeft } = certificate
  if (daysLeft >= tlsMinDays) return undefined
  const detail = `the certificate is valid until ${validTo}, for ${Math.floor(daysLeft)} days, wanted at least ${tlsMinDays}`
  return { reason: 'certificate-expiring', detail }
}

function judgeLatency({ latencyMs }: Answer, { maxLatencyMs }: Expectation): Failure | undefined {
  if (maxLatencyMs === undefined || latencyMs <= maxLatencyMs) return undefined
  const detail = `the answer took ${formatDuration(latencyMs)}, max-latency is ${formatDuration(maxLatencyMs)}`
  return { reason: 'too-slow', detail }
}

function tooLarge(what: string): Failure {
  return { reason: 'body-too-large', detail: `the body is too large: ${what} (1 MiB, 64 KiB for a regular expression)` }
}

function explain(match: Match): string {
  return match === 'timed-out' ? `: the expression ran longer than ${timeLimitMs} ms, simplify it` : ''
}
