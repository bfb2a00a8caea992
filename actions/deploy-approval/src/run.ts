import { messageOf } from '@deploy-safety/common/errors'
import { abandon, type Leaving, type Left, renderLeft } from './abandon.ts'
import { ask } from './ask.ts'
import type { Asked } from './asked.ts'
import { deniedBeforehand } from './beforehand.ts'
import { check } from './check.ts'
import { closeDecided } from './conclude.ts'
import { declareEmergency } from './emergency.ts'
import type { Inputs } from './inputs.ts'
import { nobodyAsked, type Outcome, outcomeOf, type Progress } from './outcome.ts'
import { prepare, refuseUnreachable } from './preflight.ts'
import { tellTeam } from './slack.ts'
import { type Edges, type Step, stepOf, until } from './step.ts'
import { Stop } from './stop.ts'
import { supersede } from './supersede.ts'
import { nothing } from './voting/votes.ts'
import { waitForOutcome } from './wait.ts'

/** The runner gives 7.5 s from the first signal on. */
const farewellMs = 6_000

/** Asks people, or decides what they were asked before. @throws ActionError */
export async function run(inputs: Inputs, edges: Edges): Promise<Outcome> {
  let progress: Progress = nobodyAsked
  const reached = (now: Progress) => {
    progress = now
    edges.reached(now)
  }
  const step = stepOf(inputs, { ...edges, reached })
  try {
    return await told(step, await storyOf(inputs)(step))
  } catch (error) {
    const { requests, time } = step.client
    reached({ ...progress, requests, nowMs: time.now() })
    if (!(error instanceof Stop)) throw error
    const { reasonCode, message: sentence, nextStep } = error
    const ending = { outcome: 'error', reasonCode, sentence, nextStep } as const
    return await told(step, outcomeOf(progress, ending))
  }
}

/** Whoever was told that people are asked is told how it ended. */
async function told(step: Step, outcome: Outcome): Promise<Outcome> {
  const { asked, sentence } = outcome
  // The record has those until the verdict: what came after it only wrote it down.
  const { requests } = step.client
  step.edges.log.info(`${requests} requests to GitHub`)
  if (asked !== undefined && outcome.outcome !== 'pending')
    await tellTeam(step, `${outcome.outcome}: ${sentence}`, asked.url)
  return { ...outcome, requests }
}

type Story = (step: Step) => Promise<Outcome>

function storyOf({ mode, emergency }: Inputs): Story {
  if (mode === 'check') return check
  if (emergency !== undefined) return (step) => beforehand(step, (safe) => declareEmergency(safe, emergency))
  return (step) => beforehand(step, mode === 'wait' ? askAndWait : askOnly)
}

/** What is denied without asking is not asked. Whatever is opened is closed again, unless it ends as it should. */
async function beforehand(step: Step, story: (step: Step & Leaving) => Promise<Outcome>): Promise<Outcome> {
  const denied = deniedBeforehand(step.inputs)
  if (denied !== undefined) return outcomeOf(nobodyAsked, denied)
  const { keepForPost } = step.edges
  let open: Left | undefined
  const leave = (left: Left | undefined) => {
    open = left
    keepForPost('left', left === undefined ? '' : renderLeft(left))
  }
  try {
    return await story({ ...step, leave })
  } catch (error) {
    if (open !== undefined) await sayFarewell(step, open, messageOf(error))
    throw error
  }
}

async function askAndWait(step: Step & Leaving): Promise<Outcome> {
  const asked = await opened(step)
  const patient = until(step, asked.deadlineMs)
  const outcome = await waitForOutcome(asked, patient)
  if (await closeDecided(patient, asked, outcome)) step.leave(undefined)
  return outcome
}

async function askOnly(step: Step & Leaving): Promise<Outcome> {
  const asked = await opened(step)
  step.leave(undefined)
  const { requests, time } = step.client
  const sentence = `asked in ${asked.url}; mode check decides`
  return outcomeOf(
    { asked, count: nothing, requests, nowMs: time.now() },
    { outcome: 'pending', reasonCode: 'undecided', sentence },
  )
}

async function opened(step: Step & Leaving): Promise<Asked> {
  const { client, edges, inputs } = step
  const preparation = await prepare(step)
  refuseUnreachable(preparation.constituency)
  for (const warning of preparation.warnings) edges.log.warning(warning, 'deploy-approval: approvers')
  const asked = await ask(step, preparation)
  edges.reached({ asked, count: nothing, requests: client.requests, nowMs: client.time.now() })
  await tellTeam(step, `Approval needed: ${inputs.environment} ${inputs.version || inputs.sha.slice(0, 7)}`, asked.url)
  if (inputs.supersede) await supersede(asked, step)
  return asked
}

/** Closes what was opened, in the time that the runner leaves. The post step does it again where it fails. */
async function sayFarewell({ client, edges }: Step, left: Left, why: string): Promise<void> {
  const { clock, log } = edges
  const over = new AbortController()
  const done = new AbortController()
  clock.sleep(farewellMs, done.signal).then(() => over.abort())
  const quick = client.with({ attempts: 1, untilMs: 0, rateLimitUntilMs: 0 }, over.signal)
  try {
    if (await abandon(quick, left, why)) edges.keepForPost('left', '')
  } catch (error) {
    log.info(`the issue could not be closed now; the post step tries again: ${messageOf(error)}`)
  } finally {
    done.abort()
  }
}
