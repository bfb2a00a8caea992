import type { Account } from './account.ts'
import type { Repository } from './repository.ts'

type RunStatus = 'queued' | 'in_progress' | 'completed' | 'waiting'
export type RunConclusion =
  | 'success'
  | 'failure'
  | 'cancelled'
  | 'timed_out'
  | 'skipped'
  | 'neutral'
  | 'action_required'

export interface Attempt {
  readonly number: number
  readonly triggeringActor: Account
  readonly startedAt: Date
  status: RunStatus
  conclusion: RunConclusion | null
  updatedAt: Date
}

export interface RunOptions {
  readonly id: number
  readonly actor: Account
  readonly sha: string
  readonly repository: Repository
  readonly now: () => Date
  readonly event?: string
  /** `.github/workflows/deploy.yml`; a reusable workflow's has `@ref` behind it. */
  readonly path?: string
  /** Null for some events; for tags the name of the tag. */
  readonly branch?: string | null
  /** A fork, for a pull request from one. */
  readonly headRepository?: Repository
}

/** A run of a workflow. The actor stays; who asks for it again is the triggering actor of that attempt only. */
export class WorkflowRun {
  readonly id: number
  readonly actor: Account
  readonly sha: string
  readonly repository: Repository
  readonly headRepository: Repository
  readonly createdAt: Date
  readonly event: string
  readonly path: string
  readonly branch: string | null
  readonly attempts: Attempt[] = []
  readonly #now: () => Date

  constructor(options: RunOptions) {
    this.id = options.id
    this.actor = options.actor
    this.sha = options.sha
    this.repository = options.repository
    this.headRepository = options.headRepository ?? options.repository
    this.createdAt = options.now()
    this.#now = options.now
    this.event = options.event ?? 'push'
    this.path = options.path ?? '.github/workflows/deploy.yml'
    this.branch = options.branch === undefined ? 'main' : options.branch
    this.rerun(options.actor)
  }

  rerun(by: Account): Attempt {
    const at = this.#now()
    const started = { triggeringActor: by, startedAt: at, updatedAt: at }
    const attempt: Attempt = { number: this.attempts.length + 1, status: 'in_progress', conclusion: null, ...started }
    this.attempts.push(attempt)
    return attempt
  }

  /** Ends the last attempt. */
  complete(conclusion: RunConclusion): void {
    const last = this.attempts.at(-1)
    if (last !== undefined) Object.assign(last, { status: 'completed', conclusion, updatedAt: this.#now() })
  }
}
