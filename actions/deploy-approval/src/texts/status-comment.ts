import type { OutcomeName } from '../contract.ts'
import type { Invitation } from '../invitation.ts'
import type { Person } from '../voting/people.ts'
import type { Count } from '../voting/votes.ts'
import { enumerate, inert, utc } from './inert.ts'
import { missingPeople } from './missing.ts'
import { type OwnComment, ownComment } from './own-comment.ts'

const mostNames = 20

export interface Status {
  readonly invitation: Invitation
  readonly count: Count
  readonly deadlineMs: number
  /** `pending` as long as nothing is decided. */
  readonly outcome: OutcomeName
  /** Comments up to this id have been answered; the next run goes on from there. */
  readonly answeredId: number
}

/** The one comment that is edited in place: how many approved, who is missing, what is checked. */
export function renderStatus({ invitation, count, deadlineMs, outcome, answeredId }: Status): OwnComment {
  const { approvers, deniedBy } = count
  const isOpen = outcome === 'pending'
  const names = (people: readonly Person[]) => enumerate(people.map(({ login }) => inert(login)))
  const by = approvers.length === 0 ? '' : `: ${names(approvers)}`
  const missing = missingPeople(invitation, count)
  const lines = [
    `**${approvers.length} of ${invitation.quorum}** ${invitation.quorum === 1 ? 'approval' : 'approvals'}${by}`,
    ...(deniedBy.length === 0 ? [] : [`**Denied** by ${names(deniedBy)}`]),
    ...(isOpen && missing.length > 0 ? [`Missing: ${shortened(missing, invitation.quorum - approvers.length)}`] : []),
    ...checklistLines(invitation, count),
    isOpen ? `Open until ${utc(deadlineMs)}` : `Decided: **${outcome}**`,
  ]
  return ownComment({ kind: 'status', key: String(answeredId) }, lines)
}

/** `bob`, or `2 of bob, carol and dave` */
function shortened(missing: readonly Person[], count: number): string {
  const shown = missing.slice(0, mostNames).map(({ login }) => inert(login))
  const more = missing.length - shown.length
  const names = enumerate([...shown, ...(more > 0 ? [`${more} more`] : [])])
  return count > 0 && count < missing.length ? `${count} of ${names}` : names
}

function checklistLines({ checklist }: Invitation, { checked }: Count): string[] {
  if (checklist.length === 0) return []
  const lines = checklist.map((item, index) => {
    const person = checked.get(index + 1)
    const by = person === undefined ? '' : ` (${inert(person.login)})`
    return `${index + 1}. ${person === undefined ? '⬜' : '✅'} ${inert(item)}${by}`
  })
  return [`**${checked.size} of ${checklist.length}** items checked`, lines.join('\n')]
}
