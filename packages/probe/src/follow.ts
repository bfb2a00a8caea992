import { type Answer, displayUrl, type Hop } from './answer.ts'
import type { Certificate, ExchangeOptions } from './exchange.ts'
import type { Expectation } from './expectation.ts'
import { exchangeHttp } from './http.ts'
import type { Failure } from './reason.ts'
import { nextStep } from './redirect.ts'
import { includesStatus } from './status.ts'
import type { HttpRequest, Target } from './target.ts'
import { observeVersion } from './version.ts'

/** The answer at the end of all redirects, or the redirect that is not followed. */
export interface Followed {
  readonly answer: Answer
  readonly refusal?: Failure
}

const mostHops = 10

/** Sends a request and follows redirects as far as the target allows. @throws ProbeError */
export async function follow(first: HttpRequest, target: Target, options: ExchangeOptions): Promise<Followed> {
  const hops: Hop[] = []
  const asked = new Set<string>()
  let request = first
  let latencyMs = 0
  let certificate: Certificate | undefined
  for (;;) {
    // The chosen address is one of the first host.
    const address = request.url.host === first.url.host ? options.address : undefined
    const response = await exchangeHttp(request, target.route, { ...options, address })
    latencyMs += response.latencyMs
    certificate = soonest(certificate, response.certificate)
    const answer = answerOf(
      { ...response, certificate },
      { url: request.url, latencyMs, hops, expectation: target.expectation },
    )
    const step = nextStep(answer, request, target.followRedirects)
    if (step.kind === 'answer') return { answer }
    // A redirect that is not followed is itself the answer where its status is a good one.
    if (step.kind === 'refuse' && includesStatus(target.expectation.status, answer.status ?? 0)) return { answer }
    if (step.kind === 'refuse') return { answer, refusal: refused(step.detail, step.crossOrigin) }
    asked.add(keyOf(request))
    hops.push({ status: answer.status ?? 0, to: displayUrl(step.request.url) })
    const circle = circleIn(hops, asked.has(keyOf(step.request)))
    if (circle !== undefined) return { answer, refusal: refused(circle) }
    request = step.request
  }
}

/** Every hop has to hold: the certificate that expires first is the one that counts. */
function soonest(one: Certificate | undefined, other: Certificate | undefined): Certificate | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one.daysLeft < other.daysLeft ? one : other
}

function circleIn(hops: readonly Hop[], askedBefore: boolean): string | undefined {
  if (askedBefore) return `redirects in a circle: ${hops.map(({ to }) => to).join(' → ')}`
  return hops.length > mostHops ? `more than ${mostHops} redirects` : undefined
}

function keyOf({ method, url }: HttpRequest): string {
  return `${method} ${url.href}`
}

function answerOf(
  response: Omit<Answer, 'url' | 'version' | 'hops'>,
  { url, latencyMs, hops, expectation }: Pick<Answer, 'url' | 'latencyMs' | 'hops'> & { expectation: Expectation },
): Answer {
  const version = observeVersion(expectation.versionFrom, response, expectation.version)
  return { ...response, latencyMs, url, version, hops }
}

function refused(detail: string, isHopeless = false): Failure {
  return { reason: 'redirect-refused', detail, ...(isHopeless ? { hopeless: 'at-once' } : {}) }
}
