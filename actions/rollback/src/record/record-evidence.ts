import type { KnownGood, Snapshot } from '../provider.ts'
import type { RecordEntry } from './record-file.ts'

/** What the record says is good of a subject, newest first. */
export function knownGoodIn(entries: readonly RecordEntry[], subject: string): KnownGood[] {
  const own = entries.filter((entry) => entry.subject === subject && entry.event === 'known-good')
  return own.map(({ version, at }) => ({ version, at })).reverse()
}

/** The snapshot with what the record knows beside the platform: what was rolled back from, and commits. */
export function withRecord(snapshot: Snapshot, entries: readonly RecordEntry[]): Snapshot {
  const own = entries.filter(({ subject }) => subject === snapshot.subject.id)
  const undone = own.filter(({ event, outcome }) => event === 'rollback' && reached.includes(outcome ?? ''))
  // What was gone back to later is forgiven, as in the mark.
  const left = undone.reduce<string[]>((before, { from = '', to }) => [...before.filter((one) => one !== to), from], [])
  const { versions, at } = snapshot.undone
  const commits = new Map(
    own
      .filter(({ event, commit }) => event === 'known-good' && commit !== '')
      .map(({ version, commit = '' }) => [version, commit]),
  )
  return {
    ...snapshot,
    undone: {
      versions: [...new Set([...versions, ...left])],
      at: [at, ...undone.map((entry) => entry.at)].toSorted().at(-1) ?? '',
    },
    candidates: snapshot.candidates.map((candidate) => {
      const commit = commits.get(candidate.version)
      return commit === undefined || candidate.commit !== undefined ? candidate : { ...candidate, commit }
    }),
  }
}

/** In these the version that was rolled back from was really left. */
const reached = ['rolled-back', 'rolled-back-unhealthy', 'not-converged']
