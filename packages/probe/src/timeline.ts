/** How long each part of an exchange took, in milliseconds; 0 for one that did not take place. */
export interface Phases {
  readonly dnsMs: number
  readonly connectMs: number
  readonly tlsMs: number
  readonly firstByteMs: number
  readonly bodyMs: number
}

/** What an exchange waits for. */
export type Wait = 'name lookup' | 'connection' | 'proxy' | 'TLS handshake' | 'response headers' | 'rest of the body'

type Moment = 'resolved' | 'connected' | 'secured' | 'headers' | 'end'

/** The moments of one exchange, in milliseconds of the monotonic clock; a moment that did not come is absent. */
export class Timeline {
  readonly #start = performance.now()
  readonly #at = new Map<Moment, number>()
  readonly #secure: boolean
  #behindProxy = false

  constructor({ secure }: { secure: boolean }) {
    this.#secure = secure
  }

  /** The first time counts: a name with several addresses resolves once for each. */
  reached(moment: Moment): void {
    if (!this.#at.has(moment)) this.#at.set(moment, performance.now())
  }

  /** Name lookup and connection are the proxy's. */
  askedProxy(): void {
    this.#behindProxy = true
  }

  waitsFor(): Wait {
    if (!this.#at.has('connected')) {
      if (this.#behindProxy) return 'proxy'
      return this.#at.has('resolved') ? 'connection' : 'name lookup'
    }
    if (this.#secure && !this.#at.has('secured')) return 'TLS handshake'
    return this.#at.has('headers') ? 'rest of the body' : 'response headers'
  }

  /** From the connection standing, when the request is sent, to the last byte. */
  latencyMs(): number {
    return this.#between(this.#ready(), this.#at.get('end'))
  }

  /** Until the connection stood. */
  connectionMs(): number {
    return this.#between(this.#at.get('resolved') ?? this.#start, this.#ready())
  }

  phases(): Phases {
    return {
      dnsMs: this.#between(this.#start, this.#at.get('resolved')),
      connectMs: this.#between(this.#at.get('resolved') ?? this.#start, this.#at.get('connected')),
      tlsMs: this.#between(this.#at.get('connected'), this.#at.get('secured')),
      firstByteMs: this.#between(this.#ready(), this.#at.get('headers')),
      bodyMs: this.#between(this.#at.get('headers'), this.#at.get('end')),
    }
  }

  #ready(): number | undefined {
    return this.#at.get('secured') ?? this.#at.get('connected')
  }

  #between(from: number | undefined, to: number | undefined): number {
    return from === undefined || to === undefined ? 0 : to - from
  }
}
