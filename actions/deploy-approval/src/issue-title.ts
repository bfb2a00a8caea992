import type { Invitation } from './invitation.ts'
export function renderTitle({ request }: Invitation): string {
  return `Approve deployment: ${request.environment} ${request.version} (${request.sha.slice(0, 7)})`
}
