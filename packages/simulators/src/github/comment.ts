import type { Account } from './account.ts'
import { type Act, Content } from './content.ts'
import { nodeId } from './ids.ts'
import type { Issue } from './issue.ts'

export type ReactionContent = '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes'

export interface Reaction {
  readonly id: number
  readonly user: Account
  readonly content: ReactionContent
  readonly createdAt: Date
}

/** How a comment came in, when not by hand. */
export interface CommentOrigin {
  readonly viaEmail?: boolean
  /** The App that wrote it with the account's authorisation. */
  readonly viaApp?: App
}

export interface App {
  readonly id: number
  readonly slug: string
}

export class IssueComment extends Content {
  readonly id: number
  readonly nodeId: string
  readonly issue: Issue
  readonly viaEmail: boolean
  readonly viaApp: App | undefined
  readonly reactions: Reaction[] = []
  updatedAt: Date

  constructor(act: Act, issue: Issue, { body, viaEmail = false, viaApp }: CommentOrigin & { readonly body: string }) {
    super(act, body)
    this.id = act.ids.next()
    this.nodeId = nodeId('IC', this.id)
    this.issue = issue
    this.viaEmail = viaEmail
    this.viaApp = viaApp
    this.updatedAt = act.at
  }

  override edit(act: Act, text: string): boolean {
    const changed = super.edit(act, text)
    if (changed) this.updatedAt = act.at
    if (changed) this.issue.touch(act.at)
    return changed
  }

  /** The reaction, and whether it is new: an account has each of them once. */
  react({ actor, at, ids }: Act, content: ReactionContent): { readonly reaction: Reaction; readonly created: boolean } {
    const existing = this.reactions.find((one) => one.user === actor && one.content === content)
    if (existing !== undefined) return { reaction: existing, created: false }
    const reaction = { id: ids.next(), user: actor, content, createdAt: at }
    this.reactions.push(reaction)
    return { reaction, created: true }
  }
}
