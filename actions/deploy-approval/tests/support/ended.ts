import { ActionError, toActionError } from '@deploy-safety/common/errors'
import type { Issue } from '@deploy-safety/simulators/github/issue'
import { cleanUp } from '../../src/clean-up.ts'
import type { Fetch } from '../../src/github/transport.ts'
import { whenStopped } from '../../src/present.ts'
import { parseTag } from '../../src/texts/own-comment.ts'
import type { Given, Stage } from './stage.ts'

/** What GitHub makes of a request that is under way when a step ends: nothing, all, or all of it two seconds later. */
export type Effect = 'none' | 'done' | 'late'

export const effects: readonly Effect[] = ['none', 'done', 'late']

/** Cancels the job while its request of that number, from 0 on, is under way. @returns how many it has sent */
export function cancelAt(stage: Stage, index: number, effect: Effect): () => number {
  return underWayAt(stage, index, { effect, end: () => stage.cancel.abort() })
}

/** Ends the process at its request of that number, from 0 on: nothing that it would have done happens any more. */
export function killAt(stage: Stage, index: number, effect: Effect): () => number {
  let isKilled = false
  return underWayAt(stage, index, {
    effect,
    end: () => {
      isKilled = true
    },
    isDead: () => isKilled,
  })
}

interface End {
  readonly effect: Effect
  readonly end: () => void
  readonly isDead?: () => boolean
}

function underWayAt(stage: Stage, index: number, { effect, end, isDead = () => false }: End): () => number {
  const { fetch } = stage
  let sent = 0
  stage.fetch = async (url, init) => {
    sent += 1
    if (sent - 1 === index) {
      const arrive = () => fetch(url, { ...init, signal: new AbortController().signal })
      if (effect === 'done') await arrive()
      if (effect === 'late') stage.clock.sleep(2_000, new AbortController().signal).then(arrive)
      end()
    } else if (!isDead()) return await fetch(url, init)
    if (isDead()) throw new Error('killed')
    return await new Promise<never>((_, reject) => {
      init.signal.addEventListener('abort', () => reject(init.signal.reason))
      if (init.signal.aborted) reject(init.signal.reason)
    })
  }
  return () => sent
}

/** Plays a story that ends before its time. @returns what is left behind of it */
export async function stopped(stage: Stage, given: Given) {
  const error = await stage.play(given).then(
    ({ outcome }) => new Error(`It ended: ${outcome}`),
    (thrown: unknown) => thrown,
  )
  const known = toActionError(error)
  return { error: known, isCancelled: error instanceof ActionError, ...whenStopped(known, stage.progress) }
}

/** Runs the post step. @returns its log */
export async function post(stage: Stage, left = stage.kept.get('left') ?? ''): Promise<string[]> {
  const log: string[] = []
  await cleanUp(
    left,
    () => ({
      ...{ apiUrl: stage.github.url, graphqlUrl: stage.github.graphqlUrl },
      ...{ token: stage.token.value, fetch: stage.github.fetch as unknown as Fetch },
    }),
    {
      clock: stage.clock,
      log: {
        ...{ info: (line) => log.push(line), debug: () => {}, error: (line) => log.push(`error ${line}`) },
        warning: (line) => log.push(`warning ${line}`),
      },
    },
  )
  return log
}

export function openIssues(stage: Stage): number[] {
  return stage.repository.issues.filter(({ state }) => state === 'open').map(({ number }) => number)
}

/** What the comments say of how it ended: `approved`, `emergency`, or `` for an end without a verdict. */
export function endings({ comments }: Issue): string[] {
  return comments.flatMap(({ text }) => {
    const { kind, key = '' } = parseTag(text) ?? {}
    return kind === 'closing' ? [key.split('-').slice(1).join('-')] : []
  })
}
