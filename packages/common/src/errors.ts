import { inspect } from 'node:util'

/** Why an action could not do its work. A finding (unhealthy, failed, denied) is a value, never one of these. */
export type ErrorCode = 'invalid-input' | 'internal-error' | 'cancelled'

/**
 * Something that stopped the action itself.
 * `message` says what failed and with which value, `hint` is the next step for the user, `cause` the error behind it.
 */
export class ActionError extends Error {
  readonly code: ErrorCode
  readonly hint: string

  constructor(code: ErrorCode, message: string, options: { hint: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ActionError'
    this.code = code
    this.hint = options.hint
  }
}

/** A wrong input, or inputs that do not go together; always found before the first side effect. */
export function invalidInput(message: string, hint: string, cause?: unknown): ActionError {
  return new ActionError('invalid-input', message, { hint, cause })
}

/** Gives anything thrown the shape of an `ActionError`; what is not one already is a defect: `internal-error`. */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown
  return new ActionError('internal-error', `The action itself failed: ${messageOf(thrown)}`, {
    hint: 'This is a defect of the action, not of your deployment. Re-run with debug logging and report the log.',
    cause: thrown,
  })
}

/** The message of anything thrown. Node's AggregateError has an empty one: its parts are listed instead. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.map(messageOf).join('; ')
  if (thrown instanceof Error) return thrown.message || thrown.name
  return typeof thrown === 'string' ? thrown : inspect(thrown, { depth: 1, breakLength: Number.POSITIVE_INFINITY })
}
