import type { Fetch } from '../../src/github/transport.ts'
import type { TwoPhases } from './two-phases.ts'

/** The process of a step is gone: nothing that it would have done happens any more. */
export class Killed extends Error {}

/** Ends the step at its request of that number, from 0 on, before the request or once it had its effect. */
export function killedAt(fetch: Fetch, { index, effect }: { index: number; effect: 'before' | 'after' }): Fetch {
  let count = 0
  return async (url, init) => {
    const isLast = count === index
    count += 1
    if (isLast && effect === 'after') await fetch(url, init)
    if (isLast) throw new Killed('The runner was killed')
    return await fetch(url, init)
  }
}

/** Every request takes a time of its own, on both ways, and is answered by a replica with a lag of its own. */
export function delayed(stage: TwoPhases, waysMs: readonly number[], lagsMs: readonly number[] = [0]): Fetch {
  const { fetch } = stage
  let count = 0
  const next = (values: readonly number[]) => values[count++ % values.length] ?? 0
  return async (url, init) => {
    await stage.pass(next(waysMs) / 1_000)
    stage.github.world.readLagMs = next(lagsMs)
    const response = await fetch(url, init)
    await stage.pass(next(waysMs) / 1_000)
    return response
  }
}

/** Whether a request is the one with which a check claims its verdict. */
export function isClaim({ method, body }: { readonly method: string; readonly body: string | undefined }): boolean {
  return method === 'POST' && body?.includes('deploy-approval closing') === true
}
