import { formatDuration } from '@deploy-safety/common/duration'
import type { Ending } from './outcome.ts'
import { worstOf } from './outcome.ts'
import type { Change, Snapshot } from './provider.ts'
import type { Step } from './step.ts'
import { type Health, verify } from './verification/verify.ts'

/** A subject that has to prove itself, and how it ends when it does. */
export interface Awaited {
  readonly snapshot: Snapshot
  /** Undefined: nothing was written. */
  readonly change?: Change
  readonly ending: Ending
}

/**
 * Waits until each subject is up, verifies the service, and watches that it all stays so.
 * @param failed how another subject has ended already
 */
export async function prove(step: Step, awaited: readonly Awaited[], failed?: Ending): Promise<Ending> {
  const { journal } = step
  const settled = await journal.phase('converge', () => Promise.all(awaited.map((one) => settle(step, one))))
  const isUp = settled.every(({ outcome }) => outcome === 'rolled-back' || outcome === 'nothing-to-do')
  const ended = isUp ? await verifyAndWatch(step, awaited) : settled.map(unproven)
  const proven = ended.map((ending, index) => (awaited[index]?.change === undefined ? unwritten(ending) : ending))
  awaited.forEach(({ snapshot }, index) => {
    const ending = proven[index]
    if (ending !== undefined) journal.ended(snapshot, ending)
  })
  const { subjects } = journal.progress()
  const worst = worstOf([...proven, ...(failed === undefined ? [] : [failed])])
  if (worst === undefined) throw new Error('nothing was proven')
  const same = subjects.filter(({ outcome }) => outcome === worst.outcome).map(({ sentence }) => sentence)
  return same.length > 1 ? { ...worst, sentence: same.join('; ') } : worst
}

/** Where one is not up, the others are not looked at any further. */
function unproven(ending: Ending): Ending {
  if (ending.outcome !== 'rolled-back') return ending
  return { ...ending, sentence: `${ending.sentence}, neither verified nor watched since another one is not up` }
}

/** Where nothing was written, a server that is gone leaves nothing open. */
function unwritten(ending: Ending): Ending {
  if (ending.reasonCode !== 'connection-lost') return ending
  return { ...ending, outcome: 'failed', reasonCode: 'unreachable' }
}

async function settle(step: Step, awaited: Awaited): Promise<Ending> {
  const { provider, inputs, leftMs } = step
  const ending = await provider.settle(awaited.snapshot, Math.min(inputs.convergeMs, leftMs()))
  return ending === undefined ? awaited.ending : await orSwitchedBack(step, awaited, ending)
}

/** A target that is not well stays, unless traffic can be switched back from it. */
async function orSwitchedBack(
  { provider }: Step,
  { change }: Awaited,
  ending: Ending,
  why = ending.sentence,
): Promise<Ending> {
  const isBad = ending.outcome === 'not-converged' || ending.outcome === 'rolled-back-unhealthy'
  if (!isBad || change === undefined || provider.switchBack === undefined) return ending
  return await provider.switchBack(change, why)
}

async function verifyAndWatch(step: Step, awaited: readonly Awaited[]): Promise<readonly Ending[]> {
  const { inputs, journal, provider, edges, leftMs } = step
  const { verification, stabilityMs } = inputs
  const up = `${awaited.map(({ snapshot }) => snapshot.subject.name).join(', ')} up`
  if (verification !== undefined) {
    edges.log.info(`${up}; verifying`)
    const limitMs = leftMs() - stabilityMs - verification.rules.soakMs
    if (limitMs <= 0) return awaited.map(({ snapshot }) => outOfTime(snapshot, 'verified'))
    const health = await journal.phase('verify', () => verify(verification, edges, limitMs))
    journal.verified(health)
    if (health.verdict !== 'healthy') return await Promise.all(awaited.map((one) => unhealthy(step, one, health)))
  }
  if (stabilityMs === 0) return awaited.map(({ ending }) => ending)
  const windowMs = Math.min(stabilityMs, leftMs())
  edges.log.info(`${up}; watching for ${formatDuration(windowMs)} that it stays so`)
  return await journal.phase('stability', () =>
    Promise.all(
      awaited.map(async (one) => {
        const ending = await provider.watch(one.snapshot, windowMs)
        return ending === undefined ? await settle(step, one) : await orSwitchedBack(step, one, ending)
      }),
    ),
  )
}

/** What somebody else has put there meanwhile is no fault of the target. */
async function unhealthy(step: Step, awaited: Awaited, health: Health): Promise<Ending> {
  const { snapshot, change, ending } = awaited
  const changed = await step.provider.watch(snapshot, 0)
  if (changed !== undefined) return changed
  if (health.verdict !== 'unhealthy') {
    const sentence = `${ending.sentence}, but whether it is healthy could not be found out: ${health.detail}`
    return { outcome: 'unknown', reasonCode: 'unverified', sentence }
  }
  const place = change === undefined ? 'up' : `back at ${change.target.version}`
  const sentence = `${snapshot.subject.name} is ${place}, and unhealthy: ${health.detail}`
  const bad = { outcome: 'rolled-back-unhealthy', reasonCode: 'verification-failed', sentence } as const
  return await orSwitchedBack(step, awaited, bad, health.detail)
}

function outOfTime({ subject }: Snapshot, what: string): Ending {
  const sentence = `The timeout was over before ${subject.name} was ${what}`
  return { outcome: 'unknown', reasonCode: 'timeout', sentence }
}
