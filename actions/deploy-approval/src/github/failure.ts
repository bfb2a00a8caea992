import { cut } from '@deploy-safety/common/escape'
import { quoteUpTo } from '@deploy-safety/common/inputs'
import { ProbeError, reasons } from '@deploy-safety/probe/reason'
import { RequestError } from '@octokit/request-error'
import * as v from 'valibot'
import { Stop } from '../stop.ts'
import type { GitHubClock } from './github-clock.ts'

export interface Answer<T> {
  readonly kind: 'answer'
  readonly status: number
  readonly data: T
  readonly etag: string | undefined
  /** Whether there is another page. */
  readonly hasNext: boolean
}

/** A request without a usable answer. */
export interface Failure {
  readonly kind: 'failure'
  readonly stop: Stop
  /** Whether trying again can help. */
  readonly retry: boolean
  /** How long to wait before it, where GitHub says so. */
  readonly waitMs?: number
  /** Undefined when there was no response. */
  readonly status?: number | undefined
}

const minuteMs = 60_000

interface Asked {
  /** `GET /repos/{owner}/{repo}`: what is asked for, without values. */
  readonly route: string
  readonly method: string
}

interface Reply {
  readonly status: number
  readonly data: unknown
  readonly headers: Readonly<Record<string, string | number | undefined>>
}

/** What a response says, if it has the form that it should have. A cut one is no answer. */
export function read<S extends v.GenericSchema>(
  { status, data, headers }: Reply,
  { schema, time, ...asked }: Asked & { schema: S; time: GitHubClock },
): Answer<v.InferOutput<S>> | Failure {
  if (status >= 300 && status < 400) return moved(asked, status)
  if (asked.route === graphqlRoute) {
    const failure = queryFailure({ data, headers }, { ...asked, time })
    if (failure !== undefined) return failure
  }
  const result = v.safeParse(schema, data)
  if (result.success) {
    const hasNext = /rel="next"/.test(String(headers.link ?? ''))
    return { kind: 'answer', status, data: result.output, etag: headers.etag?.toString(), hasNext }
  }
  const where = result.issues[0].path?.map(({ key }) => String(key)).join('.') ?? 'the response'
  return again(asked, typeof data === 'string' ? `no JSON but ${quoteUpTo(60, data)}` : `${where} is not as documented`)
}

const graphqlRoute = 'POST /graphql'

const errorsSchema = v.object({ errors: v.array(v.object({ type: v.nullish(v.string()), message: v.string() })) })

/** GraphQL says in the body what went wrong. What was not found is for whoever asked: it may be an answer. */
function queryFailure(
  { data, headers }: Pick<Reply, 'data' | 'headers'>,
  { time, ...asked }: Asked & { time: GitHubClock },
): Failure | undefined {
  const result = v.safeParse(errorsSchema, data)
  const error = result.success ? result.output.errors.find(({ type }) => type !== 'NOT_FOUND') : undefined
  if (error === undefined) return undefined
  const said = `GraphQL: ${quoteUpTo(200, error.message)}`
  // The type is RATE_LIMITED, RATE_LIMIT or, of a secondary limit, none.
  if (error.type?.startsWith('RATE_LIMIT') || /rate limit/i.test(error.message)) {
    return limited(said, waitAsSaid(headers, time) ?? minuteMs)
  }
  if (error.type === 'FORBIDDEN') return final('missing-permission', `The token lacks issues: write (${said}).`)
  // Servers of companies are of older versions.
  if (/doesn't exist on type/.test(error.message)) {
    return final('api-error', `This GitHub Enterprise Server is too old, 3.17 is known to do (${said}).`)
  }
  return again(asked, said)
}

export type Trouble =
  | { readonly kind: 'timeout'; readonly ms: number }
  | { readonly kind: 'error'; readonly error: unknown; readonly time: GitHubClock }

/** What a request failed with, and what can be done about it. @throws what is no failure of a request */
export function failureOf(trouble: Trouble, asked: Asked): Failure {
  if (trouble.kind === 'timeout') return again(asked, `no response within ${trouble.ms / 1_000} s`)
  const { error, time } = trouble
  if (!(error instanceof RequestError)) throw error
  if (error.response === undefined) {
    const cause = error.cause
    // What is no failure of the network is a defect.
    if (!(cause instanceof ProbeError) && !(cause instanceof TypeError)) throw error
    return again(asked, cause.message, cause instanceof ProbeError ? nextStepAfter(cause.failure) : undefined)
  }
  return refusal({ ...error.response, message: error.message, status: error.status }, { ...asked, time })
}

