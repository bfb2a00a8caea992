import { formatDuration } from '@deploy-safety/common/duration'
import type { Invitation } from '../invitation.ts'
import type { Count } from '../voting/votes.ts'
import { enumerate, mention, utc } from './inert.ts'
import { missingPeople, openItems } from './missing.ts'
import { type OwnComment, ownComment } from './own-comment.ts'

const mostMentions = 50
const minuteMs = 60_000

export interface Reminder {
  readonly invitation: Invitation
  readonly count: Count
  readonly deadlineMs: number
  readonly nowMs: number
}

/** Calls those who have not voted. */
export function renderReminder({ invitation, count, deadlineMs, nowMs }: Reminder): OwnComment {
  const missing = missingPeople(invitation, count).slice(0, mostMentions)
  const open = openItems(invitation, count)
  const leftMs = Math.max(0, deadlineMs - nowMs)
  const left = formatDuration(leftMs < minuteMs ? leftMs : Math.round(leftMs / minuteMs) * minuteMs)
  const text = [
    `${enumerate(missing.map(mention))}: ${count.approvers.length} of ${invitation.quorum} approved this deployment, and ${left} are left, until ${utc(deadlineMs)}.`,
    ...(open.length === 0
      ? []
      : [`Not checked yet: ${open.length === 1 ? 'item' : 'items'} ${enumerate(open.map(String))}.`]),
  ]
  return ownComment({ kind: 'reminder', key: 'half' }, [text.join(' ')])
}
