import type { contract, ReasonCode } from './contract.ts'

/** The reasons of the outcome `error` that GitHub or the request itself can give. */
export type StopReason = {
  [Code in ReasonCode]: 'error' extends (typeof contract.reasons)[Code]['outcomes'][number] ? Code : never
}[ReasonCode]

/** What ends the action without a verdict. `message` says what failed and with which value. */
export class Stop extends Error {
  readonly reasonCode: StopReason
  /** The next step where it is another than the contract's for this reason. */
  readonly nextStep: string | undefined
  /** The HTTP status behind it: what is missing, or wrong, whoever asked knows best. */
  readonly status: number | undefined

  constructor(reasonCode: StopReason, message: string, options: StopOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Stop'
    this.reasonCode = reasonCode
    this.nextStep = options.nextStep
    this.status = options.status
  }
}

interface StopOptions {
  readonly nextStep?: string | undefined
  readonly status?: number | undefined
  readonly cause?: unknown
}
