import type { Asked } from './asked.ts'
import type { OutcomeName, ReasonCode } from './contract.ts'
import { type AuditRecord, recordOf, sealed } from './record.ts'
import type { Person } from './voting/people.ts'
import { type Count, nothing } from './voting/votes.ts'

/** What is known so far, whatever ends the step. */
export interface Progress {
  /** Undefined before the issue is open. */
  readonly asked: Asked | undefined
  /** As the last complete read found them. */
  readonly count: Count
  /** How many requests were sent. */
  readonly requests: number
  /** GitHub's clock, in milliseconds since 1970. */
  readonly nowMs: number
}

/** How it ended. */
export interface Ending {
  readonly outcome: OutcomeName
  readonly reasonCode: ReasonCode
  /** Who decided what, in one sentence. */
  readonly sentence: string
  /** Where it is another than the contract's. */
  readonly nextStep?: string | undefined
  readonly deniedBy?: readonly Person[]
  readonly warnings?: readonly string[]
}

export interface Outcome extends Progress, Required<Ending> {
  /** Undefined when nobody was asked. */
  readonly audit: Audit | undefined
}

interface Audit {
  readonly record: AuditRecord
  /** The record in RFC 8785. */
  readonly canonical: string
  /** Its SHA-256 in hex. */
  readonly hash: string
}

export const nobodyAsked: Progress = { asked: undefined, count: nothing, requests: 0, nowMs: 0 }

/** Puts together what is known and how it ended, with the record of it. Pure. */
export function outcomeOf(progress: Progress, ending: Ending): Outcome {
  const { nextStep = undefined, deniedBy = [], warnings = [] } = ending
  const { asked, count, requests, nowMs } = progress
  const { outcome, reasonCode } = ending
  const audit = asked && sealed(recordOf(asked, { outcome, reasonCode, deniedBy, count, requests, decidedAtMs: nowMs }))
  return { ...progress, ...ending, nextStep, deniedBy, warnings, audit }
}
