import { displayUrl, type Response } from './response.ts'
import type { HttpRequest, RedirectPolicy } from './target.ts'

/** What to do with a response: judge it, follow it, or refuse to follow it. */
export type Step =
  | { readonly kind: 'response' }
  | { readonly kind: 'follow'; readonly request: HttpRequest }
  | { readonly kind: 'refuse'; readonly detail: string; readonly crossOrigin: boolean }

const redirectStatuses = [301, 302, 303, 307, 308]

/** Decides what a response means for the next request. Pure. */
export function nextStep(
  response: Pick<Response, 'status' | 'headers'>,
  request: HttpRequest,
  policy: RedirectPolicy,
): Step {
  const { status = 0, headers } = response
  const location = headers['location']
  if (!redirectStatuses.includes(status) || location === undefined) return { kind: 'response' }
  const url = URL.parse(location, request.url.href)
  const refuse = (why: string, crossOrigin = false): Step => ({
    kind: 'refuse',
    detail: `${displayUrl(request.url)} answers ${status} to ${url === null ? JSON.stringify(location) : displayUrl(url)}: ${why}`,
    crossOrigin,
  })
  if (url === null || !/^https?:$/.test(url.protocol)) return refuse('that is no HTTP address')
  const crossOrigin = url.origin !== request.url.origin
  if (policy === 'none') return refuse('follow-redirects is none', crossOrigin)
  if (crossOrigin && policy === 'same-origin')
    return refuse('another origin, and follow-redirects is same-origin', true)
  url.username = ''
  url.password = ''
  url.hash = ''
  const rewritten = asGet(status, request.method)
  const body = rewritten ? undefined : request.body
  if (crossOrigin && body !== undefined) return refuse('the body of the request is not sent to another origin', true)
  return {
    kind: 'follow',
    request: {
      ...request,
      url,
      method: rewritten ? 'GET' : request.method,
      // Any of them may be a credential, whatever its name. What is dropped does not come back on a later hop.
      headers: crossOrigin
        ? []
        : rewritten
          ? request.headers.filter(([name]) => !/^content-/i.test(name))
          : request.headers,
      body,
    },
  }
}

/** RFC 9110 15.4: 303 turns into GET, and so does a POST on 301 and 302; 307 and 308 keep method and body. */
function asGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'HEAD'
  return (status === 301 || status === 302) && method === 'POST'
}
