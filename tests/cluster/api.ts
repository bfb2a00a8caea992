import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { createInterface } from 'node:readline'
import { text as readText } from 'node:stream/consumers'

export interface ApiOptions {
  /** `https://127.0.0.1:port` */
  readonly server: string
  /** PEM of who signed the server's certificate. */
  readonly ca: string
  readonly token: string
}

/** JSON of the cluster, of which only what a reader names is known. */
export type Json = Readonly<Record<string, unknown>>

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: object
  readonly signal?: AbortSignal
}

/** What the server said instead of doing what it was asked to. */
export class ApiError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The API of a cluster over plain HTTPS: enough for the tests, without a client library. */
export class Api {
  readonly #options: ApiOptions
  readonly #agent: Agent

  constructor(options: ApiOptions) {
    this.#options = options
    this.#agent = new Agent({ keepAlive: true, ca: options.ca })
  }

  /** Sends one request; a PATCH is a merge patch. @throws ApiError with the message of the server */
  async call<Answer = Json>(path: string, call: Call = {}): Promise<Answer> {
    return JSON.parse(await this.text(path, call))
  }

  /** As `call`, for what is not JSON. */
  async text(path: string, call: Call = {}): Promise<string> {
    const response = await this.#send(path, call)
    const body = await readText(response)
    const status = response.statusCode ?? 0
    if (status >= 300) throw new ApiError(status, messageOf(body))
    return body
  }

  /** Calls back for each event of a watch, one after the other, until the server ends it. */
  async watch<Resource>(
    path: string,
    signal: AbortSignal,
    onEvent: (event: WatchEvent<Resource>) => void,
  ): Promise<void> {
    const response = await this.#send(path, { signal })
    if (response.statusCode !== 200) throw new ApiError(response.statusCode ?? 0, messageOf(await readText(response)))
    for await (const line of createInterface({ input: response })) onEvent(JSON.parse(line))
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(path: string, { method = 'GET', body, signal }: Call): Promise<IncomingMessage> {
    const text = body === undefined ? '' : JSON.stringify(body)
    const sent = request(new URL(path, this.#options.server), {
      agent: this.#agent,
      method,
      ...(signal === undefined ? {} : { signal }),
      headers: {
        authorization: `Bearer ${this.#options.token}`,
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        // Node sends none with the body of a DELETE, which is then not read.
        'content-length': Buffer.byteLength(text),
      },
    })
    sent.end(text)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return response
  }
}

export interface WatchEvent<Resource> {
  /** With ERROR the object is a Status, and the watch is over. */
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR'
  readonly object: Resource
}

/** The message of a Status, or whatever was there instead. */
function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body)
    return String(message)
  } catch {
    return body
  }
}
