import type { Reply } from '../answers.ts'
import { inert, mention } from './inert.ts'
import { type OwnComment, ownComment } from './own-comment.ts'
import { whyNot } from './why-not.ts'

/** Tells somebody why a comment did not count. */
export function renderReply({ to, why }: Reply): OwnComment {
  const { cause, nextStep } = why === 'counted' ? { cause: '', nextStep: '' } : whyNot[why]
  const text = `${mention(to)}, your comment did not count: ${inert(cause)}. ${inert(nextStep)}`
  return ownComment({ kind: 'reply', key: String(to.id) }, [text.trimEnd()])
}
