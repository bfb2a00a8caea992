import { type Clock, systemClock } from '@deploy-safety/common/clock'
import { runnerLog } from '@deploy-safety/common/log'
import { abandon, parseLeft } from './abandon.ts'
import { Client, type ClientOptions } from './github/client.ts'

export type PostOptions = Pick<ClientOptions, 'apiUrl' | 'graphqlUrl' | 'token' | 'fetch'>

const attempts = 5
// An issue that was made while the answer was lost may take some seconds to be in the list.
const looks = 3
const pauseMs = 3_000

/** Closes the issue that a main step left open which was killed, or could not close it. */
export async function cleanUp(left: string, options: PostOptions, clock: Clock = systemClock): Promise<void> {
  if (left === '') return
  const { signal } = new AbortController()
  const client = new Client({ ...options, clock, signal }, { attempts, untilMs: 0, rateLimitUntilMs: 0 })
  const what = parseLeft(left)
  for (let look = 1; look <= looks; look += 1) {
    if (await abandon(client, what, 'The step ended without a verdict.')) {
      runnerLog.info('closed the issue that the step had left open')
      return
    }
    await clock.sleep(pauseMs, signal)
  }
  runnerLog.info('no issue was left open')
}
