import type { AnswerRecord } from './answer.ts'
import type { AddressResult } from './probe.ts'
import type { TimedTry } from './progress.ts'
import type { Failure } from './reason.ts'

/** What is kept of a try. */
export interface TryRecord {
  /** Since the start of the target. */
  readonly startedMs: number
  readonly endedMs: number
  readonly status: number | undefined
  readonly latencyMs: number | undefined
  readonly version: string | undefined
  readonly address: string | undefined
  readonly failure: Failure | undefined
}

/** How many tries of a target are kept: the answers themselves would not fit in memory for many targets. */
export const keptTries = 50

/** The tries of a target, the last ones in detail. */
export class History {
  readonly tries: TryRecord[] = []
  /** Of all good answers. */
  readonly latenciesMs: number[] = []
  lastAnswer: AnswerRecord | undefined
  /** Of the last try, where all addresses are asked. */
  addresses: readonly AddressResult[] = []

  add({ answer, failure, startedMs, endedMs, addresses }: TimedTry): void {
    const { status, latencyMs, address } = answer ?? {}
    this.tries.push({ startedMs, endedMs, status, latencyMs, version: answer?.version?.version, address, failure })
    if (this.tries.length > keptTries) this.tries.shift()
    this.lastAnswer = answer ?? this.lastAnswer
    this.addresses = addresses
    if (answer !== undefined && failure === undefined) this.latenciesMs.push(answer.latencyMs)
  }
}
