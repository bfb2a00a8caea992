/** A limit on how many things are under way at once; who waits is served in order. */
export class Slots {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(count: number) {
    this.#free = count
  }

  /** Takes a slot; false when the signal came first. */
  take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false)
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const settle = (taken: boolean) => {
        this.#waiting.delete(serve)
        signal.removeEventListener('abort', giveUp)
        resolve(taken)
      }
      const serve = () => settle(true)
      const giveUp = () => settle(false)
      this.#waiting.add(serve)
      signal.addEventListener('abort', giveUp)
    })
  }

  /** Gives a slot back. */
  release(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#free += 1
    else next()
  }
}
