import type { CommentOrigin, IssueComment } from './comment.ts'
import type { Act, Content } from './content.ts'
import type { Issue } from './issue.ts'
import type { IssueEventDetails, LockReason, StateReason } from './issue-event.ts'
import type { Repository } from './repository.ts'

/** What an account does on the web site: past the API, its permissions and its faults. */
export class Person {
  readonly #act: () => Act

  constructor(act: () => Act) {
    this.#act = act
  }

  open(repository: Repository, title: string, body = ''): Issue {
    return repository.openIssue(this.#act(), { title, body })
  }

  openPullRequest(repository: Repository, title: string, body = ''): Issue {
    return repository.openIssue(this.#act(), { title, body, pullRequest: true })
  }

  comment(issue: Issue, body: string, origin: CommentOrigin = {}): IssueComment {
    return issue.comment(this.#act(), body, origin)
  }

  edit(comment: IssueComment, body: string): void {
    comment.edit(this.#act(), body)
  }

  redact(content: Content): void {
    content.redact(this.#act())
  }

  delete(comment: IssueComment): void {
    comment.issue.deleteComment(this.#act(), comment)
  }

  close(issue: Issue, reason?: StateReason): void {
    issue.close(this.#act(), reason)
  }

  reopen(issue: Issue): void {
    issue.reopen(this.#act())
  }

  retitle(issue: Issue, title: string): void {
    issue.retitle(this.#act(), title)
  }

  rewrite(issue: Issue, body: string): void {
    issue.edit(this.#act(), body)
  }

  lock(issue: Issue, reason?: LockReason): void {
    issue.lock(this.#act(), reason)
  }

  unlock(issue: Issue): void {
    issue.unlock(this.#act())
  }

  label(issue: Issue, name: string): void {
    issue.label(this.#act(), name)
  }

  unlabel(issue: Issue, name: string): void {
    issue.unlabel(this.#act(), name)
  }

  transfer(issue: Issue, to: Repository): void {
    to.receive(this.#act(), issue)
  }

  deleteIssue(issue: Issue): void {
    issue.repository.deleteIssue(issue)
  }

  /** Anything else that leaves an entry in the timeline. */
  record(issue: Issue, event: IssueEventDetails): void {
    issue.record(this.#act(), event)
  }
}
