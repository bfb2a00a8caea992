export interface ApiRequest {
  readonly method: string
  /** Absolute; what the answer links to is at the same origin. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** How an answer reaches the client: whole, with its end missing, as a closed connection, or not at all. */
export type Delivery = 'whole' | 'cut' | 'lost' | 'never'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly delivery: Delivery
}

/** What an operation answers, before the headers that all answers have. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const documentation = 'https://docs.github.com/rest'

/** An operation that is refused; thrown so that it can be said wherever it is found out. */
export class Refusal extends Error {
  readonly answer: Answer

  constructor(status: number, message: string, { errors, headers = {}, url }: RefusalDetails = {}) {
    super(message)
    const body = { message, ...(errors && { errors }), ...(url !== undefined && { url }) }
    this.answer = { status, headers, body: { ...body, documentation_url: documentation, status: String(status) } }
  }
}

interface RefusalDetails {
  readonly errors?: readonly Readonly<Record<string, unknown>>[]
  readonly headers?: Readonly<Record<string, string>>
  readonly url?: string
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found')
}

/** Where it is now: with the id of the repository, which no renaming changes. */
export function movedTo(url: string): Refusal {
  return new Refusal(301, 'Moved Permanently', { url, headers: { location: url } })
}

export function invalid(resource: string, field: string, details: Readonly<Record<string, unknown>>): Refusal {
  return new Refusal(422, 'Validation Failed', { errors: [{ resource, field, ...details }] })
}
