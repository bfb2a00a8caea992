import { cut } from '@deploy-safety/common/escape'
import type { Asked } from '../asked.ts'
import type { Person } from '../voting/people.ts'
import type { Someone } from '../voting/thread.ts'
import type { Verdict } from '../voting/verdict.ts'
import type { Count } from '../voting/votes.ts'
import { enumerate } from './inert.ts'
import { missingPeople, openItems } from './missing.ts'

const longestNote = 200
const mostNames = 20

/** Who decided what, in one sentence without a full stop. Text, and foreign in parts. */
export function sentenceOf(verdict: Verdict, { invitation, request }: Asked): string {
  const { count } = verdict
  switch (verdict.reasonCode) {
    case 'ok':
      return `${names(count.approvers)} approved ${request.environment} ${request.version || request.sha.slice(0, 7)}`
    case 'denied-by-vote':
      return shortened(count.deniedBy, (person) => `${person.login} denied it${noteOf(person, count)}`).join('; ')
    case 'closed-by-hand':
      return `${nameOf(verdict.by)} closed the issue`
    case 'request-altered':
      return verdict.alterations
        .slice(0, 3)
        .map(({ by, did }) => `${nameOf(by)} ${did}`)
        .join('; ')
    case 'superseded':
      return `request #${verdict.newerRequest} is newer`
    default:
      return `${progressOf(count, invitation.quorum)}${missingOf(invitation, count)}`
  }
}

function missingOf(invitation: Asked['invitation'], count: Count): string {
  const missing = missingPeople(invitation, count)
  const open = openItems(invitation, count)
  return [
    ...(missing.length === 0 ? [] : [`; not voted: ${names(missing)}`]),
    ...(open.length === 0
      ? []
      : [`; not checked: ${open.length === 1 ? 'item' : 'items'} ${enumerate(open.map(String))}`]),
  ].join('')
}

/** `1 of 2 approvals (alice)` */
export function progressOf({ approvers }: Pick<Count, 'approvers'>, quorum: number): string {
  const by = approvers.length === 0 ? '' : ` (${names(approvers)})`
  return `${approvers.length} of ${quorum} ${quorum === 1 ? 'approval' : 'approvals'}${by}`
}

function noteOf({ id }: Person, { votes }: Count): string {
  const vote = votes.findLast(({ comment, command, counted }) => {
    return counted && command.kind === 'deny' && comment.author?.id === id
  })
  const note = vote?.command.kind === 'deny' ? vote.command.note : ''
  return note === '' ? '' : `: ${cut(note, longestNote)}`
}

function nameOf(someone: Someone): string {
  return someone?.login ?? 'somebody whom GitHub does not name'
}

function names(people: readonly Person[]): string {
  return enumerate(shortened(people, ({ login }) => login))
}

function shortened(people: readonly Person[], show: (person: Person) => string): string[] {
  const shown = people.slice(0, mostNames).map(show)
  return people.length > shown.length ? [...shown, `${people.length - shown.length} more`] : shown
}
