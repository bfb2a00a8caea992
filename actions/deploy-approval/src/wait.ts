import { cancellable } from '@deploy-safety/common/cancellation'
import type { Asked } from './asked.ts'
import { announce, outcomeOfVerdict } from './conclude.ts'
import { Deliberation } from './deliberation.ts'
import { readElectorate } from './electorate.ts'
import { readChangedIssue } from './github/issue.ts'
import type { Outcome } from './outcome.ts'
import { pauseAfter } from './schedule.ts'
import type { Step } from './step.ts'
import { renderClosing } from './texts/closing-comment.ts'
import { verdictKey } from './texts/own-comment.ts'
import { isSameVerdict, type Verdict } from './voting/verdict.ts'
import { type Count, nothing } from './voting/votes.ts'

/** What a validator or a cache on the way hides is found by then. */
const pollsPerFullRead = 20
const shortestPauseMs = 1_000

/** Waits until a request is decided and the verdict stands in the issue. @throws Stop, ActionError `cancelled` */
export async function waitForOutcome(asked: Asked, step: Step): Promise<Outcome> {
  const { client, edges } = step
  const deliberation = new Deliberation(asked, step, () => readElectorate(client, asked))
  const { conversation } = deliberation
  const leftMs = () => asked.deadlineMs - client.time.now()
  let count: Count = nothing
  let etag: string | undefined
  let isOvertaken = false
  // Where the answer to its opening was lost, people may have voted before it was found.
  conversation.hasRead({ ...asked.opened, comments: 0, updatedAtMs: asked.openedAtMs, isOpen: true })
  await conversation.showStatus(nothing)
  for (let poll = 1; ; poll += 1) {
    const changed = await readChangedIssue(client, asked.place, poll % pollsPerFullRead === 0 ? undefined : etag)
    etag = changed?.etag ?? etag
    if ((changed !== undefined && !conversation.isKnown(changed.issue)) || isOvertaken || leftMs() <= 0) {
      const verdict = await deliberation.look(changed?.issue)
      const outcome = await conclude(verdict, deliberation, { asked, step })
      if (outcome !== undefined) return outcome
      isOvertaken = verdict.outcome !== 'pending'
      count = verdict.count
    }
    await conversation.showStatus(count)
    if (leftMs() <= (asked.deadlineMs - asked.openedAtMs) / 2) await conversation.remind(count)
    const pauseMs = Math.max(shortestPauseMs, Math.min(usualPauseMs(asked, step), leftMs()))
    await cancellable(edges.signal)(edges.clock.sleep(pauseMs, edges.signal))
  }
}

/** Writes a verdict into the issue. @returns undefined where there is none, or none any more */
async function conclude(
  verdict: Verdict,
  deliberation: Deliberation,
  { asked, step }: { asked: Asked; step: Step },
): Promise<Outcome | undefined> {
  if (verdict.outcome === 'pending') return undefined
  const outcome = outcomeOfVerdict(asked, verdict, step.client)
  const holds = async () => isSameVerdict(verdict, await deliberation.look(undefined))
  const closing = renderClosing(outcome, asked, verdictKey(asked.request.nonce, outcome.outcome))
  const isWritten = await announce(step.client, asked.place, { ...closing, holds })
  return isWritten ? outcome : undefined
}

function usualPauseMs({ openedAtMs }: Asked, { client, inputs }: Step): number {
  const waitedMs = client.time.now() - openedAtMs
  return pauseAfter(waitedMs, { intervalMs: inputs.pollIntervalMs, isBudgetLow: client.budget.isLow() })
}
