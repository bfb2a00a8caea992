import type { ApiRequest, Reply } from './http.ts'

const mostRedirects = 20

/** `fetch` of an API in this process: it answers without a timer, so that a virtual clock stands still meanwhile. */
export function fetchFrom(handle: (request: ApiRequest) => Reply): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const body = request.body === null ? {} : { body: await request.text() }
    let asked: ApiRequest = {
      ...{ method: request.method, url: request.url, headers: Object.fromEntries(request.headers), ...body },
    }
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      request.signal.throwIfAborted()
      const reply = handle(asked)
      await arrival(reply, request.signal)
      const location = locationOf(reply)
      if (location === undefined || request.redirect === 'manual') return responseOf(reply)
      if (request.redirect === 'error') throw failed('unexpected redirect')
      asked = redirect(asked, reply.status, location)
    }
    throw failed('redirect count exceeded')
  }
}

async function arrival({ delivery }: Reply, signal: AbortSignal): Promise<void> {
  if (delivery === 'never') await untilAborted(signal)
  if (delivery === 'lost') throw failed('other side closed')
}

function locationOf({ status, headers }: Reply): string | undefined {
  return [301, 302, 303, 307, 308].includes(status) ? headers['location'] : undefined
}

/** After a 301 or 302 a POST goes on as GET; other methods stay. */
function redirect({ method, url, headers, body }: ApiRequest, status: number, location: string): ApiRequest {
  const target = new URL(location, url).href
  if (method === 'POST' && (status === 301 || status === 302)) return { method: 'GET', url: target, headers }
  return { method, url: target, headers, ...(body !== undefined && { body }) }
}

function responseOf({ status, headers, body, delivery }: Reply): Response {
  const init = { status, headers: { ...headers } }
  if (status === 204 || status === 304) return new Response(null, init)
  return new Response(delivery === 'cut' ? halfOf(body) : body, init)
}

/** A body that fails in its middle. */
function halfOf(body: string): ReadableStream<Uint8Array> {
  const half = new TextEncoder().encode(body.slice(0, Math.ceil(body.length / 2)))
  let sent = false
  return new ReadableStream({
    pull: (controller) => {
      if (sent) return controller.error(new TypeError('terminated', { cause: new Error('other side closed') }))
      sent = true
      controller.enqueue(half)
    },
  })
}

function failed(reason: string): TypeError {
  return new TypeError('fetch failed', { cause: new Error(reason) })
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
