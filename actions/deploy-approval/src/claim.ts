import { randomBytes } from 'node:crypto'
import type { Asked } from './asked.ts'
import { renderClosing } from './closing-comment.ts'
import { readComments, writeComment } from './github/comment.ts'
import { closeIssue } from './github/issue.ts'
import type { Reading } from './github/thread-reader.ts'
import type { Outcome } from './outcome.ts'
import { claims, isDecided } from './proof.ts'
import type { Step } from './step.ts'
import { Stop } from './stop.ts'

/**
 * Writes a verdict into the issue, which claims it: of checks that decide at the same time, the one whose comment came
 * first has. @throws Stop `already-decided` for the others
 */
export async function claim({ client }: Step, asked: Asked, outcome: Outcome): Promise<Outcome> {
  const { place, us } = asked
  const own = renderClosing(outcome, asked, randomBytes(16).toString('hex'))
  const written = await writeComment(client, place, own)
  const comments = await readComments(client, place)
  const [first] = claims(comments.map(({ id, body, user }) => ({ id, body, author: user ?? undefined })), us)
  if (first?.id !== written.id) {
    throw new Stop('already-decided', `Another check decided issue #${place.number} at the same time.`)
  }
  await closeIssue(client, place, outcome.outcome === 'approved' ? 'completed' : 'not_planned')
  return outcome
}

/** A request counts once. One that a check claimed that then ended is spent: it is closed. @throws Stop `already-decided` */
export async function refuseDecided({ client, edges }: Step, { issue, thread, us }: Reading): Promise<void> {
  if (!isDecided({ issue, thread, us }, us)) return
  const hasClaim = claims(thread.comments, us).length > 0
  const place = { repository: '', number: issue.number }
  if (issue.isOpen && hasClaim) await closeIssue(client.hasty(), place, 'not_planned').catch(ignoreStop(edges))
  throw new Stop('already-decided', `Issue #${issue.number} was decided before, or closed; it counts once.`)
}
