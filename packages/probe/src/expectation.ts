import { formatAgainst } from '@deploy-safety/common/duration'
import { cut } from '@deploy-safety/common/escape'
import { quote } from '@deploy-safety/common/inputs'
import { type JsonCondition, unmetBy } from './json-condition.ts'
import { type Match, matchPattern, type Pattern, timeLimitMs } from './pattern.ts'
import type { Failure } from './reason.ts'
import type { Response } from './response.ts'
import { includesStatus, type StatusSet } from './status.ts'
import type { VersionSource } from './version.ts'
import { isOfKind, matchesVersion } from './version-match.ts'
import { describeElsewhere, describeMissing } from './version-missing.ts'
import { findInText } from './version-text.ts'

/** What a good response is. What is undefined or empty is not asked for. */
export interface Expectation {
  readonly status: StatusSet
  readonly expectedVersion: string | undefined
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
 * Judges a response; undefined means that it is good. The order is that of what explains what: a wrong status explains a
 * missing version, an old version explains a body that does not fit, and only a right response can be too slow.
 */
export function judge(response: Response, expectation: Expectation): Failure | undefined {
  return (
    judgeStatus(response, expectation) ??
    judgeUnpacking(response, expectation) ??
    judgeVersion(response, expectation) ??
    judgeHeaders(response, expectation) ??
    judgeBody(response, expectation) ??
    judgeJson(response, expectation) ??
    judgeCertificate(response, expectation) ??
    judgeLatency(response, expectation)
  )
}

function judgeStatus({ status }: Response, expected: Expectation): Failure | undefined {
  if (status === undefined || includesStatus(expected.status, status)) return undefined
  const detail = `HTTP ${status}, expected ${expected.status.source}`
  if (status === 401 || status === 403 || status === 407) return { reasonCode: 'blocked-by-edge', detail }
  if (status === 429) return { reasonCode: 'rate-limited', detail }
  return { reasonCode: 'http-status', detail, ...(status === 410 ? { hopeless: 'after-start' } : {}) }
}

/** A body that could not be unpacked matters only to what looks into it. */
function judgeUnpacking({ body, observedVersion }: Response, expected: Expectation): Failure | undefined {
  const { expectedVersion, versionFrom } = expected
  const versionNeedsBody =
    expectedVersion !== undefined && observedVersion === undefined && versionFrom.kind !== 'header'
  const needsBody = expected.body !== undefined || expected.json.length > 0 || versionNeedsBody
  if (body.unreadable === undefined || !needsBody) return undefined
  return { reasonCode: 'protocol-error', detail: body.unreadable }
}

function judgeVersion(response: Response, { expectedVersion, versionFrom }: Expectation): Failure | undefined {
  if (expectedVersion === undefined) return undefined
  const { observedVersion, body } = response
  if (observedVersion !== undefined && matchesVersion(expectedVersion, observedVersion.text)) return undefined
  const isInRest = versionFrom.kind === 'body' || (observedVersion === undefined && versionFrom.kind !== 'header')
  if (body.cut && isInRest) return tooLarge('no version in what was read')
  if (observedVersion === undefined) {
    return {
      reasonCode: 'version-missing',
      detail: `expected version ${shown(expectedVersion)}, ${describeMissing(versionFrom, response, expectedVersion)}`,
    }
  }
  const { text, place } = observedVersion
  // An older version is wrong; more or another thing than a version is in the wrong place.
  const isVersion = isOfKind(expectedVersion, text) && findInText(text, expectedVersion) === undefined
  const elsewhere = isVersion ? '' : describeElsewhere(response, expectedVersion)
  const detail = `serves ${shown(text)} (${place}), expected ${shown(expectedVersion)}${elsewhere}`
  return { reasonCode: 'wrong-version', detail }
}

/** In quotes where it does not read as one word. */
function shown(version: string): string {
  return /^[\w.+@-]{1,80}$/.test(version) ? version : quote(version)
}

function judgeHeaders({ headers }: Response, expected: Expectation): Failure | undefined {
  for (const { name, source, pattern } of expected.headers) {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined
    const match = value === undefined ? 'no' : matchPattern(pattern, value)
    if (match === 'yes') continue
    const observed = value === undefined ? 'got none' : `observed ${quote(value)}`
    return { reasonCode: 'header-mismatch', detail: `expected header ${quote(source)}, ${observed}${explain(match)}` }
  }
  return undefined
}

function judgeBody({ body }: Response, { body: expected }: Expectation): Failure | undefined {
  if (expected === undefined) return undefined
  const match = matchPattern(expected.pattern, body.text, body.cut)
  if (match === 'yes') return undefined
  if (match === 'open') return tooLarge(`${quote(expected.source)} is not decided by what was read`)
  const what = body.text === '' ? 'the body is empty and' : 'the body'
  return { reasonCode: 'body-mismatch', detail: `${what} does not match ${quote(expected.source)}${explain(match)}` }
}

function judgeJson({ body }: Response, { json }: Expectation): Failure | undefined {
  if (json.length === 0) return undefined
  if (body.cut) return tooLarge('it cannot be read as JSON')
  if (body.document === undefined) {
    const text = body.text.trim()
    const detail = text === '' ? 'the body is empty' : `the body is not JSON, it begins with ${quote(cut(text, 40))}`
    return { reasonCode: 'json-mismatch', detail }
  }
  for (const condition of json) {
    const detail = unmetBy(condition, body.document)
    if (detail !== undefined) return { reasonCode: 'json-mismatch', detail }
  }
  return undefined
}

function judgeCertificate({ certificate }: Response, { tlsMinDays }: Expectation): Failure | undefined {
  if (tlsMinDays === undefined || certificate === undefined) return undefined
  const { validTo, daysLeft } = certificate
  if (daysLeft >= tlsMinDays) return undefined
  const detail = `the certificate expires on ${validTo.slice(0, 10)}, in ${Math.floor(daysLeft)} days; expected at least ${tlsMinDays}`
  return { reasonCode: 'certificate-expiring', detail }
}

function judgeLatency({ latencyMs }: Response, { maxLatencyMs }: Expectation): Failure | undefined {
  if (maxLatencyMs === undefined || latencyMs <= maxLatencyMs) return undefined
  const { value, limit } = formatAgainst(latencyMs, maxLatencyMs)
  const detail = `the response took ${value}, above max-latency (${limit})`
  return { reasonCode: 'too-slow', detail }
}

function tooLarge(what: string): Failure {
  return {
    reasonCode: 'body-too-large',
    detail: `the body is too large: ${what} (1 MiB, 64 KiB for a regular expression)`,
  }
}

function explain(match: Match): string {
  return match === 'timed-out' ? `: the expression ran longer than ${timeLimitMs} ms, simplify it` : ''
}
