import type { Request } from './request.ts'
import type { Person } from './voting/people.ts'
import type { Standing } from './voting/standing.ts'

/** Everything that the issue tells people when it is opened. */
export interface Invitation {
  readonly request: Request
  /** `https://github.com/octo-org/octo-app`, of the run. */
  readonly repositoryUrl: string
  /** As the inputs give them; empty for none. */
  readonly title: string
  readonly body: string
  /** Undefined where no base is known, or what was changed since could not be read. */
  readonly changes: Changes | undefined
  readonly voters: readonly Person[]
  /** Who started the run. */
  readonly initiators: readonly Person[]
  readonly excluded: readonly Excluded[]
  readonly quorum: number
  /** Why the quorum is one more than the input says; empty when it is not. */
  readonly quorumReason: string
  readonly checklist: readonly string[]
  readonly needsChecklist: boolean
}

/** Somebody in the list of approvers who may not vote, or a name in it that is nobody's. */
export interface Excluded {
  readonly login: string
  readonly why: Exclude<Standing, 'eligible' | 'left' | 'stranger'> | 'no-such-user'
}

export interface Changes {
  /** How many commits there are; the list may have fewer. */
  readonly total: number
  /** The newest first. */
  readonly commits: readonly Commit[]
}

interface Commit {
  readonly sha: string
  /** The first line of its message. */
  readonly title: string
  /** The login, or the name in the commit where there is no account; foreign text. */
  readonly author: string
}
