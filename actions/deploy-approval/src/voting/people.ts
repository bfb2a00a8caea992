/** A person as GitHub knows one: the id is for ever, the login can change hands. */
export interface Person {
  readonly id: number
  readonly login: string
}

/** Who stands behind a comment; an account that was deleted has neither id nor login. */
export interface Account extends Person {
  /** Bots, organisations and imported authors (mannequins) cannot vote. */
  readonly isUser: boolean
}
