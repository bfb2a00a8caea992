import type { Request } from './request.ts'
import type { Excluded } from './voting/constituency.ts'
import type { Person } from './voting/people.ts'

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
