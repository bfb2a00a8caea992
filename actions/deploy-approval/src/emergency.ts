import { cut } from '@deploy-safety/common/escape'
import type { Leaving } from './abandon.ts'
import { askedOf, invitationOf, open } from './ask.ts'
import type { Asked } from './asked.ts'
import type { Emergency } from './emergency-inputs.ts'
import { writeComment } from './github/comment.ts'
import type { Run } from './github/run.ts'
import type { Inputs } from './inputs.ts'
import { nobodyAsked, type Outcome, outcomeOf } from './outcome.ts'
import { type Preparation, prepare } from './preflight.ts'
import type { Step } from './step.ts'
import { renderClosing } from './texts/closing-comment.ts'
import { verdictKey } from './texts/own-comment.ts'
import { longestReason, renderReview } from './texts/review-issue.ts'
import type { Person } from './voting/people.ts'
import { nothing } from './voting/votes.ts'

/** Lets an entitled person deploy at once, and opens the issue in which it is reviewed. @throws Stop */
export async function declareEmergency(step: Step & Leaving, emergency: Emergency): Promise<Outcome> {
  const { client } = step
  const preparation = await prepare(step)
  const starter = starterOf(preparation, step.inputs)
  const { listed } = preparation.constituency
  if (starter === undefined || listed.every(({ id }) => id !== starter.id)) {
    const sentence = `${starter?.login ?? 'A program'} started this attempt and is not in approvers`
    const ending = { outcome: 'denied', reasonCode: 'emergency-not-entitled', sentence } as const
    return outcomeOf({ ...nobodyAsked, requests: client.requests }, ending)
  }
  const asked = await openReview(step, { preparation, emergency, starter })
  const progress = { asked, count: nothing, requests: client.requests, nowMs: client.time.now() }
  const sentence = `${starter.login} deploys without approval: ${cut(emergency.reason, longestReason)}`
  const outcome = outcomeOf(progress, { outcome: 'emergency', reasonCode: 'emergency', sentence })
  const key = verdictKey(asked.request.nonce, 'emergency')
  await writeComment(client, asked.place, renderClosing(outcome, asked, key))
  step.leave(undefined)
  return outcome
}

interface Declared {
  readonly preparation: Preparation
  readonly emergency: Emergency
  readonly starter: Person
}

async function openReview(step: Step & Leaving, { preparation, emergency, starter }: Declared): Promise<Asked> {
  const { inputs, client } = step
  const invitation = invitationOf(inputs, preparation, client.time.now())
  const dueAtMs = client.time.now() + emergency.reviewWithinMs
  const texts = renderReview({ invitation, emergency, starter, dueAtMs })
  const issue = await open(step, preparation, { texts, nonce: invitation.request.nonce })
  const asked = askedOf(inputs, preparation, { invitation, issue, withinMs: emergency.reviewWithinMs })
  return { ...asked, emergency }
}

/** Who started this attempt; behind a bot's, whoever asked for it. */
function starterOf({ run, requester }: Preparation & { readonly run: Run }, { context }: Inputs): Person | undefined {
  const { triggeringActor } = run.attempts[context.attempt - 1] ?? {}
  const isPerson = triggeringActor?.isUser === true && !isScheduled(run, context.attempt)
  return isPerson ? triggeringActor : requester
}

/** The first attempt of a scheduled run was started by nobody. */
function isScheduled({ event }: Run, attempt: number): boolean {
  return event === 'schedule' && attempt === 1
}
