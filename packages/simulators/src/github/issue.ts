import type { Account } from './account.ts'
import { type CommentOrigin, IssueComment } from './comment.ts'
import { type Act, Content } from './content.ts'
import { nodeId } from './ids.ts'
import type { IssueEvent, IssueEventDetails, LockReason, StateReason } from './issue-event.ts'
import type { Repository } from './repository.ts'

export interface IssueOptions {
  readonly title: string
  readonly body?: string
  /** Pull requests are issues too, and are listed among them. */
  readonly pullRequest?: boolean
}

export class Issue extends Content {
  readonly id: number
  readonly nodeId: string
  readonly pullRequest: boolean
  readonly comments: IssueComment[] = []
  readonly events: IssueEvent[] = []
  readonly labels = new Set<string>()
  readonly assignees = new Set<Account>()
  repository: Repository
  number: number
  title: string
  updatedAt: Date
  closedAt: Date | undefined
  closedBy: Account | undefined
  stateReason: StateReason | undefined
  locked = false
  lockReason: LockReason | null = null

  constructor(act: Act, place: { readonly repository: Repository; readonly number: number }, options: IssueOptions) {
    super(act, options.body ?? '')
    this.id = act.ids.next()
    this.nodeId = nodeId(options.pullRequest === true ? 'PR' : 'I', this.id)
    this.repository = place.repository
    this.number = place.number
    this.title = options.title
    this.pullRequest = options.pullRequest ?? false
    this.updatedAt = act.at
  }

  get state(): 'open' | 'closed' {
    return this.closedAt === undefined ? 'open' : 'closed'
  }

  touch(at: Date): void {
    this.updatedAt = at
  }

  override edit(act: Act, text: string): boolean {
    const changed = super.edit(act, text)
    if (changed) this.touch(act.at)
    return changed
  }

  comment(act: Act, body: string, origin: CommentOrigin = {}): IssueComment {
    const comment = new IssueComment(act, this, { body, ...origin })
    this.comments.push(comment)
    this.touch(act.at)
    return comment
  }

  deleteComment(act: Act, comment: IssueComment): void {
    this.comments.splice(this.comments.indexOf(comment), 1)
    // Whoever deletes a comment of his own leaves no trace.
    if (act.actor !== comment.user) this.record(act, { event: 'comment_deleted', author: comment.user })
  }

  close(act: Act, stateReason: StateReason = 'completed'): void {
    if (this.state === 'open') {
      this.closedAt = act.at
      this.closedBy = act.actor
      this.record(act, { event: 'closed', stateReason })
    }
    this.stateReason = stateReason
  }

  reopen(act: Act): void {
    if (this.state === 'open') return
    this.closedAt = undefined
    this.closedBy = undefined
    this.stateReason = 'reopened'
    this.record(act, { event: 'reopened' })
  }

  retitle(act: Act, title: string): void {
    if (title === this.title) return
    this.record(act, { event: 'renamed', from: this.title, to: title })
    this.title = title
  }

  label(act: Act, name: string): void {
    if (this.labels.has(name)) return
    this.labels.add(name)
    this.record(act, { event: 'labeled', label: name })
  }

  unlabel(act: Act, name: string): void {
    if (this.labels.delete(name)) this.record(act, { event: 'unlabeled', label: name })
  }

  assign(act: Act, assignee: Account): void {
    if (this.assignees.has(assignee)) return
    this.assignees.add(assignee)
    this.record(act, { event: 'assigned', assignee })
  }

  lock(act: Act, lockReason: LockReason | null = null): void {
    if (this.locked) return
    this.locked = true
    this.lockReason = lockReason
    this.record(act, { event: 'locked', lockReason })
  }

  unlock(act: Act): void {
    if (!this.locked) return
    this.locked = false
    this.lockReason = null
    this.record(act, { event: 'unlocked' })
  }

  record({ actor, at, ids }: Act, details: IssueEventDetails): void {
    const id = ids.next()
    this.events.push({ ...details, id, nodeId: nodeId('EV', id), actor, createdAt: at, issue: this })
    this.touch(at)
  }
}
