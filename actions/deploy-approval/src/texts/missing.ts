import type { Invitation } from '../invitation.ts'
import type { Person } from '../voting/people.ts'
import type { Count } from '../voting/votes.ts'

/** Those who may still approve. */
export function missingPeople({ voters }: Invitation, { approvers, deniedBy }: Count): Person[] {
  const voted = new Set([...approvers, ...deniedBy].map(({ id }) => id))
  return voters.filter(({ id }) => !voted.has(id))
}

/** The numbers of the items that nobody has checked, from 1. */
export function openItems({ checklist }: Invitation, { checked }: Count): number[] {
  return checklist.map((_, index) => index + 1).filter((number) => !checked.has(number))
}
