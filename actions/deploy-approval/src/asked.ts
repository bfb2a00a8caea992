import type { Emergency } from './emergency-inputs.ts'
import type { Issue, IssuePlace } from './github/issue.ts'
import type { Invitation } from './invitation.ts'
import type { Policy } from './policy.ts'
import { parseMarker, type Request } from './request.ts'
import type { Person } from './voting/people.ts'

/** A request that people have been asked to decide. */
export interface Asked {
  readonly invitation: Invitation
  readonly request: Request
  readonly policy: Policy
  readonly place: IssuePlace
  readonly url: string
  readonly openedAtMs: number
  readonly deadlineMs: number
  /** The issue as it was read first. */
  readonly opened: Issue
  readonly us: Person
  readonly initiators: readonly Person[]
  /** Empty unless they are excluded. */
  readonly commitAuthors: readonly Person[]
  /** Where nobody is asked before, but somebody reviews it later. */
  readonly emergency?: Emergency
}

/** Whether an issue is a request of ours for the same environment and gate, from another run or attempt. */
export function isRival({ authorId, body, isPullRequest }: Issue, request: Request, us: Person): boolean {
  const other = authorId === us.id && !isPullRequest ? parseMarker(body) : undefined
  if (other === undefined) return false
  const names = ['repository', 'environment', 'gate'] as const
  if (names.some((name) => other[name] !== request[name])) return false
  return other.runId !== request.runId || other.attempt !== request.attempt
}
