import type { Certificate, Exchange, ExchangeOptions } from './exchange.ts'
import type { Expectation } from './expectation.ts'
import { exchangeHttp } from './http.ts'
import type { Failure } from './reason.ts'
import { nextStep } from './redirect.ts'
import { displayUrl, type Hop, type Response } from './response.ts'
import { includesStatus } from './status.ts'
import type { HttpRequest, Target } from './target.ts'
import { observeVersion } from './version.ts'

/** The response at the end of all redirects, or the redirect that is not followed. */
export interface Followed {
  readonly response: Response
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
    const exchanged = await exchangeHttp(request, target.route, { ...options, address })
    latencyMs += exchanged.latencyMs
    certificate = soonest(certificate, exchanged.certificate)
    const response = responseOf(
      { ...exchanged, certificate },
      { url: request.url, latencyMs, hops, expectation: target.expectation },
    )
    const step = nextStep(response, request, target.followRedirects)
    if (step.kind === 'response') return { response }
    // A redirect that is not followed is itself the response where its status is a good one.
    if (step.kind === 'refuse' && includesStatus(target.expectation.status, response.status ?? 0)) return { response }
    if (step.kind === 'refuse') return { response, refusal: refused(step.detail, step.crossOrigin) }
    asked.add(keyOf(request))
    hops.push({ status: response.status ?? 0, to: displayUrl(step.request.url) })
    const circle = circleIn(hops, asked.has(keyOf(step.request)))
    if (circle !== undefined) return { response, refusal: refused(circle) }
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

function responseOf(
  exchanged: Exchange,
  { url, latencyMs, hops, expectation }: Pick<Response, 'url' | 'latencyMs' | 'hops'> & { expectation: Expectation },
): Response {
  const observedVersion = observeVersion(expectation.versionFrom, exchanged, expectation.expectedVersion)
  return { ...exchanged, latencyMs, url, observedVersion, hops }
}

function refused(detail: string, isHopeless = false): Failure {
  return { reasonCode: 'redirect-refused', detail, ...(isHopeless ? { hopeless: 'at-once' } : {}) }
}
