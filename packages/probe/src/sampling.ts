import { formatAgainst } from '@deploy-safety/common/duration'
import { percentile } from '@deploy-safety/common/percentile'
import type { Prober } from './prober.ts'
import type { Failure } from './reason.ts'

/** The latency gate after the pass. */
export interface SamplingRules {
  /** 0: none. */
  readonly samples: number
  readonly maxP95Ms: number | undefined
  readonly intervalMs: number
}

/** Latencies of the samples, in milliseconds. */
export interface Samples {
  readonly latenciesMs: readonly number[]
  readonly medianMs: number | undefined
  readonly p95Ms: number | undefined
  readonly failure: Failure | undefined
}

const longestGapMs = 200

/** Takes one response to warm up and then the samples; a failing one fails the check. */
export async function sample(rules: SamplingRules, prober: Prober): Promise<Samples> {
  const { clock, signal, onAttempt, onPhase } = prober.edges
  onPhase({ kind: 'sampling', samples: rules.samples })
  const gapMs = Math.min(rules.intervalMs, longestGapMs)
  const latenciesMs: number[] = []
  let failure: Failure | undefined
  for (let index = 0; index <= rules.samples && failure === undefined && !signal.aborted; index += 1) {
    await clock.sleep(gapMs, signal)
    const attempt = await prober.look()
    if (attempt === undefined) break
    onAttempt(attempt, attempt.failure === undefined && index < rules.samples ? gapMs : undefined)
    failure = attempt.failure
    if (index > 0 && attempt.response !== undefined && failure === undefined)
      latenciesMs.push(attempt.response.latencyMs)
  }
  const p95Ms = percentile(latenciesMs, 0.95)
  // Cancelled samples are too few to say anything.
  const gated = latenciesMs.length < rules.samples ? undefined : p95Ms
  return { latenciesMs, medianMs: percentile(latenciesMs, 0.5), p95Ms, failure: failure ?? tooHigh(gated, rules) }
}

function tooHigh(p95Ms: number | undefined, { maxP95Ms, samples }: SamplingRules): Failure | undefined {
  if (p95Ms === undefined || maxP95Ms === undefined || p95Ms <= maxP95Ms) return undefined
  const { value, limit } = formatAgainst(p95Ms, maxP95Ms)
  const detail = `p95 over ${samples} samples is ${value}, above max-p95 (${limit})`
  return { reasonCode: 'p95-too-high', detail }
}
