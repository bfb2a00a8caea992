import { ActionError } from '@deploy-safety/common/errors'
import type { Asked } from './asked.ts'
import type { Client } from './github/client.ts'
import { Overtaken, writeComment } from './github/comment.ts'
import { closeIssue, type IssuePlace } from './github/issue.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import type { Step } from './step.ts'
import { Stop } from './stop.ts'
import { sentenceOf } from './texts/sentence.ts'
import { distinct } from './voting/constituency.ts'
import type { Person } from './voting/people.ts'
import type { Verdict } from './voting/verdict.ts'

/** What a verdict means for the step, with the record of it. */
export function outcomeOfVerdict(asked: Asked, verdict: Verdict, client: Client): Outcome {
  const progress = { asked, count: verdict.count, requests: client.requests, nowMs: client.time.now() }
  const { outcome, reasonCode } = verdict
  return outcomeOf(progress, {
    outcome,
    reasonCode,
    sentence: sentenceOf(verdict, asked),
    deniedBy: deniersOf(verdict),
  })
}

/**
 * Writes a verdict into the issue: once it is written, it stands.
 * @returns whether it is written: what cannot be at once may be overtaken by votes
 * @throws Stop, ActionError `cancelled`
 */
export async function announce(
  client: Client,
  place: IssuePlace,
  closing: Parameters<typeof writeComment>[2],
): Promise<boolean> {
  try {
    await writeComment(client, place, closing)
    return true
  } catch (error) {
    if (error instanceof Overtaken) return false
    throw error
  }
}

/**
 * Closes an issue whose verdict is written.
 * @returns whether it is closed: where it is not, the post step closes it @throws ActionError `cancelled`
 */
export async function closeDecided(
  { client, edges }: Step,
  { place }: Asked,
  { outcome, sentence }: Outcome,
): Promise<boolean> {
  try {
    await closeIssue(client.hasty(), place, outcome === 'approved' ? 'completed' : 'not_planned')
    return true
  } catch (error) {
    if (error instanceof ActionError && error.code === 'cancelled') {
      throw new ActionError('cancelled', `Cancelled after issue #${place.number} was decided: ${sentence}.`)
    }
    if (!(error instanceof Stop)) throw error
    const message = `Issue #${place.number} is decided, but could not be closed: ${error.message}`
    edges.log.warning(message, 'deploy-approval: close')
    return false
  }
}

/** Who said no, by a vote or by what they did. */
function deniersOf(verdict: Verdict): Person[] {
  if (verdict.reasonCode === 'closed-by-hand') return verdict.by === undefined ? [] : [verdict.by]
  if (verdict.reasonCode === 'request-altered') return distinct(verdict.alterations.flatMap(({ by }) => by ?? []))
  return verdict.outcome === 'denied' ? [...verdict.count.deniedBy] : []
}
