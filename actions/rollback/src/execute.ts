import type { Ending } from './outcome.ts'
import { type Awaited, prove } from './prove.ts'
import type { Change } from './provider.ts'
import type { Step } from './step.ts'
import { describe } from './target/wording.ts'

/** Writes every change, and then has all of them prove themselves. */
export async function execute(step: Step, changes: readonly Change[], awaited: readonly Awaited[]): Promise<Ending> {
  const { journal, edges } = step
  const written: Change[] = []
  const failed = await journal.phase('write', async () => {
    for (const change of changes) {
      const ending = await write(step, change)
      if (ending !== undefined) return ending
      written.push(change)
    }
    return undefined
  })
  // What was written is awaited all the same: half a rollback has to be known.
  if (failed !== undefined && written.length === 0) return failed
  if (failed !== undefined) edges.log.info(`not written any further: ${failed.sentence}`)
  const proofs = written.map((change) => ({ snapshot: change.snapshot, change, ending: rolledBack(change) }))
  return await prove(step, [...proofs, ...awaited], failed)
}

async function write({ provider, journal, edges }: Step, change: Change): Promise<Ending | undefined> {
  const { snapshot, target } = change
  journal.writing(snapshot)
  const ending = await provider.write(change)
  if (ending !== undefined) {
    journal.ended(snapshot, ending)
    return ending
  }
  edges.log.info(`${snapshot.subject.name}: written; it goes back to ${describe(target)}`)
  return undefined
}

function rolledBack({ snapshot, target }: Change): Ending {
  const sentence = `${snapshot.subject.name} is back at ${describe(target)}`
  return { outcome: 'rolled-back', reasonCode: 'ok', sentence }
}
