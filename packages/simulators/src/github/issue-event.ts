import type { Account } from './account.ts'
import type { Issue } from './issue.ts'
import type { Repository } from './repository.ts'

export type StateReason = 'completed' | 'not_planned' | 'duplicate' | 'reopened'
export type LockReason = 'off-topic' | 'too heated' | 'resolved' | 'spam'

/** What is written in the timeline beside the comments, named as REST names it. */
export type IssueEventDetails =
  | { readonly event: 'closed'; readonly stateReason: StateReason }
  | { readonly event: 'reopened' }
  | { readonly event: 'renamed'; readonly from: string; readonly to: string }
  | { readonly event: 'comment_deleted'; readonly author: Account }
  | { readonly event: 'locked'; readonly lockReason: LockReason | null }
  | { readonly event: 'unlocked' }
  | { readonly event: 'labeled'; readonly label: string }
  | { readonly event: 'unlabeled'; readonly label: string }
  | { readonly event: 'assigned'; readonly assignee: Account }
  | { readonly event: 'transferred'; readonly from: Repository }
  | { readonly event: 'converted_to_discussion' }
  | { readonly event: 'user_blocked'; readonly subject: Account }

export type IssueEvent = IssueEventDetails & {
  readonly id: number
  readonly nodeId: string
  readonly actor: Account
  readonly createdAt: Date
  readonly issue: Issue
}
