import { inert } from './inert.ts'
import { type OwnComment, ownComment } from './own-comment.ts'

/** What an issue says that ends without a verdict. */
export function renderAbandoned({ why, nonce }: { readonly why: string; readonly nonce: string }): OwnComment {
  return ownComment({ kind: 'closing', key: nonce }, [`⚠️ **Nothing is approved.** ${inert(why)}`])
}
