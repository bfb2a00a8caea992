import { forMarkdown } from '@deploy-safety/common/escape'
import { renderTag, type Tag } from './own-comment.ts'

/** What an issue says that ends without a verdict. */
export function renderAbandoned({ why, nonce }: { why: string; nonce: string }): { body: string; tag: Tag } {
  const tag = { kind: 'closing', key: nonce } as const
  return { tag, body: `⚠️ **Nothing is approved.** ${forMarkdown(why)}\n\n${renderTag(tag)}` }
}
