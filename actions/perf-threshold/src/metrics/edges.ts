import type { Clock } from '@deploy-safety/common/clock'
import type { Exchange } from '@deploy-safety/probe/exchange'
import { exchangeHttp } from '@deploy-safety/probe/http'
import type { ProxyFor } from '@deploy-safety/probe/proxy'
import type { HttpRequest } from '@deploy-safety/probe/target'

/** The way to Prometheus and Alertmanager. */
export interface MetricsEdges {
  /** Sends one request. Ends when the signal fires, and after `timeoutMs`. @throws ProbeError */
  readonly request: (request: HttpRequest, options: RequestOptions) => Promise<Answer>
  readonly clock: Clock
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal
}

export type Answer = Pick<Exchange, 'status' | 'headers' | 'body'>

interface RequestOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Nothing beyond this is read of an answer. */
export const answerLimitBytes = 10 * 1_024 * 1_024

/** The real request: a connection of its own, through the proxy that the environment names, redirects not followed. */
export function requestThrough(proxyFor: ProxyFor): MetricsEdges['request'] {
  const route = { resolve: new Map(), denyPrivate: false, proxyFor, secureContext: undefined, insecure: false }
  return async (request, { timeoutMs, signal }) => {
    // Not AbortSignal.any over AbortSignal.timeout: they hold each other weakly, and one that is collected never fires.
    const ending = new AbortController()
    const end = () => ending.abort()
    const timer = setTimeout(end, timeoutMs)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
    try {
      const limits = { signal: ending.signal, timeoutMs, bodyLimitBytes: answerLimitBytes }
      return await exchangeHttp(request, route, limits)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
    }
  }
}
