import type { Asked } from './asked.ts'
import type { Outcome } from './outcome.ts'
import { renderTag } from './own-comment.ts'
export function renderClosing({ sentence, audit }: Outcome, asked: Asked, key = asked.request.nonce) {
  const tag = { kind: 'closing', key } as const
  return { tag, body: `${sentence}\n${audit?.hash}\n\n\`\`\`json\n${audit?.canonical}\n\`\`\`\n\n${renderTag(tag)}` }
}
