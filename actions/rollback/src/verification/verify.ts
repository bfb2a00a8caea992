import type { Clock } from '@deploy-safety/common/clock'
import { formatDuration } from '@deploy-safety/common/duration'
import type { Log } from '@deploy-safety/common/log'
import { redact } from '@deploy-safety/common/redact'
import type { probe } from '@deploy-safety/probe/probe'
import type { TimedAttempt } from '@deploy-safety/probe/progress'
import { displayUrl } from '@deploy-safety/probe/response'
import { Slots } from '@deploy-safety/probe/slots'
import type { Target } from '@deploy-safety/probe/target'
import { type Verdict, watch } from '@deploy-safety/probe/watch'
import type { Verification } from './verify-inputs.ts'

const quietMs = 30_000

export interface VerifyEdges {
  readonly probe: typeof probe
  /** From 0 to 1. */
  readonly random: () => number
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

/** What the probe found, as the report has it. */
export interface Health {
  readonly url: string
  /** `undecided`: cancelled before anything could be said. */
  readonly verdict: Verdict['kind']
  /** Of healthcheck; null when healthy. */
  readonly reasonCode: string | null
  readonly detail: string
  readonly attempts: number
  readonly lastResponse: {
    readonly status: number | null
    readonly latencyMs: number
    readonly version: string | null
  } | null
  readonly elapsedMs: number
}

/** Probes the service until it is known how it is. @param limitMs for which verify-timeout is shortened */
export async function verify(
  { target, rules, secrets }: Verification,
  edges: VerifyEdges,
  limitMs: number,
): Promise<Health> {
  const { clock, random, signal, log } = edges
  const clean = (text: string) => redact(text, secrets)
  const deadlineMs = Math.min(rules.deadlineMs, limitMs)
  const verdict = await watch(
    { ...rules, deadlineMs },
    {
      probe: (options) => edges.probe(target, options),
      ...{ clock, random, signal },
      slots: new Slots(1),
      onAttempt: logAttempts(log, clean),
      onPhase: () => log.info(`verify: healthy; soaking for ${formatDuration(rules.soakMs)}`),
    },
  )
  const { failure, history, progress, elapsedMs } = verdict
  const isCutShort = deadlineMs < rules.deadlineMs && isOnlyLackOfTime(verdict)
  const { lastResponse: last } = history
  return {
    url: displayUrl(target.request.url),
    verdict: isCutShort ? 'unverifiable' : verdict.kind,
    reasonCode: failure?.reasonCode ?? null,
    detail: clean(detailOf(verdict, target)) + (isCutShort ? `; only ${formatDuration(limitMs)} was left for it` : ''),
    attempts: progress.attempts,
    lastResponse:
      last === undefined
        ? null
        : {
            status: last.status ?? null,
            latencyMs: Math.round(last.latencyMs),
            version: last.observedVersion === undefined ? null : clean(last.observedVersion.text),
          },
    elapsedMs: Math.round(elapsedMs),
  }
}

/** Nothing was wrong with the service as far as it was seen, which says nothing against it. */
function isOnlyLackOfTime({ failure, progress }: Verdict): boolean {
  const isLackOfTime = failure?.reasonCode === 'flapping' || failure?.reasonCode === 'deadline-exceeded'
  return isLackOfTime && progress.failure === undefined
}

function detailOf({ kind, failure, progress, history }: Verdict, { expectation }: Target): string {
  if (failure !== undefined) return failure.detail
  if (kind === 'undecided') return 'cancelled before it was known'
  const count = progress.longestStreak
  const good = count === 1 ? '1 good response' : `${count} good responses in a row`
  const version = history.lastResponse?.observedVersion?.text
  const note = expectation.expectedVersion === undefined ? ' (not checked: verify-expect-version is empty)' : ''
  return version === undefined ? good : `${good}, version ${version}${note}`
}

/** A line for each attempt that is unlike the one before, and a sign of life now and then. */
function logAttempts(log: Log, clean: (text: string) => string): (attempt: TimedAttempt) => void {
  let [count, said, saidMs] = [0, '', 0]
  return ({ failure, response, endedMs }) => {
    count += 1
    const status = response?.status === undefined ? 'ok' : `HTTP ${response.status}`
    const text = failure === undefined ? status : `${clean(failure.detail)} (${failure.reasonCode})`
    if (text === said && endedMs - saidMs < quietMs) return
    log.info(`verify: attempt ${count} after ${formatDuration(endedMs)}: ${text}`)
    ;[said, saidMs] = [text, endedMs]
  }
}
