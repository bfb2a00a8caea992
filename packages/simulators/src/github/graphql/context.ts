import type { Repository } from '../repository.ts'
import type { Token } from '../token.ts'
import type { View } from '../view.ts'
import type { World } from '../world.ts'

export interface Viewer {
  readonly world: World
  readonly token: Token
}

export interface Context extends Viewer {
  readonly view: View
}

export type Arguments = Readonly<Record<string, unknown>>

/** An error of one field: the others are answered, and the status is 200. */
export class FieldError extends Error {
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

export function unresolved(what: string): FieldError {
  return new FieldError('NOT_FOUND', `Could not resolve to ${what}.`)
}

/** @throws FieldError when the token may not read the issues of a private repository */
export function readIssues({ token }: Context, repository: Repository): void {
  if (!repository.isPrivate) return
  if (token.covers(repository) && token.may('issues', 'read')) return
  throw new FieldError('FORBIDDEN', 'Resource not accessible by integration')
}
