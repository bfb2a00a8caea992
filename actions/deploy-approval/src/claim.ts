import { randomBytes } from 'node:crypto'
import type { Asked } from './asked.ts'
import { announce, closeDecided } from './conclude.ts'
import { closeIssue } from './github/issue.ts'
import { type Reading, readThread } from './github/thread-reader.ts'
import type { Outcome } from './outcome.ts'
import { claims } from './proof.ts'
import type { Step } from './step.ts'
import { Stop } from './stop.ts'
import { renderClosing } from './texts/closing-comment.ts'
import { parseTag } from './texts/own-comment.ts'

/** A comment that came first may be seen last. */
const settleMs = 3_000

/**
 * Writes a verdict into the issue, which claims it: of checks that decide at the same time, the one whose comment came
 * first has.
 * @param holds whether it is still the verdict: what cannot be written at once may be overtaken by votes
 * @throws Stop `already-decided` for the others
 */
export async function claim(
  step: Step,
  asked: Asked,
  { outcome, holds }: { outcome: Outcome; holds: () => Promise<boolean> },
): Promise<Outcome> {
  const { client } = step
  const { place, us } = asked
  const own = renderClosing(outcome, asked, randomBytes(16).toString('hex'))
  if (!(await announce(client, place, { ...own, holds }))) {
    throw new Stop('api-error', `Somebody voted in issue #${place.number} while its verdict could not be written.`)
  }
  await client.pause(settleMs)
  const { thread } = await readThread(client, place)
  // After a lost answer it may be there twice: what is ours has our key.
  const [first] = claims(thread.comments, us)
  if (first === undefined || parseTag(first.body)?.key !== own.tag.key) {
    throw new Stop('already-decided', `Another check decided issue #${place.number} at the same time.`)
  }
  if (thread.events.some(({ kind, by }) => kind === 'closed' && by?.id !== us.id)) {
    throw new Stop('already-decided', `Issue #${place.number} was closed by hand while it was decided.`)
  }
  await closeDecided(step, asked, outcome)
  return outcome
}

/** A request counts once. One that was claimed by a check that then ended is spent: it is closed. @throws Stop `already-decided` */
export async function refuseDecided({ client, edges, inputs }: Step, { issue, thread, us }: Reading): Promise<void> {
  const claimed = claims(thread.comments, us).length > 0
  if (issue.isOpen && !claimed && !thread.events.some(({ kind }) => kind === 'closed')) return
  const place = { repository: inputs.issueRepository, number: issue.number }
  if (issue.isOpen && claimed) {
    await closeIssue(client.hasty(), place, 'not_planned').catch((error: unknown) => {
      if (!(error instanceof Stop)) throw error
      edges.log.info(`issue #${issue.number} could not be closed: ${error.message}`)
    })
  }
  throw new Stop('already-decided', `Issue #${issue.number} was closed or decided before; it counts once.`)
}
