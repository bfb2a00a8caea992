import { formatDuration, parseDuration } from '@deploy-safety/common/duration'
import { invalidInput } from '@deploy-safety/common/errors'
import { type InputReader, Malformed, parseCount, quote } from '@deploy-safety/common/inputs'
import { parseVersion } from '@deploy-safety/probe/expected-version'
import { parseHeaders } from '@deploy-safety/probe/headers'
import type { ProxyFor } from '@deploy-safety/probe/proxy'
import { secretsOf } from '@deploy-safety/probe/secrets'
import { parseStatusSet } from '@deploy-safety/probe/status'
import type { Header, Request, Target } from '@deploy-safety/probe/target'
import { parseUrl } from '@deploy-safety/probe/url'
import type { Rules } from '@deploy-safety/probe/watch'

/** The inputs of the verification, with their defaults: those of the same names of healthcheck. */
export const verifyInputs = {
  'verify-url': '',
  'verify-headers': '',
  'verify-expect-status': '2xx',
  'verify-expect-version': '',
  'verify-success-threshold': '3',
  'verify-interval': '2s',
  'verify-timeout': '2m',
  'verify-soak': '0s',
} as const

export type VerifyInput = keyof typeof verifyInputs

/** How the target is found to be well. */
export interface Verification {
  readonly target: Target
  readonly rules: Rules
  /** Values that are shown nowhere. */
  readonly secrets: readonly string[]
}

/** Of one attempt, as in healthcheck. */
const attemptMs = 10_000

/** Undefined without `verify-url`. @throws ActionError `invalid-input` */
export function readVerification(input: InputReader<VerifyInput>, proxyFor: ProxyFor): Verification | undefined {
  const url = input.optional('verify-url', parseOneUrl)
  if (url === undefined) {
    refuseWithoutUrl(input)
    return undefined
  }
  refuseUnmet(input, url)
  const target: Target = {
    request: requestOf(url, input.optional('verify-headers', parseHeaders) ?? []),
    route: { resolve: new Map(), denyPrivate: false, proxyFor, secureContext: undefined, insecure: false },
    followRedirects: 'same-origin',
    allAddresses: false,
    expectation: {
      status: input.value('verify-expect-status', parseStatusSet),
      expectedVersion: input.optional('verify-expect-version', parseVersion),
      versionFrom: { kind: 'auto' },
      headers: [],
      body: undefined,
      json: [],
      maxLatencyMs: undefined,
      tlsMinDays: undefined,
    },
  }
  return { target, rules: readRules(input), secrets: secretsOf(target) }
}

function requestOf(url: URL, headers: readonly Header[]): Request {
  if (url.protocol === 'tcp:' || url.protocol === 'tls:') return { kind: 'socket', url }
  if (url.protocol === 'http:' || url.protocol === 'https:') {
    return { kind: 'http', url, method: 'GET', headers, body: undefined }
  }
  return { kind: 'grpc', url, service: decodeURIComponent(url.pathname.slice(1)), headers }
}

function readRules(input: InputReader<VerifyInput>): Rules {
  const deadlineMs = input.value('verify-timeout', parsePositive)
  const intervalMs = input.value('verify-interval', parseDuration)
  const successThreshold = input.value('verify-success-threshold', parseCount({ least: 1, most: 1_000 }))
  if ((successThreshold - 1) * intervalMs * 0.9 >= deadlineMs) {
    const [interval, deadline] = [formatDuration(intervalMs), formatDuration(deadlineMs)]
    throw invalidInput(
      `${successThreshold} successes, ${interval} apart, do not fit into verify-timeout (${deadline}).`,
      'Raise verify-timeout, or lower verify-success-threshold or verify-interval.',
    )
  }
  return {
    deadlineMs,
    startPeriodMs: 0,
    intervalMs,
    attempts: 0,
    timeoutMs: attemptMs,
    successThreshold,
    samples: 0,
    maxP95Ms: undefined,
    soakMs: input.value('verify-soak', parseDuration),
    failureThreshold: 1,
  }
}

function refuseWithoutUrl(input: InputReader<VerifyInput>): void {
  const names = Object.keys(verifyInputs) as VerifyInput[]
  const given = names.find((name) => isGiven(input, name))
  if (given === undefined) return
  throw invalidInput(`Input "${given}" is given without "verify-url": nothing would be verified.`, 'Set verify-url.')
}

/** What the scheme cannot meet would be passed over in silence. */
function refuseUnmet(input: InputReader<VerifyInput>, { protocol }: URL): void {
  if (protocol.startsWith('http')) return
  const ofHttp: readonly VerifyInput[] = ['verify-expect-status', 'verify-expect-version']
  const unmet: readonly VerifyInput[] = protocol.startsWith('grpc') ? ofHttp : ['verify-headers', ...ofHttp]
  const given = unmet.find((name) => isGiven(input, name))
  if (given === undefined) return
  throw invalidInput(
    `Input "${given}" cannot be used over ${protocol}//.`,
    `Give a verify-url with http:// or https://, or remove ${given}.`,
  )
}

/** What equals its default was perhaps handed through by a reusable workflow. */
function isGiven(input: InputReader<VerifyInput>, name: VerifyInput): boolean {
  return input.text(name) !== '' && input.text(name) !== verifyInputs[name]
}

function parseOneUrl(text: string): URL {
  if (/\s/.test(text)) throw new Malformed('there is more than one URL, or a blank in it', 'Give one URL.')
  return parseUrl(text)
}

function parsePositive(text: string): number {
  const ms = parseDuration(text)
  if (ms > 0) return ms
  throw new Malformed(`${quote(text)} is no time`, 'Write for example 2m.')
}
