import type { Account } from './account.ts'
import type { IssueComment } from './comment.ts'
import type { Act } from './content.ts'
import { Git } from './git.ts'
import { nodeId } from './ids.ts'
import { Issue, type IssueOptions } from './issue.ts'
import type { WorkflowRun } from './run.ts'

export type Role = 'read' | 'triage' | 'write' | 'maintain' | 'admin'

export interface RepositoryOptions {
  readonly id?: number
  readonly private?: boolean
  readonly hasIssues?: boolean
  readonly archived?: boolean
}

/** What is found at the number of an issue: also where it went. */
export type IssuePlace = Issue | { readonly movedTo: Issue } | 'deleted'

export class Repository {
  readonly id: number
  readonly nodeId: string
  readonly owner: Account
  readonly isPrivate: boolean
  readonly git = new Git()
  readonly runs = new Map<number, WorkflowRun>()
  /** Who can be assigned, with what they may do. */
  readonly collaborators = new Map<Account, Role>()
  readonly #places = new Map<number, IssuePlace>()
  name: string
  hasIssues: boolean
  archived: boolean
  disabled = false

  constructor(id: number, place: { readonly owner: Account; readonly name: string }, options: RepositoryOptions) {
    this.id = id
    this.nodeId = nodeId('R', id)
    this.owner = place.owner
    this.name = place.name
    this.isPrivate = options.private ?? true
    this.hasIssues = options.hasIssues ?? true
    this.archived = options.archived ?? false
  }

  get fullName(): string {
    return `${this.owner.login}/${this.name}`
  }

  canPush(account: Account): boolean {
    const role = this.collaborators.get(account)
    return account === this.owner || role === 'write' || role === 'maintain' || role === 'admin'
  }

  openIssue(act: Act, options: IssueOptions): Issue {
    const number = this.#places.size + 1
    const issue = new Issue(act, { repository: this, number }, options)
    this.#places.set(number, issue)
    return issue
  }

  place(number: number): IssuePlace | undefined {
    return this.#places.get(number)
  }

  /** The issues that are here now, pull requests among them. */
  get issues(): Issue[] {
    return [...this.#places.values()].filter((place) => place instanceof Issue)
  }

  comment(id: number): IssueComment | undefined {
    return this.issues.flatMap((issue) => issue.comments).find((comment) => comment.id === id)
  }

  deleteIssue(issue: Issue): void {
    this.#places.set(issue.number, 'deleted')
  }

  /** Moves an issue in from elsewhere; it gets a new number here. */
  receive(act: Act, issue: Issue): void {
    const from = issue.repository
    from.#places.set(issue.number, { movedTo: issue })
    issue.repository = this
    issue.number = this.#places.size + 1
    this.#places.set(issue.number, issue)
    issue.record(act, { event: 'transferred', from })
  }
}
