import type { Emergency } from './emergency-inputs.ts'
import type { Invitation } from './invitation.ts'
import type { Person } from './people.ts'
export function renderReview({
  invitation,
  emergency,
}: {
  invitation: Invitation
  emergency: Emergency
  starter: Person
  dueAtMs: number
}) {
  return {
    title: 'Review emergency',
    body: `${emergency.reason} ${emergency.incident}\n\n<!-- deploy-approval-review ${invitation.request.nonce} -->`,
  }
}
