import type { Invitation } from './invitation.ts'
import { renderTag } from './own-comment.ts'
import type { Count } from './votes.ts'
export function renderStatus({
  invitation,
  count,
  answeredId,
}: {
  invitation: Invitation
  count: Count
  deadlineMs: number
  nowMs: number
  answeredId: number
}) {
  const tag = { kind: 'status', key: String(answeredId) } as const
  return { tag, body: `${count.approvers.length} of ${invitation.quorum}\n\n${renderTag(tag)}` }
}
