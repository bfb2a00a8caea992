import type { Certificate, Exchange, ExchangeOptions } from './exchange.ts'
import type { Expectation } from './expectation.ts'
import { exchangeHttp } from './http.ts'
import { saidByTlsServer } from './other-protocol.ts'
import { type Failure, ProbeError } from './reason.ts'
import { nextStep } from './redirect.ts'
import { displayUrl, type Hop, type Response } from './response.ts'
import { includesStatus } from './status.ts'
import type { HttpRequest, Target } from './target.ts'
import { observeVersion } from './version.ts'

/** The response at the end of all redirects, or one that shows that the end cannot be reached. */
export interface Followed {
  readonly response: Response
  readonly failure?: Failure
}

const mostHops = 10

/** Sends a request and follows redirects as far as the target allows. @throws ProbeError */
export async function follow(first: HttpRequest, target: Target, options: ExchangeOptions): Promise<Followed> {
  const { expectation, followRedirects: policy } = target
  const hops: Hop[] = []
  const asked = new Set<string>()
  let request = first
  let latencyMs = 0
  let setsCookie = false
  let certificate: Certificate | undefined
  for (;;) {
    // The chosen address is one of the first host.
    const address = request.url.hostname === first.url.hostname ? options.address : undefined
    const exchanged = await exchangeHop(request, target, { options: { ...options, address }, hops })
    latencyMs += exchanged.latencyMs
    certificate = soonest(certificate, exchanged.certificate)
    const response = responseOf({ ...exchanged, certificate }, { url: request.url, latencyMs, hops, expectation })
    const step = nextStep(response, request, { policy, expected: expectation.status, target: first.url })
    if (step.kind === 'response') return { response, ...saidOfConnection(response, expectation) }
    if (step.kind === 'fail') return { response, failure: step.failure }
    asked.add(keyOf(request))
    hops.push({ status: response.status ?? 0, to: displayUrl(step.request.url) })
    setsCookie ||= response.headers['set-cookie'] !== undefined
    const circle = circleIn(hops, { askedBefore: asked.has(keyOf(step.request)), setsCookie })
    if (circle !== undefined) return { response, failure: { reasonCode: 'protocol-error', detail: circle } }
    request = step.request
  }
}

/** Behind a redirect, it is the URL that was redirected to which failed. */
async function exchangeHop(
  request: HttpRequest,
  { route }: Target,
  { options, hops }: { options: ExchangeOptions; hops: readonly Hop[] },
): Promise<Exchange> {
  try {
    return await exchangeHttp(request, route, options)
  } catch (error) {
    if (!(error instanceof ProbeError) || hops.length === 0) throw error
    const detail = `${error.failure.detail} (after a redirect to ${displayUrl(request.url)})`
    throw new ProbeError({ ...error.failure, detail }, error)
  }
}

/** Every hop has to hold: the certificate that expires first is the one that counts. */
function soonest(one: Certificate | undefined, other: Certificate | undefined): Certificate | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one.daysLeft < other.daysLeft ? one : other
}

function circleIn(
  hops: readonly Hop[],
  { askedBefore, setsCookie }: { askedBefore: boolean; setsCookie: boolean },
): string | undefined {
  const cookie = setsCookie
    ? '; it sets a cookie, which healthcheck does not send back: send it in headers, or probe a URL without it'
    : ''
  if (askedBefore) return `redirects in a circle: ${hops.map(({ to }) => to).join(' → ')}${cookie}`
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

function saidOfConnection({ url, status, body }: Response, expectation: Expectation): Pick<Followed, 'failure'> {
  if (includesStatus(expectation.status, status ?? 0)) return {}
  const failure = saidByTlsServer(url, { status, text: body.text })
  return failure === undefined ? {} : { failure }
}
