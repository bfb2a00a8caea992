import type { Fault } from '@deploy-safety/simulators/fault-server'
import { type Response, wireFormat } from '@deploy-safety/simulators/responder'
import type { ActOptions, ActRun } from '../act.ts'

/** Runs one example from the release tree. */
export type RunExample = (options: Omit<ActOptions, 'act' | 'workflow' | 'releaseTree'>) => Promise<ActRun>

export interface Endpoint {
  readonly url: string
}

/** Answers by the number of the request; the first is 1. */
export function inTurn(answerTo: (count: number) => Response): Fault {
  let count = 0
  return {
    request: (socket) => {
      count += 1
      socket.write(wireFormat(answerTo(count)))
    },
  }
}
