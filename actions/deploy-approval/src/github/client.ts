import { cancellable } from '@deploy-safety/common/cancellation'
import type { Clock } from '@deploy-safety/common/clock'
import { formatDuration } from '@deploy-safety/common/duration'
import { request as octokit } from '@octokit/request'
import type * as v from 'valibot'
import { Stop } from '../stop.ts'
import { Budget } from './budget.ts'
import { type Answer, type Failure, failureOf, read } from './failure.ts'
import { GitHubClock } from './github-clock.ts'
import type { Fetch } from './transport.ts'

export interface ClientOptions {
  /** `https://api.github.com`, or with a path on GitHub Enterprise Server. */
  readonly apiUrl: string
  readonly graphqlUrl: string
  readonly token: string
  readonly fetch: Fetch
  readonly clock: Clock
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal
}

/** How long a failure is borne. */
export interface Patience {
  /** How often a request is tried at least. */
  readonly attempts: number
  /** Until when it is tried beyond that, by the monotonic clock. */
  readonly untilMs: number
  /** Until when a rate limit is waited for, by the same. */
  readonly rateLimitUntilMs: number
}

/** What is learnt from the answers. */
interface Known {
  readonly budget: Budget
  readonly time: GitHubClock
  requests: number
}

function newlyKnown(clock: Clock): Known {
  return { budget: new Budget(), time: new GitHubClock(clock), requests: 0 }
}

export type Parameters = Readonly<Record<string, unknown>>
export type Schema = v.GenericSchema

const requestTimeoutMs = 10_000
const firstPauseMs = 1_000
const longestPauseMs = 64_000
const unchanged = { kind: 'answer', status: 304, etag: undefined, hasNext: false } as const
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * Speaks to the API of GitHub: Octokit's request, with deadlines and repetition of our own. Its plugins for that repeat a
 * POST that may have had its effect, wait by real timers, and go on waiting when the job is cancelled.
 */
export class Client {
  readonly #options: ClientOptions
  readonly #patience: Patience
  readonly #known: Known
  readonly #octokit: typeof octokit

