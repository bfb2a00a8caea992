import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { Phases } from './answer.ts'

/** What an exchange waits for. */
export type Wait = 'name lookup' | 'connection' | 'TLS handshake' | 'response headers' | 'rest of the body'

/** The moments of one exchange, in milliseconds of the monotonic clock; a moment that did not come is absent. */
export class Timeline {
  readonly #secure: boolean
  readonly #start = performance.now()
  #resolved: number | undefined
  #connected: number | undefined
  #secured: number | undefined
  #headers: number | undefined
  #end: number | undefined

  constructor({ secure, resolved }: { secure: boolean; resolved: boolean }) {
    this.#secure = secure
    if (resolved) this.#resolved = this.#start
  }

  follow(socket: Socket): void {
    socket.once('lookup', (error) => {
      if (!error) this.#resolved = performance.now()
    })
    socket.once('connect', () => {
      this.#connected = performance.now()
    })
    socket.once('secureConnect', () => {
      this.#secured = performance.now()
    })
  }

  headersArrived(): void {
    this.#headers = performance.now()
  }

  bodyEnded(): void {
    this.#end = performance.now()
  }

  waitsFor(): Wait {
    if (this.#resolved === undefined) return 'name lookup'
    if (this.#connected === undefined) return 'connection'
    if (this.#secure && this.#secured === undefined) return 'TLS handshake'
    return this.#headers === undefined ? 'response headers' : 'rest of the body'
  }

  /** From the connection standing, when the request is sent, to the last byte. */
  latencyMs(): number {
    return this.#between(this.#secured ?? this.#connected, this.#end)
  }

  phases(): Phases {
    return {
      dnsMs: this.#between(this.#start, this.#resolved),
      connectMs: this.#between(this.#resolved, this.#connected),
      tlsMs: this.#between(this.#connected, this.#secured),
      firstByteMs: this.#between(this.#secured ?? this.#connected, this.#headers),
      bodyMs: this.#between(this.#headers, this.#end),
    }
  }

  #between(from: number | undefined, to: number | undefined): number {
    return from === undefined || to === undefined ? 0 : to - from
  }
}
