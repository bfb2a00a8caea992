import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { ApproverList } from './approver-list.ts'

/** What the workflow demands of an approval. The same for `request` and `check`, or no approval. */
export interface Policy {
  readonly approvers: ApproverList
  readonly requiredApprovals: number
  readonly initiator: 'excluded' | 'counts'
  readonly excludeAuthors: boolean
  /** As it was written; empty for none. */
  readonly versionPattern: string
  readonly allowedRefs: readonly string[]
  readonly checklist: readonly string[]
  readonly checklistRequired: boolean
  readonly timeoutMs: number
}

/** Hex SHA-256 of the policy in RFC 8785. */
export function hashPolicy(policy: Policy): string {
  return sha256(canonicalize(policy) ?? '')
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
