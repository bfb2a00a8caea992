import type { Clock } from '@deploy-safety/common/clock'

type Headers = Readonly<Record<string, string | number | undefined>>

/** GitHub's clock, which alone decides what is in time: the runner's may be wrong by hours. */
export class GitHubClock {
  readonly #clock: Clock
  #last: { readonly dateMs: number; readonly atMs: number } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes the time of a response, which has whole seconds. */
  note(headers: Headers): void {
    const dateMs = Date.parse(String(headers.date ?? ''))
    if (!Number.isNaN(dateMs)) this.#last = { dateMs, atMs: this.#clock.now() }
  }

  /** Milliseconds since 1970; at most a second behind. Before the first response, the runner's clock. */
  now(): number {
    if (this.#last === undefined) return this.#clock.date().getTime()
    return this.#last.dateMs + this.#clock.now() - this.#last.atMs
  }
}
