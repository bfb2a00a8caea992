import { parseDuration } from '@deploy-safety/common/duration'
import {
  type InputReader,
  Malformed,
  parseChoice,
  parseCount,
  parseFlag,
  parseLines,
  quote,
} from '@deploy-safety/common/inputs'
import type { Route } from '@deploy-safety/probe/connection'
import type { Expectation } from '@deploy-safety/probe/expectation'
import { parseVersion } from '@deploy-safety/probe/expected-version'
import { parseHeaderExpectations, parseHeaders } from '@deploy-safety/probe/headers'
import type { JsonCondition } from '@deploy-safety/probe/json-condition'
import { parsePattern } from '@deploy-safety/probe/pattern'
import type { ProxyFor } from '@deploy-safety/probe/proxy'
import { displayUrl } from '@deploy-safety/probe/response'
import { parseStatusSet } from '@deploy-safety/probe/status'
import { type Request, redirectPolicies, type Target } from '@deploy-safety/probe/target'
import { parseResolve, parseUrl } from '@deploy-safety/probe/url'
import type { VersionSource } from '@deploy-safety/probe/version'
import type { Rules } from '@deploy-safety/probe/watch'
import type { InputName } from './contract.ts'
import type { TargetEntry } from './target-list.ts'
import { readTrust } from './trust.ts'

/** A target with everything that is said of it. */
export interface Check {
  readonly name: string
  /** A failing target that is not required is reported and changes nothing. */
  readonly required: boolean
  readonly target: Target
  readonly rules: Rules
}

const defaultDeadlineMs = 300_000

/** Reads the settings of a target. @throws ActionError `invalid-input` */
export async function readCheck({ name, required, input }: TargetEntry, proxyFor: ProxyFor): Promise<Check> {
  const request = readRequest(input)
  return {
    // A comma would split the name in the output failed-targets.
    name: name ?? displayUrl(request.url).replaceAll(',', '%2C'),
    required,
    target: {
      request,
      route: readRoute(input, proxyFor),
      followRedirects: input.value('follow-redirects', parseChoice(redirectPolicies)),
      allAddresses: input.value('all-addresses', parseFlag),
      expectation: await readExpectation(input),
    },
    rules: readRules(input),
  }
}

function readRequest(input: InputReader<InputName>): Request {
  const url = input.value('url', parseUrl)
  const headers = input.optional('headers', parseHeaders) ?? []
  const method = input.value('method', parseMethod)
  const body = input.optional('body', String)
  switch (url.protocol) {
    case 'tcp:':
    case 'tls:':
      return { kind: 'socket', url }
    case 'grpc:':
    case 'grpcs:':
      return { kind: 'grpc', url, service: decodeURIComponent(url.pathname.slice(1)), headers }
    default:
      return { kind: 'http', url, method, headers, body }
  }
}

function readRoute(input: InputReader<InputName>, proxyFor: ProxyFor): Route {
  return {
    resolve: input.optional('resolve', parseResolve) ?? new Map(),
    denyPrivate: input.value('deny-private-addresses', parseFlag),
    proxyFor,
    ...readTrust(input),
    insecure: input.value('insecure', parseFlag),
  }
}

async function readExpectation(input: InputReader<InputName>): Promise<Expectation> {
  return {
    status: input.value('expect-status', parseStatusSet),
    expectedVersion: input.optional('expect-version', parseVersion),
    versionFrom: await readVersionSource(input),
    headers: input.optional('expect-header', parseHeaderExpectations) ?? [],
    body: input.optional('expect-body', (source) => ({ source, pattern: parsePattern(source) })),
    json: await readJsonConditions(input),
    maxLatencyMs: input.optional('max-latency', parsePositiveDuration),
    tlsMinDays: input.optional('tls-min-days', parseCount({ least: 0, most: 10_000 })),
  }
}

/** What parses JSONPath is large, so it is loaded only where a path is given. */
async function readJsonConditions(input: InputReader<InputName>): Promise<JsonCondition[]> {
  if (input.text('expect-json') === '') return []
  const { parseJsonCondition } = await import('@deploy-safety/probe/json-parser')
  return input.value('expect-json', (text) => parseLines(text).map(parseJsonCondition))
}

async function readVersionSource(input: InputReader<InputName>): Promise<VersionSource> {
  if (input.value('version-from', String) === 'auto') return { kind: 'auto' }
  const { parseVersionSource } = await import('@deploy-safety/probe/version-source')
  return input.value('version-from', parseVersionSource)
}

function readRules(input: InputReader<InputName>): Rules {
  const startPeriodMs = input.value('start-period', parseDuration)
  const intervalMs = input.value('interval', parseDuration)
  const attempts = input.value('attempts', parseCount({ least: 0, most: 100_000 }))
  const timeoutMs = input.value('timeout', parsePositiveDuration)
  const enoughMs = attempts === 0 ? defaultDeadlineMs : startPeriodMs + attempts * (timeoutMs + intervalMs)
  return {
    deadlineMs: input.optional('deadline', parsePositiveDuration) ?? enoughMs,
    startPeriodMs,
    intervalMs,
    attempts,
    timeoutMs,
    successThreshold: input.value('success-threshold', parseCount({ least: 1, most: 10_000 })),
    samples: input.value('samples', parseCount({ least: 0, most: 10_000 })),
    maxP95Ms: input.optional('max-p95', parsePositiveDuration),
    soakMs: input.value('soak', parseDuration),
    failureThreshold: input.value('failure-threshold', parseCount({ least: 1, most: 10_000 })),
  }
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

function parseMethod(text: string): string {
  return parseChoice(methods)(text.toUpperCase())
}

function parsePositiveDuration(text: string): number {
  const ms = parseDuration(text)
  if (ms === 0) throw new Malformed(`${quote(text)} leaves no time`, 'Give more than 0s.')
  return ms
}
