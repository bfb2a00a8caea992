type Headers = Readonly<Record<string, string | number | undefined>>

/** What is left of the hourly rate limit, as the last response that said something about it said. */
export class Budget {
  #limit: number | undefined
  #remaining: number | undefined

  note(headers: Headers): void {
    // GraphQL and others have budgets of their own.
    if (String(headers['x-ratelimit-resource'] ?? 'core') !== 'core') return
    this.#limit = numberIn(headers['x-ratelimit-limit']) ?? this.#limit
    this.#remaining = numberIn(headers['x-ratelimit-remaining']) ?? this.#remaining
  }

  /** Less than a tenth is left: other jobs of the repository live from the same. */
  isLow(): boolean {
    return this.#limit !== undefined && this.#remaining !== undefined && this.#remaining < this.#limit / 10
  }
}

function numberIn(value: string | number | undefined): number | undefined {
  const text = String(value ?? '')
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
