import type { Delivery, LoggedRequest } from './http.ts'

/** What a client gets in place of the answer; without a body it is the true one, as far as it comes. */
export interface Fault {
  readonly delivery?: Delivery
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface FaultedRequest extends Pick<LoggedRequest, 'method' | 'path' | 'operation'> {
  readonly body: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** An operation's id (`graphql` for that), a method and a path, or anything. */
export type FaultMatch =
  | string
  | { readonly method: string; readonly path: RegExp }
  | ((request: FaultedRequest) => boolean)

export interface FaultPlan {
  /** For how many requests; once by default. */
  readonly times?: number
  /** How many of these requests are answered well before. */
  readonly after?: number
  /** Whether what was asked for has been done although the answer does not say so. */
  readonly effect?: 'before' | 'after'
}

const json = { 'content-type': 'application/json; charset=utf-8' }

function message(text: string): string {
  return JSON.stringify({ message: text, documentation_url: 'https://docs.github.com/rest' })
}

function refused(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Fault {
  return { status, headers: { ...json, ...headers }, body: message(text) }
}

const secondary = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'

/** The faults that GitHub and the way to it are known for. */
export const faults = {
  /** 404, 410, 500, 502, 503 and so on, with a JSON body. */
  status: (status: number, text = `Status ${status}`) => refused(status, text),
  badCredentials: () => refused(401, 'Bad credentials'),
  secondaryLimit: (retryAfterS?: number) =>
    refused(403, secondary, retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
  tooManyRequests: (retryAfterS: number) => refused(429, secondary, { 'retry-after': String(retryAfterS) }),
  primaryLimit: (resetAt: Date) => {
    const reset = String(Math.ceil(resetAt.getTime() / 1_000))
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
    return refused(403, 'API rate limit exceeded for installation.', headers)
  },
  /** GraphQL says of most that goes wrong with a 200. */
  graphqlError: (text = 'Something went wrong while executing your query.', type?: string) => {
    const errors = [{ ...(type !== undefined && { type }), message: text }]
    return { status: 200, headers: json, body: JSON.stringify({ data: null, errors }) }
  },
  moved: (location: string) => refused(301, 'Moved Permanently', { location }),
  html: () => ({
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<!DOCTYPE html><title>Unicorn!</title>',
  }),
  truncated: () => ({ delivery: 'cut' }),
  hang: () => ({ delivery: 'never' }),
  lost: () => ({ delivery: 'lost' }),
} as const satisfies Readonly<Record<string, (...args: never[]) => Fault>>

interface Planned {
  readonly match: FaultMatch
  readonly fault: Fault
  readonly effect: 'before' | 'after'
  skip: number
  left: number
}

/** The faults that are still to come. */
export class Faults {
  readonly #planned: Planned[] = []

  plan(match: FaultMatch, fault: Fault, { times = 1, after = 0, effect = 'before' }: FaultPlan): void {
    this.#planned.push({ match, fault, effect, skip: after, left: times })
  }

  /** The fault of this request; asking uses it up. */
  take(request: FaultedRequest): { readonly fault: Fault; readonly effect: 'before' | 'after' } | undefined {
    for (const planned of this.#planned) {
      if (planned.left === 0 || !matches(planned.match, request)) continue
      if (planned.skip > 0) planned.skip -= 1
      else {
        planned.left -= 1
        return planned
      }
    }
    return undefined
  }
}

function matches(match: FaultMatch, request: FaultedRequest): boolean {
  if (typeof match === 'string') return request.operation === match
  if (typeof match === 'function') return match(request)
  return match.method === request.method && match.path.test(request.path)
}
