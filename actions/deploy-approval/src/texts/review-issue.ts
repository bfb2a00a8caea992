import { cut } from '@deploy-safety/common/escape'
import type { Emergency } from '../emergency-inputs.ts'
import type { Invitation } from '../invitation.ts'
import type { Person } from '../voting/people.ts'
import { factsTable } from './facts-table.ts'
import { enumerate, inert, mention } from './inert.ts'
import { shortFacts } from './issue-title.ts'

/** Made harmless, a text can be twelve times as long, and an issue or comment holds both. */
export const longestReason = 2_000
const mostMentions = 50

export interface Review {
  readonly invitation: Invitation
  readonly emergency: Emergency
  /** Who deployed. */
  readonly starter: Person
  readonly dueAtMs: number
}

/** The issue in which a deployment without approval is reviewed. */
export function renderReview({ invitation, emergency, starter, dueAtMs }: Review): { title: string; body: string } {
  const { request, repositoryUrl, voters } = invitation
  const { reason, incident } = emergency
  const reviewers = voters.filter(({ id }) => id !== starter.id).slice(0, mostMentions)
  const blocks = [
    '### ⚠️ Deployed without approval, in an emergency',
    factsTable({ ...request, deadline: new Date(dueAtMs).toISOString() }, repositoryUrl, 'Review until'),
    `**Deployed by:** ${inert(starter.login)}`,
    `**Reason:** ${inert(cut(reason, longestReason))}`,
    ...(incident === '' ? [] : [`**Incident:** ${linked(incident)}`]),
    ...(reviewers.length === 0 ? [] : [`**To review:** ${enumerate(reviewers.map(mention))}`]),
    'Review what was deployed and why it could not wait, write down what follows, and close this issue.',
    `<!-- deploy-approval-review ${request.nonce} -->`,
  ]
  return { title: `Review the emergency deployment: ${shortFacts(request)}`, body: blocks.join('\n\n') }
}

/** An address can be followed; everything else is text. */
function linked(incident: string): string {
  const text = inert(cut(incident, longestReason))
  return /^https?:\/\/[\w.-]+(?::\d+)?(?:\/[\w./%?=&+~-]*)?$/.test(incident) ? `[${text}](${incident})` : text
}
