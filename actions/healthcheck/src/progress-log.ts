import type { Clock } from '@deploy-safety/common/clock'
import { formatDuration } from '@deploy-safety/common/duration'
import type { Log } from '@deploy-safety/common/log'
import { redact } from '@deploy-safety/common/redact'
import type { TimedAttempt } from '@deploy-safety/probe/progress'
import { responder } from '@deploy-safety/probe/response'
import type { Check } from './check.ts'

const quietMs = 30_000

/** Tells of the attempts of a target: each one that is unlike the one before, and a sign of life now and then. */
export function progressLog(
  { name }: Check,
  { log, clock, secrets }: { log: Log; clock: Clock; secrets: readonly string[] },
) {
  let count = 0
  let shown = ''
  let shownAt = Number.NEGATIVE_INFINITY
  return (attempt: TimedAttempt, afterMs: number | undefined): void => {
    count += 1
    const { reasonCode = 'ok', detail = '' } = attempt.failure ?? {}
    // The runner masks whole secrets only; a detail may show the beginning of one.
    const result = reasonCode === 'ok' ? okFrom(attempt) : `${reasonCode}: ${redact(detail, secrets)}`
    if (reasonCode === shown && afterMs !== undefined && clock.now() - shownAt < quietMs) return
    shown = reasonCode
    shownAt = clock.now()
    const next = afterMs === undefined ? '' : `, next attempt in ${formatDuration(afterMs)}`
    log.info(`${name}: attempt ${count} after ${formatDuration(attempt.endedMs)}: ${result}${next}`)
  }
}

function okFrom({ response }: TimedAttempt): string {
  return response === undefined || response.hops.length === 0 ? 'ok' : `ok, ${responder(response)}`
}
