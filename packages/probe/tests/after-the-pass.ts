import { VirtualClock } from '@deploy-safety/simulators/clock'
import { recordOf } from '../src/answer.ts'
import type { Try } from '../src/probe.ts'
import { Prober } from '../src/prober.ts'
import type { TimedTry } from '../src/progress.ts'
import type { Reason } from '../src/reason.ts'
import { Slots } from '../src/slots.ts'
import { answerOf } from './made.ts'

/** How a try goes: a latency of a good answer, or a reason. */
export type Way = number | Reason

/** A service after its pass, on a virtual clock; each try takes 100 ms, the last way goes on and on. */
export class AfterThePass {
  readonly clock = new VirtualClock()
  readonly job = new AbortController()
  readonly slots = new Slots(1)
  readonly startedAt: number[] = []
  readonly told: { readonly tried: TimedTry; readonly afterMs: number | undefined }[] = []
  readonly prober: Prober

  constructor(ways: readonly Way[], { timeoutMs = 10_000, cancelInTry = 0 } = {}) {
    let count = 0
    this.prober = new Prober(timeoutMs, {
      probe: async ({ signal }) => {
        this.startedAt.push(this.clock.now())
        const way = ways[Math.min(count++, ways.length - 1)] ?? 12
        await this.clock.sleep(100, signal)
        if (count === cancelInTry) this.job.abort()
        return typeof way === 'number' ? good(way) : failing(way)
      },
      clock: this.clock,
      random: () => 0.5,
      slots: this.slots,
      signal: this.job.signal,
      onTry: (tried, afterMs) => this.told.push({ tried, afterMs }),
    })
  }
}

function good(latencyMs: number): Try {
  return { answer: recordOf(answerOf({ latencyMs })), failure: undefined, timedOut: false, addresses: [] }
}

function failing(reason: Reason): Try {
  return { answer: undefined, failure: { reason, detail: `it was ${reason}` }, timedOut: false, addresses: [] }
}
