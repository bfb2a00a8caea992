import type { Clock } from '@deploy-safety/common/clock'
import type { Log } from '@deploy-safety/common/log'
import { abandon, type Left, parseLeft } from './abandon.ts'
import { Client, type ClientOptions } from './github/client.ts'
import { closeIssue } from './github/issue.ts'
import { Stop } from './stop.ts'

export type PostOptions = Pick<ClientOptions, 'apiUrl' | 'graphqlUrl' | 'token' | 'fetch'>

interface PostEdges {
  readonly clock: Clock
  readonly log: Log
}

const attempts = 5
// Longer than that is not worth the minutes of a runner.
const rateLimitMs = 60_000
// An issue that was made while the answer was lost may take some seconds to be in the list.
const looksAfterMs = [0, 2_000, 4_000, 8_000, 16_000]

/**
 * Closes the issue that a main step left open which was killed, or could not close it. Where that fails a warning says
 * what is open: the step has said how the deployment ended, and this changes nothing about it.
 * @param options are read only where there is something to do
 */
export async function cleanUp(left: string, options: () => PostOptions, { clock, log }: PostEdges): Promise<void> {
  if (left === '') return
  const what = parseLeft(left)
  const { signal } = new AbortController()
  const patience = { attempts, untilMs: 0, rateLimitUntilMs: clock.now() + rateLimitMs }
  const client = new Client({ ...options(), clock, signal }, patience)
  try {
    for (const pauseMs of looksAfterMs) {
      await client.pause(pauseMs)
      if (!(await close(client, what))) continue
      log.info(`closed what the step had left open: ${what.url}`)
      return
    }
    log.info('no issue was left open')
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    log.warning(`${openIn(what)}: ${error.message}\nClose it by hand.`, 'deploy-approval: left open')
  }
}

/** Where it cannot be known what was said in the issue, it is closed without a word. */
async function close(client: Client, left: Left): Promise<boolean> {
  const { repository, number } = left
  return await abandon(client, left, 'The step ended without a verdict.').catch(async (error: unknown) => {
    if (!(error instanceof Stop) || number === undefined) throw error
    await closeIssue(client, { repository, number }, 'not_planned')
    return true
  })
}

function openIn({ number, url }: Left): string {
  return number === undefined ? `An issue may be open in ${url}` : `Issue #${number} is still open, ${url}`
}
