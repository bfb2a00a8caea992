import { quote } from '@deploy-safety/common/inputs'
import { isSameOrigin } from './endpoint.ts'
import { loginPageAt, wallIn } from './login-wall.ts'
import type { Failure, ReasonCode } from './reason.ts'
import { displayUrl, type Response } from './response.ts'
import { includesStatus, type StatusSet } from './status.ts'
import type { HttpRequest, RedirectPolicy } from './target.ts'

/** What to do with a response: judge it, follow it, or take it for a failure. */
export type Step =
  | { readonly kind: 'response' }
  | { readonly kind: 'follow'; readonly request: HttpRequest }
  | { readonly kind: 'fail'; readonly failure: Failure }

export interface RedirectRules {
  readonly policy: RedirectPolicy
  /** A status that is expected is no redirect. */
  readonly expected: StatusSet
  /** What the target asks for at first: whoever probes a login page means it. */
  readonly target: URL
}

const redirectStatuses = [301, 302, 303, 307, 308]

/** Decides what a response means for the next request. Pure. */
export function nextStep(
  response: Pick<Response, 'status' | 'headers'>,
  request: HttpRequest,
  rules: RedirectRules,
): Step {
  const { status = 0, headers } = response
  // The target has its name in front of every message.
  const subject = request.url.href === rules.target.href ? '' : `${displayUrl(request.url)} `
  const wall = wallIn(headers)
  if (wall !== undefined) {
    return failing('blocked-by-edge', `${subject}responds with ${wall} (status ${status})`)
  }
  if (!redirectStatuses.includes(status) || includesStatus(rules.expected, status)) return { kind: 'response' }
  const location = utf8Of(headers['location'])
  const from = `${subject}redirects (${status})`
  if (location === undefined) return failing('protocol-error', `${from} without a Location`)
  const url = URL.parse(location, request.url.href)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return failing('protocol-error', `${from} to ${quote(shown(url, location))}, which is not an HTTP address`)
  }
  const page = loginPageAt(url)
  if (page !== undefined && page !== loginPageAt(rules.target)) {
    return failing('blocked-by-edge', `${from} to the login page of ${page}, ${displayUrl(url)}`)
  }
  return step(status, request, { url, from: `${from} to ${displayUrl(url)}`, policy: rules.policy })
}

function step(
  status: number,
  request: HttpRequest,
  { url, from, policy }: { url: URL; from: string; policy: RedirectPolicy },
): Step {
  const crossOrigin = !isSameOrigin(request.url, url)
  const refuse = (why: string) =>
    failing('redirect-refused', `${from}, ${why}`, crossOrigin ? { hopeless: 'after-start' } : {})
  if (policy === 'none') return refuse('and follow-redirects is none')
  if (crossOrigin && policy === 'same-origin') return refuse('another origin, and follow-redirects is same-origin')
  const rewritten = asGet(status, request.method)
  const body = rewritten ? undefined : request.body
  if (crossOrigin && body !== undefined) {
    return refuse('another origin, to which the body of the request is not sent')
  }
  const kept = rewritten ? request.headers.filter(([name]) => !/^content-/i.test(name)) : request.headers
  url.username = ''
  url.password = ''
  url.hash = ''
  // Any of the headers may be a credential, whatever its name. What is dropped does not come back on a later hop.
  const headers = crossOrigin ? [] : kept
  return { kind: 'follow', request: { ...request, url, method: rewritten ? 'GET' : request.method, headers, body } }
}

function failing(reasonCode: ReasonCode, detail: string, rest: Pick<Failure, 'hopeless'> = {}): Step {
  return { kind: 'fail', failure: { reasonCode, detail, ...rest } }
}

function shown(url: URL | null, location: string): string {
  return url === null ? location : displayUrl(url)
}

/** Node reads headers as Latin-1; who sends other letters in a Location means UTF-8. */
function utf8Of(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const text = Buffer.from(header, 'latin1').toString()
  return text.includes('\ufffd') ? header : text
}

/** RFC 9110 15.4: 303 turns into GET, and so does a POST on 301 and 302; 307 and 308 keep method and body. */
function asGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'HEAD'
  return (status === 301 || status === 302) && method === 'POST'
}
