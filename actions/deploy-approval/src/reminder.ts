import type { Invitation } from './invitation.ts'
import { renderTag } from './own-comment.ts'
import type { Count } from './votes.ts'
export function renderReminder(_: { invitation: Invitation; count: Count; deadlineMs: number; nowMs: number }) {
  const tag = { kind: 'reminder', key: 'half' } as const
  return { tag, body: `reminder\n\n${renderTag(tag)}` }
}
