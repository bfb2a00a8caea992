import type { Asked } from './asked.ts'
import type { OutcomeName, ReasonCode } from './contract.ts'
import type { Person } from './people.ts'
import type { AuditRecord } from './record.ts'
import type { Count } from './votes.ts'

/** What is known so far, whatever ends the step. */
export interface Progress {
  /** Undefined before the issue is open. */
  readonly asked: Asked | undefined
  /** As the last complete read found them. */
  readonly count: Count | undefined
  readonly requests: number
  /** GitHub's clock, in milliseconds since 1970. */
  readonly nowMs: number
}

export interface Outcome extends Progress {
  readonly outcome: OutcomeName
  readonly reasonCode: ReasonCode
  /** Who decided what, in one sentence. */
  readonly sentence: string
  /** Where it is another than the contract's. */
  readonly nextStep: string | undefined
  readonly deniedBy: readonly Person[]
  readonly record: AuditRecord | undefined
  readonly recordSha256: string
  readonly warnings: readonly string[]
}
