import type { Clock } from '@deploy-safety/common/clock'
import { formatDuration } from '@deploy-safety/common/duration'
import type { Log } from '@deploy-safety/common/log'
import { redact } from '@deploy-safety/common/redact'
import type { Phase, ProbeEdges } from '@deploy-safety/probe/prober'
import type { TimedAttempt } from '@deploy-safety/probe/progress'
import type { Check } from './check.ts'
import { bodyText, counted, responseText } from './wording.ts'

const quietMs = 30_000

/** Tells of a target: each attempt that is unlike the one before, a sign of life now and then, and every phase. */
export class ProgressLog implements Pick<ProbeEdges, 'onAttempt' | 'onPhase'> {
  readonly #check: Check
  readonly #edges: { readonly log: Log; readonly clock: Clock; readonly secrets: readonly string[] }
  #attempts = 0
  #repeated = 0
  #shown = ''
  #shownAt = Number.NEGATIVE_INFINITY
  #passed = false

  constructor(check: Check, edges: { log: Log; clock: Clock; secrets: readonly string[] }) {
    this.#check = check
    this.#edges = edges
  }

  readonly onAttempt = (attempt: TimedAttempt, afterMs: number | undefined): void => {
    this.#attempts += 1
    const { failure, response, endedMs } = attempt
    const kind = `${failure?.reasonCode} ${response?.status}`
    const now = this.#edges.clock.now()
    if (kind === this.#shown && afterMs !== undefined && now - this.#shownAt < quietMs) {
      this.#repeated += 1
      return
    }
    if (this.#repeated > 0) this.#say(`(${this.#repeated} more like this)`)
    this.#repeated = 0
    this.#shown = kind
    this.#shownAt = now
    const next = afterMs === undefined ? '' : `; next attempt in ${formatDuration(afterMs)}`
    this.#say(`attempt ${this.#attempts} after ${formatDuration(endedMs)}: ${this.#textOf(attempt)}${next}`)
  }

  readonly onPhase = (phase: Phase): void => {
    const passed = this.#passed ? '' : `healthy after ${counted(this.#attempts, 'attempt')}; `
    this.#passed = true
    this.#say(
      passed +
        (phase.kind === 'sampling'
          ? `taking ${counted(phase.samples, 'sample')}`
          : `soaking for ${formatDuration(phase.soakMs)}`),
    )
  }

  #textOf({ failure, response }: TimedAttempt): string {
    // The runner masks whole secrets only; what is cut may hold the beginning of one.
    const clean = (text: string) => redact(text, this.#edges.secrets)
    if (failure === undefined) return response === undefined ? 'ok' : clean(responseText(response, this.#check))
    const body = bodyText(failure, clean(response?.excerpt ?? ''))
    return `${clean(failure.detail)} (${failure.reasonCode})${body === '' ? '' : `; body: ${body}`}`
  }

  #say(text: string): void {
    this.#edges.log.info(`${this.#check.name}: ${text}`)
  }
}
