import type { Ending } from '../outcome.ts'
import type { Change } from '../provider.ts'
import type { Step } from '../step.ts'
import { commitOf } from '../target/reference.ts'
import { changedFiles } from './changed-files.ts'
import { type Changed, hazardOf } from './migrations.ts'

/** Looks for migrations between what runs and what is gone back to: an older version may not know today's schema. */
export async function checkMigrations(step: Step, changes: readonly Change[]): Promise<Ending | undefined> {
  const { inputs, journal } = step
  const { migrations } = inputs
  if (migrations === undefined || migrations.action === 'allow') return undefined
  for (const change of changes) {
    const hazard = hazardOf(await changedBy(step, change), migrations)
    if (hazard === '') continue
    const { snapshot } = change
    if (migrations.action === 'warn') {
      journal.warn(`${snapshot.subject.name}: ${hazard}`)
      continue
    }
    const sentence = `${hazard} (${snapshot.subject.name}, on-migrations is block)`
    const ending = { outcome: 'refused', reasonCode: 'migrations', sentence } as const
    journal.ended(snapshot, ending)
    return ending
  }
  return undefined
}

async function changedBy({ inputs, edges }: Step, { snapshot, target }: Change): Promise<Changed> {
  const live = snapshot.candidates.find(({ version }) => version === snapshot.current)
  const [from, to] = [live && commitOf(live), commitOf(target)]
  const unknown = from === undefined ? snapshot.current : to === undefined ? target.version : undefined
  if (from === undefined || to === undefined) return { kind: 'unknown', why: `the commit of ${unknown} is not known` }
  return await changedFiles({ target: to, current: from }, inputs.repository, edges)
}
