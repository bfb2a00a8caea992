import type { BaseEdges } from '@deploy-safety/common/action'
import { cancellable } from '@deploy-safety/common/cancellation'
import type { keepForPost } from '@deploy-safety/common/post'
import type { Inputs } from './inputs.ts'

/** What was done, whether all of it or not. */
export interface Progress {
  readonly stepsDone: number
}

export interface Outcome extends Progress {
  readonly outcome: 'passed'
  readonly reasonCode: 'ok'
}

export interface Edges extends BaseEdges<Progress> {
  readonly keepForPost: typeof keepForPost
}

const pauseMs = 100

/** Does nothing, as often as it is asked to. @throws ActionError `cancelled` */
export async function run({ steps }: Inputs, edges: Edges): Promise<Outcome> {
  const { clock, log, signal, reached, keepForPost } = edges
  keepForPost('begun', clock.date().toISOString())
  for (let stepsDone = 1; stepsDone <= steps; stepsDone += 1) {
    await cancellable(signal)(clock.sleep(pauseMs, signal))
    reached({ stepsDone })
    log.info(`step ${stepsDone} of ${steps} done`)
  }
  return { outcome: 'passed', reasonCode: 'ok', stepsDone: steps }
}
