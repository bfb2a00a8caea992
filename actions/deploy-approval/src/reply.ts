import type { Reply } from './answers.ts'
import { renderTag } from './own-comment.ts'
export function renderReply({ to, why }: Reply) {
  const tag = { kind: 'reply', key: String(to.id) } as const
  return { tag, body: `@${to.login}: ${why}\n\n${renderTag(tag)}` }
}
