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

export interface LoggedRequest {
  readonly method: string
  /** With the query, as it was asked for. */
  readonly path: string
  /** The id in GitHub's description, or `graphql`; undefined when there is none. */
  readonly operation: string | undefined
  readonly status: number
  /** Whether it took from the budget: everything but 304. */
  readonly counted: boolean
  /** Of the token's account. */
  readonly login: string | undefined
  readonly at: Date
}

const documentation = 'https://docs.github.com/rest'

/** An operation that is refused; thrown so that it can be said wherever it is found out. */
export class Refusal extends Error {
  readonly answer: Answer

  constructor(status: number, message: string, { errors, headers = {}, url, body }: RefusalDetails = {}) {
    super(message)
    const details = { ...(errors && { errors }), ...(url !== undefined && { url }) }
    const common = { message, ...details, documentation_url: documentation, status: String(status) }
    this.answer = { status, headers, body: body ?? common }
  }
}

interface RefusalDetails {
  readonly errors?: readonly Readonly<Record<string, unknown>>[]
  readonly headers?: Readonly<Record<string, string>>
  readonly url?: string
  /** Where it is not of the common form. */
  readonly body?: unknown
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
