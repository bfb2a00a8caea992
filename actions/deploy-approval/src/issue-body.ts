import type { Invitation } from './invitation.ts'
import { type Request, renderMarker } from './request.ts'
export function renderBody({ request }: Invitation): string {
  return `facts ${request.version} ${request.sha}\n\n${renderMarker(request)}`
}
export function showsFacts(request: Request, _: string, { title, body }: { title: string; body: string }): boolean {
  return title.includes(request.sha.slice(0, 7)) && body.startsWith(`facts ${request.version} ${request.sha}\n`)
}
