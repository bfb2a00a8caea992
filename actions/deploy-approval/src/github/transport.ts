import { exchangeHttp } from '@deploy-safety/probe/http'
import type { ProxyFor } from '@deploy-safety/probe/proxy'

/** How requests go out: what `fetch` does, as far as Octokit uses it. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>

interface FetchInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** For the message alone: the client ends what takes too long. */
const timeoutMs = 10_000
// A hundred issues or comments of 64 KiB, each character of which may take six bytes in JSON.
const answerLimitBytes = 64 * 1_024 * 1_024

/**
 * Node's own `fetch` goes through no proxy unless a variable was set before Node started, and follows redirects, so that
 * a transferred issue would be read where it is now.
 * @param secrets are taken out of what is answered: a comment with one in it would be shown in log, report and summary
 */
export function fetchThrough(proxyFor: ProxyFor, secrets: readonly string[]): Fetch {
  const route = { resolve: new Map(), denyPrivate: false, proxyFor, secureContext: undefined, insecure: false }
  return async (url, { method, headers, body, signal }) => {
    const request = { kind: 'http', url: new URL(url), method, headers: Object.entries(headers), body } as const
    const answer = await exchangeHttp(request, route, { signal, timeoutMs, bodyLimitBytes: answerLimitBytes })
    const { status = 0 } = answer
    // No Response can have it, and no answer of GitHub has.
    if (status < 200 || status > 599) throw new TypeError(`HTTP ${status}`)
    const isEmpty = status === 204 || status === 304
    return new Response(isEmpty ? null : without(secrets, answer.body.text), { status, headers: answer.headers })
  }
}

function without(secrets: readonly string[], text: string): string {
  return secrets.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '***')), text)
}