/** What to do where it is the way to GitHub that fails. */
function nextStepAfter({ reasonCode }: ProbeError['failure']): string | undefined {
  if (reasonCode === 'proxy-failure') return reasons[reasonCode].nextStep
  if (reasonCode.startsWith('tls-')) {
    return 'Check who answers for GitHub: a proxy with a certificate of its own needs NODE_EXTRA_CA_CERTS on the runner.'
  }
  const isNetwork = /^(?:dns-failure|network-unreachable|connect-refused|connect-timeout)$/.test(reasonCode)
  return isNetwork ? 'Check the network, the firewall and the proxy of the runner, then run the job again.' : undefined
}

interface Refusal extends Reply {
  readonly message: string
}

function refusal(
  { status, data, headers, message }: Refusal,
  { time, ...asked }: Asked & { time: GitHubClock },
): Failure {
  const said = `HTTP ${status}: ${quoteUpTo(200, message)}`
  const waitMs = rateLimitWait({ status, headers, message }, time)
  if (waitMs !== undefined) return limited(said, waitMs)
  // What GitHub says is JSON: this is a page of something on the way.
  if (status >= 400 && typeof data === 'string') return again(asked, said)
  if (status === 401) return final('token-expired', `GitHub refused the token for ${asked.route} (${said}).`, 401)
  if (status === 403) return forbidden({ headers, message }, { ...asked, said })
  if (status === 404) return final('api-error', `Not found: ${asked.route} (${said}).`, 404)
  if (status === 422) return final('api-error', `GitHub refused ${asked.route} (${said}).`, 422)
  return status >= 500 || status === 408 ? again(asked, said) : final('api-error', `${asked.route}: ${said}.`, status)
}

/** 403 and 429 are how GitHub says that it was asked too often; without a time, a minute is what it wants. */
function rateLimitWait({ status, headers, message }: Omit<Refusal, 'data'>, time: GitHubClock): number | undefined {
  if (status !== 403 && status !== 429) return undefined
  const isLimit = status === 429 || isExhausted(headers) || /rate limit|abuse/i.test(message)
  return waitAsSaid(headers, time) ?? (isLimit ? minuteMs : undefined)
}

/** How long GitHub wants to be left alone, where it says so. */
function waitAsSaid(headers: Reply['headers'], time: GitHubClock): number | undefined {
  const retryAfter = Number(headers['retry-after'] ?? Number.NaN)
  if (retryAfter >= 0) return retryAfter * 1_000
  const resetMs = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1_000
  // A second more: the clock of the header has whole ones.
  return isExhausted(headers) && resetMs >= 0 ? Math.max(0, resetMs - time.now()) + 1_000 : undefined
}

function isExhausted(headers: Reply['headers']): boolean {
  return String(headers['x-ratelimit-remaining']) === '0'
}

function forbidden(
  { headers, message }: Pick<Refusal, 'headers' | 'message'>,
  { route, said }: Asked & { said: string },
): Failure {
  if (/archived/i.test(message)) return final('issues-disabled', `The repository is archived (${said}).`, 403)
  if (/SAML/.test(message) || headers['x-github-sso'] !== undefined) {
    return final(
      'missing-permission',
      `The token is not authorized for the single sign-on of the organization (${said}).`,
      403,
    )
  }
  const needed = String(headers['x-accepted-github-permissions'] ?? '')
  const permission = needed === '' ? permissionFor(route) : needed.replaceAll('=', ': ').replace(/; */g, ' or ')
  return final('missing-permission', `The token lacks ${cut(permission, 100)} for ${route} (${said}).`, 403)
}

function permissionFor(route: string): string {
  if (route.includes('/actions/')) return 'actions: read'
  if (route.includes('/teams/')) return 'members: read'
  if (/compare|commits/.test(route)) return 'contents: read'
  return 'issues: write'
}

function limited(said: string, waitMs: number): Failure {
  const stop = new Stop('rate-limited', `GitHub limits the rate (${said})`)
  return { kind: 'failure', stop, retry: true, waitMs }
}

function final(reasonCode: Stop['reasonCode'], message: string, status?: number): Failure {
  const stop = new Stop(reasonCode, message, { status })
  return { kind: 'failure', stop, retry: false, status }
}

function again({ route }: Asked, what: string, nextStep?: string): Failure {
  const stop = new Stop('api-error', `GitHub did not answer ${route} correctly: ${what}`, { nextStep })
  return { kind: 'failure', stop, retry: true }
}

function moved({ route }: Asked, status: number): Failure {
  return final('api-error', `What ${route} asks for is elsewhere now (HTTP ${status}).`, status)
}
