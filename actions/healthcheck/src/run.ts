import type { BaseEdges } from '@deploy-safety/common/action'
import { poll } from '@deploy-safety/probe/poll'
import type { probe } from '@deploy-safety/probe/probe'
import { Slots } from '@deploy-safety/probe/slots'
import type { Inputs } from './inputs.ts'
import { progressLog } from './progress-log.ts'
import type { Target } from './target.ts'
import { decide, type Outcome } from './verdict.ts'

export interface Edges extends BaseEdges {
  readonly probe: typeof probe
  /** From 0 to 1. */
  readonly random: () => number
}

/** Polls every target until each has its verdict, and decides. */
export async function run(inputs: Inputs, edges: Edges): Promise<Outcome> {
  const { clock, log, random, signal } = edges
  const start = clock.now()
  const slots = new Slots(inputs.concurrency)
  const watch = async (target: Target) => {
    const onTry = progressLog(target, { log, clock })
    const verdict = await poll(target.rules, {
      probe: (options) => edges.probe(target, options),
      clock,
      random,
      slots,
      signal,
      onTry,
    })
    return { target, verdict }
  }
  const targets = await Promise.all(inputs.targets.map(watch))
  return { ...decide(targets), targets, elapsedMs: clock.now() - start }
}
