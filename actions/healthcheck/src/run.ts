import type { BaseEdges } from '@deploy-safety/common/action'
import type { probe } from '@deploy-safety/probe/probe'
import type { ProbeEdges } from '@deploy-safety/probe/prober'
import { Slots } from '@deploy-safety/probe/slots'
import { watch } from '@deploy-safety/probe/watch'
import type { Inputs } from './inputs.ts'
import { progressLog } from './progress-log.ts'
import type { Target } from './target.ts'
import { decide, type Outcome } from './verdict.ts'

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
  const check = async (target: Target) => {
    const onTry = progressLog(target, { log, clock, secrets: inputs.secrets })
    const probe: ProbeEdges['probe'] = (options) => edges.probe(target, options)
    return { target, verdict: await watch(target.rules, { probe, clock, random, slots, signal, onTry }) }
  }
  const targets = await Promise.all(inputs.targets.map(check))
  return { ...decide(targets), targets, elapsedMs: clock.now() - start }
}
