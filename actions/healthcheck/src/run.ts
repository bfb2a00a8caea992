import type { BaseEdges } from '@deploy-safety/common/action'
import type { probe } from '@deploy-safety/probe/probe'
import type { ProbeEdges } from '@deploy-safety/probe/prober'
import { Slots } from '@deploy-safety/probe/slots'
import { watch } from '@deploy-safety/probe/watch'
import type { Check } from './check.ts'
import type { Inputs } from './inputs.ts'
import { ProgressLog } from './progress-log.ts'
import { type CheckedTarget, decide, type Outcome } from './verdict.ts'

export interface Edges extends BaseEdges {
  readonly probe: typeof probe
  /** From 0 to 1. */
  readonly random: () => number
}

/** Watches every target until each has its verdict, and decides. */
export async function run(inputs: Inputs, edges: Edges): Promise<Outcome> {
  const { clock, log, random, signal } = edges
  const start = clock.now()
  const slots = new Slots(inputs.concurrency)
  const watchTarget = async (check: Check): Promise<CheckedTarget> => {
    const { onAttempt, onPhase } = new ProgressLog(check, { log, clock, secrets: inputs.secrets })
    const probe: ProbeEdges['probe'] = (options) => edges.probe(check.target, options)
    return { check, verdict: await watch(check.rules, { probe, clock, random, slots, signal, onAttempt, onPhase }) }
  }
  const targets = await Promise.all(inputs.checks.map(watchTarget))
  return { ...decide(targets), targets, elapsedMs: clock.now() - start }
}
