import type { AddressResult } from './probe.ts'
import type { TimedAttempt } from './progress.ts'
import type { Failure } from './reason.ts'
import type { ResponseRecord } from './response.ts'

/** What is kept of an attempt. */
export interface AttemptRecord {
  /** Since the start of the target. */
  readonly startedMs: number
  readonly endedMs: number
  readonly status: number | undefined
  readonly latencyMs: number | undefined
  readonly observedVersion: string | undefined
  readonly address: string | undefined
  readonly failure: Failure | undefined
}

/** How many attempts of a target are kept: the responses themselves would not fit in memory for many targets. */
export const keptAttempts = 50

/** The attempts of a target, the last ones in detail. */
export class History {
  readonly attemptLog: AttemptRecord[] = []
  /** Of all good responses. */
  readonly latenciesMs: number[] = []
  lastResponse: ResponseRecord | undefined
  /** Of the last attempt, where all addresses are asked. */
  addresses: readonly AddressResult[] = []

  add({ response, failure, startedMs, endedMs, addresses }: TimedAttempt): void {
    const { status, latencyMs, address } = response ?? {}
    const observedVersion = response?.observedVersion?.text
    this.attemptLog.push({ startedMs, endedMs, status, latencyMs, observedVersion, address, failure })
    if (this.attemptLog.length > keptAttempts) this.attemptLog.shift()
    this.lastResponse = response ?? this.lastResponse
    this.addresses = addresses
    if (response !== undefined && failure === undefined) this.latenciesMs.push(response.latencyMs)
  }
}
