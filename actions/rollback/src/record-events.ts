import { messageOf } from '@deploy-safety/common/errors'
import { type Ending, type SubjectResult, worstOf } from './outcome.ts'
import type { Snapshot } from './provider.ts'
import { appendRecord, type RecordEntry } from './record/record-file.ts'
import type { Step } from './step.ts'

/** Writes down that what is live is good, in the platform and in the record file. */
export async function recordGood(step: Step, snapshots: readonly Snapshot[]): Promise<Ending> {
  const { journal, provider } = step
  for (const snapshot of snapshots) journal.recording(snapshot, recorded(snapshot))
  const endings = await journal.phase('record', async () => {
    const all: Ending[] = []
    for (const snapshot of snapshots) {
      journal.writing(snapshot)
      const ending = (await provider.markGood(snapshot)) ?? recorded(snapshot)
      journal.ended(snapshot, ending)
      all.push(ending)
    }
    return all
  })
  // What is under way is not known to be good; a mark that could not be written takes nothing from the file.
  const good = snapshots.filter((_, index) => endings[index]?.outcome !== 'refused')
  const written = writeGood(step, good)
  const worst = worstOf([...endings, ...(written === undefined ? [] : [written])])
  if (worst === undefined) throw new Error('nothing was read')
  return worst.outcome === 'recorded'
    ? { ...worst, sentence: endings.map(({ sentence }) => sentence).join('; ') }
    : worst
}

/** Undefined where it went well, or no record is kept. */
function writeGood(step: Step, snapshots: readonly Snapshot[]): Ending | undefined {
  const { recordPath } = step.inputs
  if (recordPath === '' || snapshots.length === 0) return undefined
  try {
    appendRecord(
      recordPath,
      snapshots.map((snapshot) => goodEntry(step, snapshot)),
    )
    return undefined
  } catch (error) {
    const sentence = `The record file ${recordPath} cannot be written: ${messageOf(error)}`
    return { outcome: 'failed', reasonCode: 'tool-failed', sentence, nextStep: 'Check record-path, and record again.' }
  }
}

/** Notes every rollback that was written or begun. That it cannot be noted changes nothing about it. */
export function recordRollbacks(step: Step): void {
  const { inputs, journal, edges } = step
  if (inputs.recordPath === '') return
  try {
    appendRecord(
      inputs.recordPath,
      journal.begun().map((result) => rollbackEntry(step, result)),
    )
  } catch (error) {
    const message = `The record file ${inputs.recordPath} cannot be written: ${messageOf(error)}`
    journal.warn(message)
    edges.log.info(message)
  }
}

function recorded({ subject, current }: Snapshot): Ending {
  return { outcome: 'recorded', reasonCode: 'ok', sentence: `${current} of ${subject.name} is recorded as good` }
}

function goodEntry({ inputs, edges }: Step, { subject, current }: Snapshot): RecordEntry {
  const { run, by, reason } = inputs.origin
  const common = { at: edges.clock.date().toISOString(), provider: inputs.provider.name, subject: subject.id }
  return {
    ...common,
    event: 'known-good',
    version: current,
    commit: inputs.commit,
    ...{ from: '', to: '', outcome: 'recorded', reason, run, by },
  }
}

function rollbackEntry({ inputs, edges }: Step, { subject, from, to, outcome }: SubjectResult): RecordEntry {
  const { run, by, reason } = inputs.origin
  const open = edges.signal.aborted ? 'cancelled' : 'unknown'
  const end = outcome === 'planned' ? open : outcome
  const common = { at: edges.clock.date().toISOString(), provider: inputs.provider.name, subject: subject.id }
  return {
    ...common,
    event: 'rollback',
    version: to,
    commit: inputs.commit,
    ...{ from, to, outcome: end, reason, run, by },
  }
}
