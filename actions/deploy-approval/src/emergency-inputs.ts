import { parseDuration } from '@deploy-safety/common/duration'
import { invalidInput } from '@deploy-safety/common/errors'
import { type InputReader, Malformed, parseFlag, quote } from '@deploy-safety/common/inputs'

/** A deployment that cannot wait for approval, and why. */
export interface Emergency {
  readonly reason: string
  /** A link or number; empty for none. */
  readonly incident: string
  /** Until when somebody has to review it, from now on. */
  readonly reviewWithinMs: number
}

type Name = 'emergency' | 'reason' | 'incident' | 'review-within'

/** @throws ActionError `invalid-input` */
export function readEmergency(step: InputReader<Name>): Emergency | undefined {
  const reviewWithinMs = step.value('review-within', parseReviewTime)
  if (!step.value('emergency', parseFlag)) return undefined
  const reason = step.text('reason')
  if (reason === '') {
    throw invalidInput('An emergency needs a reason.', 'Set reason: one sentence that the review begins with.')
  }
  return { reason, incident: step.text('incident'), reviewWithinMs }
}

/** @throws Malformed */
function parseReviewTime(text: string): number {
  const ms = parseDuration(text)
  if (ms >= 60_000) return ms
  throw new Malformed(`${quote(text)} is too short for a review`, 'Write for example 48h.')
}
