import { type Answer, type AnswerRecord, displayUrl, type Hop, recordOf } from './answer.ts'
import { exchange } from './exchange.ts'
import { judge } from './expectation.ts'
import { timeoutWhile } from './failure.ts'
import type { HttpRequest, HttpTarget } from './http-target.ts'
import { type Failure, ProbeError } from './reason.ts'
import { nextStep } from './redirect.ts'
import { includesStatus } from './status.ts'
import { observeVersion } from './version.ts'

/** One try: an answer, or none, and why it was not good; without a failure it was. */
export interface Try {
  readonly answer: AnswerRecord | undefined
  readonly failure: Failure | undefined
  /** The try used up all its time. */
  readonly timedOut: boolean
}

const mostHops = 10

/** Tries a target once. Never throws for anything that the target does. */
export async function probe(target: HttpTarget, options: { timeoutMs: number; signal: AbortSignal }): Promise<Try> {
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
    const { answer, refusal } = await follow(target, ending.signal, options.timeoutMs)
    return { answer: recordOf(answer), failure: refusal ?? judge(answer, target.expectation), timedOut: false }
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error
    return { answer: undefined, failure: error.failure, timedOut }
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', end)
  }
}

async function follow(target: HttpTarget, signal: AbortSignal, timeoutMs: number): Promise<Followed> {
  const { expectation, followRedirects } = target
  const hops: Hop[] = []
  const seen = new Set<string>()
  let request: HttpRequest = target.request
  let latencyMs = 0
  for (;;) {
    const response = await exchange(request, signal, (wait) => new ProbeError(timeoutWhile(wait, timeoutMs)))
    latencyMs += response.latencyMs
    const version = observeVersion(expectation.versionFrom, response, expectation.version)
    const answer: Answer = { ...response, latencyMs, url: request.url, version, hops }
    const step = nextStep({ status: response.status, location: response.headers.location }, request, followRedirects)
    if (step.kind === 'answer') return { answer }
    // A redirect that is not followed is itself the answer where its status is a good one.
    if (step.kind === 'refuse' && includesStatus(expectation.status, response.status)) return { answer }
    if (step.kind === 'refuse') return { answer, refusal: refused(step.detail, step.crossOrigin) }
    seen.add(`${request.method} ${request.url.href}`)
    hops.push({ status: response.status, to: displayUrl(step.request.url) })
    if (seen.has(`${step.request.method} ${step.request.url.href}`)) {
      return { answer, refusal: refused(`redirects in a circle: ${hops.map(({ to }) => to).join(' → ')}`) }
    }
    if (hops.length > mostHops) return { answer, refusal: refused(`more than ${mostHops} redirects`) }
    request = step.request
  }
}

interface Followed {
  readonly answer: Answer
  readonly refusal?: Failure
}

function refused(detail: string, isHopeless = false): Failure {
  return { reason: 'redirect-refused', detail, ...(isHopeless ? { hopeless: 'at-once' } : {}) }
}
