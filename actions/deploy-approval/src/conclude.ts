import type { Asked } from './asked.ts'
import { renderClosing } from './closing-comment.ts'
import { distinct } from './constituency.ts'
import type { Client } from './github/client.ts'
import { writeComment } from './github/comment.ts'
import { closeIssue } from './github/issue.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import type { Person } from './people.ts'
import { sentenceOf } from './sentence.ts'
import type { Verdict } from './verdict.ts'

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

/** Writes the verdict into the issue and closes it. @throws Stop, ActionError `cancelled` */
export async function conclude(client: Client, asked: Asked, outcome: Outcome): Promise<void> {
  await writeComment(client, asked.place, renderClosing(outcome, asked))
  await closeIssue(client, asked.place, outcome.outcome === 'approved' ? 'completed' : 'not_planned')
}

/** Who said no, by a vote or by what they did. */
function deniersOf(verdict: Verdict): Person[] {
  if (verdict.reasonCode === 'closed-by-hand') return verdict.by === undefined ? [] : [verdict.by]
  if (verdict.reasonCode === 'request-altered') return distinct(verdict.alterations.flatMap(({ by }) => by ?? []))
  return verdict.outcome === 'denied' ? [...verdict.count.deniedBy] : []
}
