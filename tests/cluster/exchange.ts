import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Agent, request } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** What happens to one request instead of its being passed on. */
export type ProxyFault = (exchange: Exchange) => Promise<void>

/** A request at the proxy, and what can be done with it. */
export class Exchange {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #upstream: { readonly target: string; readonly agent: Agent }

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    upstream: { readonly target: string; readonly agent: Agent },
  ) {
    this.#request = request
    this.#response = response
    this.#upstream = upstream
  }

  /** Passes it on, and the response back as it comes: that of a watch has no end. */
  async pass(): Promise<void> {
    const answer = await this.#send()
    this.#response.writeHead(answer.statusCode ?? 502, answer.headers)
    this.#response.flushHeaders()
    await pipeline(answer, this.#response)
  }

  /** Has the API server do it; the client hears nothing yet. */
  async carryOut(): Promise<{ readonly status: number; readonly body: Buffer }> {
    const answer = await this.#send()
    return { status: answer.statusCode ?? 0, body: await buffer(answer) }
  }

  /** Closes the connection. */
  cut(): void {
    this.#response.destroy()
  }

  /** Answers as the API server says no. */
  refuse(status: number, { message = 'simulated', headers = {} }: Refusal = {}): void {
    const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: reasons[status], code: status }
    this.#response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

  /** Begins an answer that promises more than it has, then closes the connection. */
  truncate(body: Buffer): void {
    this.#response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    this.#response.write(body.subarray(0, body.length / 2), () => this.cut())
  }

  async #send(): Promise<IncomingMessage> {
    const { target, agent } = this.#upstream
    const { method, url = '', headers } = this.#request
    const sent = request(new URL(url, target), { agent, headers, ...(method === undefined ? {} : { method }) })
    // A client that gives up, on a watch above all, is no longer waited for.
    this.#response.on('close', () => sent.destroy())
    const [[answer]] = await Promise.all([once(sent, 'response'), pipeline(this.#request, sent)])
    return answer
  }
}

interface Refusal {
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
}

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
}

/** What a plan of the proxy can do to a request. */
export const proxyFaults = {
  /** The connection is closed, and nothing reaches the API server. */
  cut: async (exchange: Exchange) => exchange.cut(),
  /** No answer, and nothing reaches the API server. */
  hang: async () => {},
  /** The API server does it, and the answer is lost with the connection. */
  loseAnswer: async (exchange: Exchange) => {
    await exchange.carryOut()
    exchange.cut()
  },
  /** The API server does it, and no answer comes. */
  hangAfter: async (exchange: Exchange) => void (await exchange.carryOut()),
  /** The API server does it, and half of the answer comes. */
  truncate: async (exchange: Exchange) => exchange.truncate((await exchange.carryOut()).body),
  /** The API server, or what is in front of it, says no: 409 and 429 as well as 401, 403, 500 and 503. */
  refuse: (status: number, refusal?: Refusal): ProxyFault => {
    return async (exchange) => exchange.refuse(status, refusal)
  },
  /** Everything goes well, until the connection is closed in the middle: for a watch. */
  cutAfter: (ms: number): ProxyFault => {
    return async (exchange) => {
      const passed = exchange.pass()
      await Promise.race([passed, sleep(ms)])
      exchange.cut()
      await passed
    }
  },
  /** Somebody else is faster: the action is done before the request is passed on. */
  first: (action: () => Promise<unknown>): ProxyFault => {
    return async (exchange) => {
      await action()
      await exchange.pass()
    }
  },
} as const
