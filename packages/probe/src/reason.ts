/**
 * Why an attempt was not good. The table is the single source: verdicts are decided from `verdict`, messages and the README
 * take their texts from here.
 */
export const reasons = {
  'dns-failure': {
    verdict: 'unverifiable',
    cause: 'The name does not resolve.',
    nextStep:
      'Check the host name and its DNS record. A new name can take as long as the negative cache of its zone: give it a start-period.',
  },
  'network-unreachable': {
    verdict: 'unverifiable',
    cause: "The runner's own network does not reach the address.",
    nextStep:
      'Check the network of the runner: most often it has no IPv6, and the name or URL has only an IPv6 address. Otherwise look for its routes and its firewall.',
  },
  'proxy-failure': {
    verdict: 'unverifiable',
    cause: 'The proxy named in the environment could not be used, or it responded itself instead of the target.',
    nextStep: 'Check HTTPS_PROXY or HTTP_PROXY and its credentials, or list the host in NO_PROXY.',
  },
  'tls-expired': {
    verdict: 'unverifiable',
    cause: 'The certificate has expired.',
    nextStep: 'Renew the certificate, then run the check again.',
  },
  'tls-untrusted': {
    verdict: 'unverifiable',
    cause: 'The certificate is self-signed, not yet valid, or from an authority that is not trusted here.',
    nextStep: 'Serve the full chain of a public authority, or give the private one as ca-certificate.',
  },
  'tls-name-mismatch': {
    verdict: 'unverifiable',
    cause: 'The certificate is for another host name.',
    nextStep: 'Check that the host name routes to this service and that its certificate lists the name.',
  },
  'certificate-expiring': {
    verdict: 'unverifiable',
    cause: 'The certificate is valid, but not as long as tls-min-days wants.',
    nextStep: 'Renew the certificate, and look why that was not done by itself.',
  },
  'blocked-by-edge': {
    verdict: 'unverifiable',
    cause: 'A login, client certificate or firewall in front of the service blocks the runner.',
    nextStep:
      'Probe a path that is open, send the credentials in headers or as client-certificate, or let the runner through. If 401, 403, 407 or a redirect to a login page is the right response, name its status in expect-status.',
  },
  'rate-limited': {
    verdict: 'unverifiable',
    cause: 'The target answers 429: too many requests.',
    nextStep: 'Probe less often (interval), or exempt the health path from the rate limit.',
  },
  'redirect-refused': {
    verdict: 'unverifiable',
    cause: 'The target redirects to where follow-redirects does not go.',
    nextStep:
      'Probe the URL that it redirects to, or set follow-redirects to all if the redirect is meant. If the redirect itself is the right response, name its status in expect-status.',
  },
  'address-refused': {
    verdict: 'unverifiable',
    cause:
      'The address serves cloud metadata, which is never probed, or is private while deny-private-addresses is set.',
    nextStep: 'Check the URL, its DNS record and its redirects: none of them may lead to such an address.',
  },
  'connect-refused': {
    verdict: 'unhealthy',
    cause: 'Nothing listens at the address, or it cannot be reached.',
    nextStep:
      'Check that the service has started and that it listens on this port, on all interfaces and address families.',
  },
  'connect-timeout': {
    verdict: 'unhealthy',
    cause: 'The connection was not established in time.',
    nextStep: 'Check firewall, security group and port. A service that is still starting needs a longer deadline.',
  },
  'connection-reset': {
    verdict: 'unhealthy',
    cause: 'The connection was closed before the response was complete.',
    nextStep: 'Look for a crash or a restart in the logs of the service.',
  },
  'response-timeout': {
    verdict: 'unhealthy',
    cause: 'The connection stands, but the response was not complete in time.',
    nextStep: 'Look for what the health endpoint waits for. An endpoint that may take longer needs a longer timeout.',
  },
  'http-status': {
    verdict: 'unhealthy',
    cause: 'The status of the response is not in expect-status.',
    nextStep: 'Read the body excerpt and the logs of the service.',
  },
  'wrong-version': {
    verdict: 'unhealthy',
    cause: 'The service is up, but it is not the version that was deployed.',
    nextStep:
      'Check that the deployment went through and that traffic was switched. A slow rollout needs a longer deadline.',
  },
  'version-missing': {
    verdict: 'unhealthy',
    cause: 'The response does not say which version it is.',
    nextStep: 'Let the service answer with its version or commit, and name the place in version-from.',
  },
  'body-mismatch': {
    verdict: 'unhealthy',
    cause: 'The body does not meet expect-body.',
    nextStep: 'Compare the body excerpt with expect-body.',
  },
  'json-mismatch': {
    verdict: 'unhealthy',
    cause: 'The body does not meet a condition of expect-json.',
    nextStep: 'Compare the body excerpt with expect-json.',
  },
  'header-mismatch': {
    verdict: 'unhealthy',
    cause: 'A header does not meet expect-header.',
    nextStep: 'Compare the headers of the response with expect-header.',
  },
  'body-too-large': {
    verdict: 'unhealthy',
    cause: 'The body is larger than what is read of it, and an expectation needs the rest.',
    nextStep: 'Probe an endpoint with a small body.',
  },
  'too-slow': {
    verdict: 'unhealthy',
    cause: 'The response is right, but slower than max-latency.',
    nextStep: 'Look for what slows the endpoint down; a cold start needs a start-period.',
  },
  'p95-too-high': {
    verdict: 'unhealthy',
    cause: 'The responses are right, but the 95th percentile of the samples is over max-p95.',
    nextStep: 'Compare with the latency before the deployment; the report has every sample.',
  },
  flapping: {
    verdict: 'unhealthy',
    cause: 'Good responses came, but never as many in a row as success-threshold wants.',
    nextStep: 'Look for instances that fail or restart: not every one behind the address is well.',
  },
  'grpc-not-serving': {
    verdict: 'unhealthy',
    cause: 'The health service of gRPC says something else than SERVING.',
    nextStep:
      'Look in the logs of the service for what keeps it from serving, and check the name of the service in the URL.',
  },
  'protocol-error': {
    verdict: 'unhealthy',
    cause: "The server does not speak the URL's protocol, or breaks its rules.",
    nextStep:
      'Check scheme, port and path: HTTP or HTTPS, and the right service. The message says what is wrong with the response.',
  },
  'deadline-exceeded': {
    verdict: 'unhealthy',
    cause: 'No attempt could be completed before the deadline.',
    nextStep: 'Give a deadline that is longer than the timeout of an attempt, or look for what hangs.',
  },
} as const satisfies Record<string, ReasonText>

export interface ReasonText {
  readonly verdict: 'unhealthy' | 'unverifiable'
  readonly cause: string
  readonly nextStep: string
}

export type ReasonCode = keyof typeof reasons

/** A failing attempt: the reason, what was observed, and whether trying again can help. */
export interface Failure {
  readonly reasonCode: ReasonCode
  /** What was expected and what was observed; may hold foreign text. */
  readonly detail: string
  /**
   * When no later attempt is made: `at-once`; `after-start`, once the start-period is over; `if-it-stays`, when it is
   * over and the failure came three times running.
   */
  readonly hopeless?: 'at-once' | 'after-start' | 'if-it-stays'
}

/** How an exchange that brought no response is thrown to the edge of the probe, where it becomes a value. */
export class ProbeError extends Error {
  readonly failure: Failure

  constructor(failure: Failure, cause?: unknown) {
    super(failure.detail, { cause })
    this.name = 'ProbeError'
    this.failure = failure
  }
}
