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
