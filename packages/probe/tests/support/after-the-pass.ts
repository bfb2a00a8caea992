import { VirtualClock } from '@deploy-safety/simulators/clock'
import type { Attempt } from '../../src/probe.ts'
import { Prober } from '../../src/prober.ts'
import type { TimedAttempt } from '../../src/progress.ts'
import type { ReasonCode } from '../../src/reason.ts'
import { recordOf } from '../../src/response.ts'
import { Slots } from '../../src/slots.ts'
import { responseOf } from './made.ts'

/** How an attempt goes: a latency of a good response, or a reason. */
export type Way = number | ReasonCode

/** A service after its pass, on a virtual clock; each attempt takes 100 ms, the last way goes on and on. */
export class AfterThePass {
  readonly clock = new VirtualClock()
  readonly job = new AbortController()
  readonly slots = new Slots(1)
  readonly startedAt: number[] = []
  readonly attempts: { readonly attempt: TimedAttempt; readonly afterMs: number | undefined }[] = []
  readonly prober: Prober

  constructor(ways: readonly Way[], { timeoutMs = 10_000, cancelInAttempt = 0 } = {}) {
    let count = 0
    this.prober = new Prober(timeoutMs, {
      probe: async ({ signal }) => {
        this.startedAt.push(this.clock.now())
        const way = ways[Math.min(count++, ways.length - 1)] ?? 12
        await this.clock.sleep(100, signal)
        if (count === cancelInAttempt) this.job.abort()
        return typeof way === 'number' ? good(way) : failing(way)
      },
      clock: this.clock,
      random: () => 0.5,
      slots: this.slots,
      signal: this.job.signal,
      onAttempt: (attempt, afterMs) => this.attempts.push({ attempt, afterMs }),
      onPhase: () => {},
    })
  }
}

function good(latencyMs: number): Attempt {
  return { response: recordOf(responseOf({ latencyMs })), failure: undefined, timedOut: false, addresses: [] }
}

function failing(reasonCode: ReasonCode): Attempt {
  return {
    response: undefined,
    failure: { reasonCode, detail: `it was ${reasonCode}` },
    timedOut: false,
    addresses: [],
  }
}
