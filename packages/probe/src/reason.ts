/**
 * Why an attempt was not good. The table is the single source: verdicts are decided from `verdict`, messages and the README
 * take their texts from here.
 */
export const reasons = {
  'dns-failure': {
    verdict: 'unverifiable',
    cause: 'The host name does not resolve.',
    nextStep: 'Check the host name and its DNS record. Resolvers cache a missing name: give a new one a start-period.',
  },
  'network-unreachable': {
    verdict: 'unverifiable',
    cause: "The runner's own network does not reach the address.",
    nextStep:
      'Check the network of the runner. Often it has no IPv6, and the host has only an IPv6 address. Otherwise check routes and firewall.',
  },
  'proxy-failure': {
    verdict: 'unverifiable',
    cause: 'The proxy from the environment failed, or it responded itself instead of the target.',
    nextStep: 'Check HTTPS_PROXY or HTTP_PROXY and its credentials, or add the host to NO_PROXY.',
  },
  'tls-expired': {
    verdict: 'unverifiable',
    cause: 'The certificate has expired.',
    nextStep: 'Renew the certificate, then run the check again.',
  },
  'tls-untrusted': {
    verdict: 'unverifiable',
    cause: 'The certificate is self-signed, not yet valid, or from an authority that the runner does not trust.',
    nextStep: 'Serve the full certificate chain, or pass the private authority as ca-certificate.',
  },
  'tls-name-mismatch': {
    verdict: 'unverifiable',
    cause: 'The certificate is for another host name.',
    nextStep: 'Check that the host name routes to this service and that its certificate covers the name.',
  },
  'certificate-expiring': {
    verdict: 'unverifiable',
    cause: 'The certificate expires sooner than tls-min-days allows.',
    nextStep: 'Renew the certificate and find out why automatic renewal failed.',
  },
  'blocked-by-edge': {
    verdict: 'unverifiable',
    cause: 'A login, client certificate or firewall in front of the service blocks the runner.',
    nextStep:
      'Use an open path, send credentials in headers or as client-certificate, or let the runner through. If 401, 403, 407 or a redirect to a login page is correct, add its status to expect-status.',
  },
  'rate-limited': {
    verdict: 'unverifiable',
    cause: 'The target limits requests (HTTP 429).',
    nextStep: 'Raise interval, or exempt the health path from the rate limit.',
  },
  'redirect-refused': {
    verdict: 'unverifiable',
    cause: 'The target redirects to where follow-redirects does not go.',
    nextStep:
      'Use the URL that it redirects to, or set follow-redirects to all if the redirect is intended. If the redirect itself is correct, add its status to expect-status.',
  },
  'address-refused': {
    verdict: 'unverifiable',
    cause:
      'The address serves cloud metadata, which is always refused, or is private while deny-private-addresses is set.',
    nextStep: 'Check where the URL, its DNS record and its redirects lead.',
  },
  'connect-refused': {
    verdict: 'unhealthy',
    cause: 'Nothing listens at the address, or the host is unreachable.',
    nextStep: 'Check that the service runs and listens on this port, on the right interface, for IPv4 and IPv6.',
  },
  'connect-timeout': {
    verdict: 'unhealthy',
    cause: 'The connection was not established in time.',
    nextStep: 'Check firewall, security group and port. If the service is still starting, raise deadline.',
  },
  'connection-reset': {
    verdict: 'unhealthy',
    cause: 'The connection was closed before the response was complete.',
    nextStep: 'Check the service logs for a crash or restart.',
  },
  'response-timeout': {
    verdict: 'unhealthy',
    cause: 'The server accepted the connection but did not finish the response in time.',
    nextStep: 'Find out what the health endpoint waits for. If it may take longer, raise timeout.',
  },
  'http-status': {
    verdict: 'unhealthy',
    cause: 'The HTTP status is not in expect-status.',
    nextStep: 'Read the response body in the summary and the logs of the service.',
  },
  'wrong-version': {
    verdict: 'unhealthy',
    cause: 'The service is up but runs another version than expected.',
    nextStep:
      'Check that the deployment finished and that traffic was switched. If the rollout is slow, raise deadline.',
  },
  'version-missing': {
    verdict: 'unhealthy',
    cause: 'The response has no version.',
    nextStep: 'Expose the version or commit in the response and point version-from at it.',
  },
  'body-mismatch': {
    verdict: 'unhealthy',
    cause: 'The body does not match expect-body.',
    nextStep: 'Compare the response body in the summary with expect-body.',
  },
  'json-mismatch': {
    verdict: 'unhealthy',
    cause: 'The JSON body fails a condition of expect-json.',
    nextStep: 'Compare the response body in the summary with expect-json.',
  },
  'header-mismatch': {
    verdict: 'unhealthy',
    cause: 'A header does not match expect-header.',
    nextStep: 'Compare the response headers with expect-header.',
  },
  'body-too-large': {
    verdict: 'unhealthy',
    cause: 'The body exceeds the 1 MiB read limit, and a check needs all of it.',
    nextStep: 'Use an endpoint with a small body.',
  },
  'too-slow': {
    verdict: 'unhealthy',
    cause: 'The response was correct but took longer than max-latency.',
    nextStep: 'Find out what slows the endpoint down. If it is a cold start, set start-period.',
  },
  'p95-too-high': {
    verdict: 'unhealthy',
    cause: 'The responses were correct but their 95th percentile is above max-p95.',
    nextStep: 'Compare with the latency before the deployment. The report has every sample.',
  },
  flapping: {
    verdict: 'unhealthy',
    cause: 'The target never succeeded success-threshold times in a row.',
    nextStep: 'Look for instances that fail or restart: some instances behind this address are failing.',
  },
  'grpc-not-serving': {
    verdict: 'unhealthy',
    cause: 'The gRPC health check did not return SERVING.',
    nextStep: 'Check the logs of the service and the service name in the URL.',
  },
  'protocol-error': {
    verdict: 'unhealthy',
    cause: "The server does not speak the URL's protocol, or breaks its rules.",
    nextStep: 'Check scheme, port and path: http or https, and the right service. The message says what is wrong.',
  },
  'deadline-exceeded': {
    verdict: 'unhealthy',
    cause: 'No attempt was completed before the deadline.',
    nextStep: 'Raise deadline above timeout, or find out what hangs.',
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
