import { cancellable } from '@deploy-safety/common/cancellation'
import { chooseProvider } from './choose-provider.ts'
import { execute } from './execute.ts'
import type { Inputs } from './inputs.ts'
import { Journal } from './journal.ts'
import { checkMigrations } from './migrations/check-migrations.ts'
import { type Ending, type Outcome, Stop, worstOf } from './outcome.ts'
import type { PrivateFolder } from './private-folder.ts'
import { prove } from './prove.ts'
import type { Change, Snapshot } from './provider.ts'
import { knownGoodIn, withRecord } from './record/record-evidence.ts'
import { type RecordEntry, readRecord } from './record/record-file.ts'
import { recordGood, recordRollbacks } from './record-events.ts'
import type { Edges, Step } from './step.ts'
import { type Decision, decide, staleCurrent, type Wish } from './target/decide.ts'
import { whyTaken } from './target/evidence.ts'
import { describe } from './target/wording.ts'

/** Reads, decides, and in mode execute writes and proves. @throws ActionError */
export async function run(inputs: Inputs, edges: Edges): Promise<Outcome> {
  const journal = new Journal(inputs, edges)
  const startMs = edges.clock.now()
  const leftMs = () => Math.max(0, startMs + inputs.timeoutMs - edges.clock.now())
  const story = async (folder: PrivateFolder): Promise<Ending> => {
    const entries = inputs.recordPath === '' ? [] : readRecord(inputs.recordPath)
    const provider = await journal.phase('prepare', () => chooseProvider(inputs, { ...edges, folder }))
    try {
      return await tell({ inputs, edges, provider, journal, leftMs }, entries)
    } finally {
      provider.close()
    }
  }
  const ending = await cancellable(edges.signal)(
    edges.inFolder(story).catch((error: unknown) => endingOfStop(error, journal)),
  )
  return { ...journal.progress(), ...ending }
}

/** After a write, what could not be read leaves open what there is now. */
function endingOfStop(error: unknown, journal: Journal): Ending {
  if (!(error instanceof Stop)) throw error
  const { ending } = error
  if (!journal.progress().isWritten) return ending
  return { outcome: 'unknown', reasonCode: 'connection-lost', sentence: ending.sentence }
}

/** The story, once the platform is prepared. @throws Stop, ActionError */
export async function tell(step: Step, entries: readonly RecordEntry[]): Promise<Ending> {
  const { inputs, journal, provider } = step
  journal.read({ server: provider.server, uid: '' }, provider.lookAt(), [])
  const { cluster, snapshots, warnings } = await journal.phase('read', () => provider.read())
  journal.read(cluster, provider.lookAt(), warnings)
  const known = snapshots.map((snapshot) => withRecord(snapshot, entries))
  if (inputs.mode === 'record') return refuseStale(step, known) ?? (await recordGood(step, snapshots))
  const decisions = known.map((snapshot) => decideOn(step, snapshot, entries))
  const stop = worstOf(decisions.flatMap(({ verdict }) => (verdict.kind === 'stop' ? [verdict.ending] : [])))
  if (stop !== undefined) return stop
  const changes = decisions.flatMap(({ snapshot, verdict }): Change[] =>
    verdict.kind === 'change' ? [{ snapshot, target: verdict.target }] : [],
  )
  const blocked = await journal.phase('migrations', () => checkMigrations(step, changes))
  if (blocked !== undefined) return blocked
  const refused = await journal.phase('dry run', () => rehearse(step, changes))
  if (refused !== undefined) return refused
  if (inputs.mode === 'plan' && changes.length > 0) return planned(journal)
  const awaited = decisions.flatMap(({ snapshot, verdict }) =>
    verdict.kind === 'await' ? [{ snapshot, ending: verdict.ending }] : [],
  )
  if (changes.length === 0) return await prove(step, awaited)
  try {
    return await execute(step, changes, awaited)
  } finally {
    recordRollbacks(step)
  }
}

/** What nobody has seen is not recorded as good. */
function refuseStale({ inputs, journal }: Step, snapshots: readonly Snapshot[]): Ending | undefined {
  const endings = snapshots.flatMap((snapshot) => {
    const ending = staleCurrent(snapshot, wishFor(inputs, snapshot.subject.name))
    if (ending === undefined) return []
    journal.recording(snapshot, ending)
    return [ending]
  })
  return worstOf(endings)
}

interface Decided extends Decision {
  readonly snapshot: Snapshot
}

function decideOn({ inputs, journal, edges }: Step, snapshot: Snapshot, entries: readonly RecordEntry[]): Decided {
  const { subject } = snapshot
  const evidence = { record: knownGoodIn(entries, subject.id), cluster: snapshot.knownGood }
  const decision = decide(snapshot, wishFor(inputs, subject.name), evidence)
  journal.decided(snapshot, decision)
  const { verdict } = decision
  edges.log.info(
    verdict.kind === 'change'
      ? `${subject.name}: ${snapshot.current} → ${describe(verdict.target)}: ${whyTaken[verdict.evidence]}`
      : verdict.ending.sentence,
  )
  return { snapshot, ...decision }
}

function wishFor({ to, expectedCurrent, deny, sources, requireEvidence }: Inputs, subject: string): Wish {
  const wanted = typeof to === 'string' ? to : (to.of(subject) ?? 'last-known-good')
  return { to: wanted, expectedCurrent: expectedCurrent?.of(subject), deny, sources, requireEvidence }
}

/** All are tried before the first is written: one refusal stops all. */
async function rehearse({ provider, journal }: Step, changes: readonly Change[]): Promise<Ending | undefined> {
  for (const change of changes) {
    const refused = await provider.rehearse(change)
    if (refused === undefined) continue
    journal.ended(change.snapshot, refused)
    return refused
  }
  return undefined
}

function planned(journal: Journal): Ending {
  const { subjects } = journal.progress()
  const sentences = subjects.map(({ sentence }) => sentence)
  return { outcome: 'planned', reasonCode: 'ok', sentence: sentences.join('; ') }
}
