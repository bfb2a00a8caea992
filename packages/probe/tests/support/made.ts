import type { Body } from '../../src/body.ts'
import type { Route } from '../../src/connection.ts'
import type { Expectation } from '../../src/expectation.ts'
import type { Response } from '../../src/response.ts'
import { parseStatusSet } from '../../src/status.ts'
import type { HttpRequest, Request, Target } from '../../src/target.ts'

/** A request, a target, an expectation and a response with what a test does not care about filled in. */

export function requestTo(url: string | URL, rest: Partial<HttpRequest> = {}): HttpRequest {
  return {
    kind: 'http',
    url: new URL(url),
    method: 'GET',
    headers: [],
    body: undefined,
    ...rest,
  }
}

/** The direct way. */
export function routeOf(rest: Partial<Route> = {}): Route {
  return {
    resolve: new Map(),
    denyPrivate: false,
    proxyFor: () => undefined,
    secureContext: undefined,
    insecure: false,
    ...rest,
  }
}

export function expecting(rest: Partial<Expectation> = {}): Expectation {
  return {
    status: parseStatusSet('2xx'),
    expectedVersion: undefined,
    versionFrom: { kind: 'auto' },
    headers: [],
    body: undefined,
    json: [],
    maxLatencyMs: undefined,
    tlsMinDays: undefined,
    ...rest,
  }
}

export function targetOf(
  url: string | URL,
  { request = {}, ...rest }: Partial<Omit<Target, 'request'>> & { request?: Partial<HttpRequest> } = {},
): Target {
  return targetWith(requestTo(url, request), rest)
}

export function targetWith(request: Request, rest: Partial<Target> = {}): Target {
  return {
    request,
    route: routeOf(),
    followRedirects: 'same-origin',
    allAddresses: false,
    expectation: expecting(),
    ...rest,
  }
}

export function bodyOf(text: string, cut = false): Body {
  return { text, document: cut ? undefined : jsonOf(text), cut }
}

export function responseOf(rest: Partial<Omit<Response, 'body'>> & { body?: Body | string } = {}): Response {
  const { body = '', ...others } = rest
  return {
    url: new URL('http://app.example.com/health'),
    status: 200,
    headers: {},
    body: typeof body === 'string' ? bodyOf(body) : body,
    latencyMs: 12,
    phases: { dnsMs: 1, connectMs: 1, tlsMs: 0, firstByteMs: 10, bodyMs: 2 },
    address: '127.0.0.1:80',
    proxy: undefined,
    certificate: undefined,
    observedVersion: undefined,
    hops: [],
    ...others,
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
