import type { BaseEdges } from '@deploy-safety/common/action'
import type { keepForPost } from '@deploy-safety/common/post'
import { Client } from './github/client.ts'
import type { Fetch } from './github/transport.ts'
import type { Inputs } from './inputs.ts'
import type { Progress } from './outcome.ts'

export interface Edges extends BaseEdges<Progress> {
  readonly fetch: Fetch
  readonly keepForPost: typeof keepForPost
}

/** What every part of the story works with. */
export interface Step {
  readonly inputs: Inputs
  readonly edges: Edges
  readonly client: Client
}

const attemptsBeforehand = 3

/** Before anybody was asked, a failure is borne three times; a rate limit no longer than people would be waited for. */
export function stepOf(inputs: Inputs, edges: Edges): Step {
  const { context, policy, token } = inputs
  const { apiUrl, graphqlUrl } = context
  const { clock, signal, fetch } = edges
  const patience = {
    attempts: attemptsBeforehand,
    rateLimitUntilMs: clock.now() + policy.timeoutMs,
    untilMs: clock.now(),
  }
  return { inputs, edges, client: new Client({ apiUrl, graphqlUrl, token, fetch, clock, signal }, patience) }
}

/** The same with a client that tries three times, and bears a rate limit until the deadline. */
export function within(step: Step, deadlineMs: number): Step {
  const nowMs = step.edges.clock.now()
  const rateLimitUntilMs = nowMs + deadlineMs - step.client.time.now()
  return { ...step, client: step.client.with({ attempts: attemptsBeforehand, untilMs: nowMs, rateLimitUntilMs }) }
}

/** The same with a client that bears every failure until the deadline. */
export function until(step: Step, deadlineMs: number): Step {
  const { clock } = step.edges
  const untilMs = clock.now() + deadlineMs - step.client.time.now()
  return { ...step, client: step.client.with({ attempts: attemptsBeforehand, untilMs, rateLimitUntilMs: untilMs }) }
}
