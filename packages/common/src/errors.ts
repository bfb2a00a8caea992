import { inspect } from 'node:util'
import type { CommonReason } from './contract.ts'

/**
 * Something that stopped the action itself. A finding (unhealthy, failed, denied) is a value, never one of these.
 * `message` says what failed and with which value, `hint` is the next step for the user where it is another than the
 * contract's for this code, `cause` the error behind it.
 */
export class ActionError extends Error {
  readonly code: CommonReason
  readonly hint: string | undefined

  constructor(code: CommonReason, message: string, options: { hint?: string; cause?: unknown } = {}) {
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
  return new ActionError('internal-error', `The action itself failed: ${messageOf(thrown)}`, { cause: thrown })
}

/** The message of anything thrown. Node's AggregateError has an empty one: its parts are listed instead. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.map(messageOf).join('; ')
  if (thrown instanceof Error) return thrown.message || thrown.name
  return typeof thrown === 'string' ? thrown : inspect(thrown, { depth: 1, breakLength: Number.POSITIVE_INFINITY })
}