  constructor(options: ClientOptions, patience: Patience, known = newlyKnown(options.clock)) {
    this.#options = options
    this.#patience = patience
    this.#known = known
    this.#octokit = octokit.defaults({
      baseUrl: options.apiUrl,
      headers: {
        authorization: `token ${options.token}`,
        accept: 'application/vnd.github+json',
        'user-agent': 'deployment-safety-deploy-approval',
        'x-github-api-version': '2022-11-28',
      },
      request: { fetch: options.fetch, redirect: 'manual', log: silent },
    })
  }

  /** How many requests were sent. */
  get requests(): number {
    return this.#known.requests
  }

  get budget(): Budget {
    return this.#known.budget
  }

  get time(): GitHubClock {
    return this.#known.time
  }

  /** The same client with another patience, and where it is given another signal; what is known of GitHub is shared. */
  with(patience: Patience, signal = this.#options.signal): Client {
    return new Client({ ...this.#options, signal }, patience, this.#known)
  }

  /** For what may fail without harm, and must not keep anybody waiting. */
  hasty(attempts = 2): Client {
    return this.with({ attempts, untilMs: 0, rateLimitUntilMs: 0 })
  }

  /** @throws ActionError `cancelled` */
  async pause(ms: number): Promise<void> {
    const { clock, signal } = this.#options
    await cancellable(signal)(clock.sleep(ms, signal))
  }

  /**
   * Waits before something is read again, as after a failure.
   * @param count how often it was read
   * @param attempts how often it is read at least
   * @throws Stop the given one once patience is over; ActionError `cancelled`
   */
  async bear(stop: Stop, { count, attempts }: { count: number; attempts?: number }): Promise<void> {
    await this.pause(this.#pauseAfter({ kind: 'failure', stop, retry: true }, count, attempts))
  }

  /** Sends a request that may be repeated. @throws Stop, ActionError `cancelled` */
  async send<S extends Schema>(route: string, parameters: Parameters, schema: S): Promise<Answer<v.InferOutput<S>>> {
    return await this.#repeat(() => this.#try(route, parameters, schema))
  }

  /** Reads what has changed since an earlier answer; undefined when nothing has. @throws Stop, ActionError `cancelled` */
  async sendIfChanged<S extends Schema>(
    route: string,
    { etag, ...parameters }: Parameters & { readonly etag: string | undefined },
    schema: S,
  ): Promise<Answer<v.InferOutput<S>> | undefined> {
    const headers = etag === undefined ? {} : { 'if-none-match': etag }
    const { data } = await this.#repeat(async () => {
      const tried = await this.#try(route, { ...parameters, headers }, schema)
      if (tried.kind === 'answer') return { ...tried, data: tried }
      return tried.status === 304 ? { ...unchanged, data: undefined } : tried
    })
    return data
  }

  /**
   * Sends a request that makes something, and whose effect may be there although no answer said so: it is looked for before
   * it is made again, whatever the last answer was. @throws Stop, ActionError `cancelled`
   */
  async create<S extends Schema>(
    route: string,
    parameters: Parameters,
    { schema, find }: { schema: S; find: () => Promise<v.InferOutput<S> | undefined> },
  ): Promise<v.InferOutput<S>> {
    const { data } = await this.#repeat(() => this.#try(route, parameters, schema), find)
    return data
  }

  /** Asks the GraphQL API. Errors about some of what was asked for are the caller's to judge. */
  async query<S extends Schema>(query: string, variables: Parameters, schema: S): Promise<v.InferOutput<S>> {
    const parameters = { url: this.#options.graphqlUrl, query, variables }
    const { data } = await this.send('POST /graphql', parameters, schema)
    return data
  }

  async #repeat<T>(
    attempt: () => Promise<Answer<T> | Failure>,
    find?: () => Promise<T | undefined>,
  ): Promise<Answer<T>> {
    for (let count = 1; ; count += 1) {
      const tried = await attempt()
      if (tried.kind === 'answer') return tried
      await this.pause(this.#pauseAfter(tried, count))
      const found = await find?.()
      if (found !== undefined) return { ...unchanged, data: found }
    }
  }

  /** @throws Stop when trying again cannot help, or would not be in time */
  #pauseAfter({ stop, retry, waitMs }: Failure, count: number, attempts = this.#patience.attempts): number {
    const { untilMs, rateLimitUntilMs } = this.#patience
    if (!retry) throw stop
    const nowMs = this.#options.clock.now()
    if (waitMs !== undefined) {
      if (nowMs + waitMs <= rateLimitUntilMs) return Math.max(waitMs, firstPauseMs)
      const message = `${stop.message}; it can be asked again in ${formatDuration(waitMs)}, too late for this.`
      throw new Stop('rate-limited', message, { cause: stop })
    }
    const pauseMs = Math.min(firstPauseMs * 2 ** (count - 1), longestPauseMs)
    if (count >= attempts && nowMs + pauseMs > untilMs) {
      const { reasonCode, nextStep, status, message } = stop
      throw new Stop(reasonCode, `${message} (${count} attempts).`, { nextStep, status, cause: stop })
    }
    return pauseMs
  }

  async #try<S extends Schema>(
    route: string,
    parameters: Parameters,
    schema: S,
  ): Promise<Answer<v.InferOutput<S>> | Failure> {
    const { clock, signal } = this.#options
    const [method = 'GET'] = route.split(' ')
    const unlessCancelled = cancellable(signal)
    // Where the job was cancelled already, nothing more is sent.
    await unlessCancelled(Promise.resolve())
    const over = new AbortController()
    const stop = () => over.abort()
    signal.addEventListener('abort', stop)
    const answered = this.#octokit(route, { ...parameters, request: { signal: over.signal } })
    this.#known.requests += 1
    try {
      const late = clock.sleep(requestTimeoutMs, over.signal).then(() => undefined)
      const response = await unlessCancelled(Promise.race([answered, late]))
      if (response === undefined) return failureOf({ kind: 'timeout', ms: requestTimeoutMs }, { route, method })
      this.#note(response.headers)
      return read(response, { route, method, schema, time: this.time })
    } catch (error) {
      if (signal.aborted) throw error
      const headers = (error as { response?: { headers?: Headers } }).response?.headers
      if (headers !== undefined) this.#note(headers)
      return failureOf({ kind: 'error', error, time: this.time }, { route, method })
    } finally {
      signal.removeEventListener('abort', stop)
      over.abort()
      answered.catch(() => {})
    }
  }

  #note(headers: Headers): void {
    this.time.note(headers)
    this.budget.note(headers)
  }
}

type Headers = Readonly<Record<string, string | number | undefined>>
