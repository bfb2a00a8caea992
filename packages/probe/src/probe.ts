import { allAddresses } from './address.ts'
import { hostOf, portOf } from './endpoint.ts'
import { type ExchangeOptions, exchange } from './exchange.ts'
import { judge } from './expectation.ts'
import { failureOf, timeoutWhile } from './failure.ts'
import { type Followed, follow } from './follow.ts'
import { type Failure, ProbeError } from './reason.ts'
import { type Response, type ResponseRecord, recordOf, responder } from './response.ts'
import { kept } from './socket.ts'
import type { Target } from './target.ts'

/** One attempt: a response, or none, and why it was not good; without a failure it was. */
export interface Attempt {
  readonly response: ResponseRecord | undefined
  readonly failure: Failure | undefined
  /** The attempt used up all its time. */
  readonly timedOut: boolean
  /** How each address did, where all of them are asked; the response is that of the first that failed, or of the last. */
  readonly addresses: readonly AddressResult[]
}

export interface AddressResult {
  readonly address: string
  readonly failure: Failure | undefined
}

type Judged = Pick<Attempt, 'response' | 'failure'>

/** Tries a target once. Never throws for anything that the target does. */
export async function probe(target: Target, options: { timeoutMs: number; signal: AbortSignal }): Promise<Attempt> {
  // Not AbortSignal.any over AbortSignal.timeout: they hold each other weakly, and one that is collected never fires.
  const ending = new AbortController()
  const end = () => ending.abort()
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    end()
  }, options.timeoutMs)
  options.signal.addEventListener('abort', end)
  if (options.signal.aborted) end()
  try {
    const work = target.allAddresses ? attemptAll : attemptAny
    const result = await work(target, { timeoutMs: options.timeoutMs, signal: ending.signal })
    return { ...result, timedOut: timedOut && result.response === undefined }
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', end)
  }
}

async function attemptAny(target: Target, options: ExchangeOptions): Promise<Omit<Attempt, 'timedOut'>> {
  return { ...(await attempt(target, options)), addresses: [] }
}

/** Asks every address of the name, one after the other: two at once would be two requests in flight. */
async function attemptAll(target: Target, options: ExchangeOptions): Promise<Omit<Attempt, 'timedOut'>> {
  const { url } = target.request
  const fixed = target.route.resolve.get(`${hostOf(url)}:${portOf(url)}`)
  const found = await (fixed === undefined
    ? allAddresses(hostOf(url), options.signal)
    : Promise.resolve([fixed])
  ).catch((error: unknown) =>
    options.signal.aborted ? timeoutWhile('name lookup', options.timeoutMs) : failureOf(error, 'name lookup', url),
  )
  if (!Array.isArray(found)) return { response: undefined, failure: found, addresses: [] }
  const addresses: AddressResult[] = []
  let decisive: Judged = { response: undefined, failure: undefined }
  for (const address of found) {
    // Who was not asked for lack of time is not said to be bad.
    if (addresses.length > 0 && options.signal.aborted) break
    const result = await attempt(target, { ...options, address })
    addresses.push({ address, failure: result.failure })
    if (decisive.failure === undefined) decisive = result
  }
  const { response, failure } = decisive
  if (failure === undefined) return { response, failure, addresses }
  const bad = addresses.filter((result) => result.failure !== undefined).map(({ address }) => address)
  const detail = `${failure.detail} (${bad.length} of ${addresses.length} addresses failed: ${bad.join(', ')})`
  return { response, failure: { ...failure, detail }, addresses }
}

async function attempt(target: Target, options: ExchangeOptions): Promise<Judged> {
  try {
    const { response, failure } = await speak(target, options)
    return { response: recordOf(response), failure: failure ?? judgeAtEnd(response, target) }
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error
    return { response: undefined, failure: error.failure }
  }
}

/** What is wrong with a response, and behind redirects also whose it is. */
function judgeAtEnd(response: Response, { expectation, request }: Target): Failure | undefined {
  const failure = judge(response, expectation)
  const isForMethod = failure?.reasonCode === 'http-status' && (response.status === 405 || response.status === 501)
  if (isForMethod && request.kind === 'http' && request.method !== 'GET') {
    return { ...failure, detail: `${failure.detail}: this URL does not take method ${request.method}, try GET` }
  }
  if (failure === undefined || response.hops.length === 0) return failure
  return { ...failure, detail: `${failure.detail} (${responder(response)})` }
}

/** Speaks the protocol of the target. */
async function speak(target: Target, options: ExchangeOptions): Promise<Followed> {
  const { request, route } = target
  if (request.kind === 'http') return follow(request, target, options)
  const { url } = request
  const rest = { url, observedVersion: undefined, hops: [] } satisfies Partial<Response>
  if (request.kind === 'grpc') {
    const { exchangeGrpc } = await import('./grpc.ts')
    return { response: { ...(await exchangeGrpc(request, route, options)), ...rest } }
  }
  const nothing = { status: undefined, headers: {}, body: { text: '', document: undefined, cut: false } }
  const connected = await exchange(url, route, options, async ({ socket }) => {
    await kept(socket, options.signal)
    return nothing
  })
  return { response: { ...connected, ...rest } }
}
