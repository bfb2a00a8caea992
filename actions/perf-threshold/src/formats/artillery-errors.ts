import type { Stats } from '../reported.ts'
import { betweenOf, sumOf } from './stats.ts'

export interface Errors {
  readonly all: number
  /** Of the connection: those have no answer. */
  readonly unanswered: number
}

interface Failures {
  /** Answers, whatever their status. */
  readonly answered: number
  /** Those of them with a status of 400 and more. */
  readonly rejected: number
  readonly errors: Errors
}

/** Errors of Node have a code for a name; those of checks and captures have words. */
const nodeCode = /^(?:E[A-Z\d_]{3,}|ERR_\w+)$/

/** Errors by their name. */
export function errorsOf(entries: readonly (readonly [name: string, count: number])[]): Errors {
  const countOf = (some: typeof entries) => sumOf(some.map(([, count]) => count))
  return { all: countOf(entries), unanswered: countOf(entries.filter(([name]) => nodeCode.test(name))) }
}

/** An answer with status 500 whose capture failed too is among both: at least and at most so many requests failed. */
export function failedOf(failures: Failures, count: number): Pick<Stats, 'errors' | 'errorsWithin'> {
  const { answered, rejected, errors } = failures
  const apart = Math.min(errors.unanswered, Math.max(0, count - answered))
  const least = apart + Math.max(rejected, errors.all - apart)
  return betweenOf(least, Math.min(rejected + errors.all, count))
}
