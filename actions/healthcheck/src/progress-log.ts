import type { Clock } from '@deploy-safety/common/clock'
import { formatDuration } from '@deploy-safety/common/duration'
import type { Log } from '@deploy-safety/common/log'
import { redact } from '@deploy-safety/common/redact'
import type { TimedTry } from '@deploy-safety/probe/progress'
import type { Target } from './target.ts'

const quietMs = 30_000

/** Tells of the tries of a target: each one that is unlike the one before, and a sign of life now and then. */
export function progressLog(
  target: Target,
  { log, clock, secrets }: { log: Log; clock: Clock; secrets: readonly string[] },
) {
  let count = 0
  let shown = ''
  let shownAt = Number.NEGATIVE_INFINITY
  return (tried: TimedTry, afterMs: number | undefined): void => {
    count += 1
    const { reason, detail = '' } = tried.failure ?? {}
    // The runner masks whole secrets only; a detail may show the beginning of one.
    const result = reason === undefined ? 'ok' : `${reason}: ${redact(detail, secrets)}`
    const kind = tried.failure?.reason ?? 'ok'
    if (kind === shown && afterMs !== undefined && clock.now() - shownAt < quietMs) return
    shown = kind
    shownAt = clock.now()
    const next = afterMs === undefined ? '' : `, next try in ${formatDuration(afterMs)}`
    log.info(`${target.name}: try ${count} after ${formatDuration(tried.endedMs)}: ${result}${next}`)
  }
}
