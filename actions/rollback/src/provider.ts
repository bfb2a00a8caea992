import type { ClusterIdentity, Ending, Subject } from './outcome.ts'

/** A version that is or was live. */
export interface Candidate {
  /** What it is by its content: `template:5b7569ff85`. */
  readonly version: string
  /** The number that people see. Rolling back renumbers, so it is no identity. */
  readonly revision: string
  /** When it came into being, in ISO 8601. */
  readonly at: string
  readonly images: readonly string[]
  /** Two candidates with the same one would do the same. */
  readonly fingerprint: string
  /** The commit that it was built from, as far as the provider knows it. */
  readonly commit?: string
  /** Other words for it that `to` may use. */
  readonly names?: readonly string[]
  /** For how long it was the newest; undefined: not known. */
  readonly servedMs?: number
  /** What was said of it before, in ISO 8601, is about something else: a colour is a place, not a content. */
  readonly since?: string
  /** It serves at this moment. */
  readonly serves: boolean
  /** What speaks against it in the platform itself. */
  readonly obstacle?: Obstacle
  /** For the table: how long it served, and what would change. */
  readonly detail?: string
  /** Warnings, when it is chosen. */
  readonly notes?: readonly string[]
}

export interface Obstacle {
  readonly whyNot: 'missing-dependency' | 'failed'
  readonly detail: string
}

/** A version that was said to be good, and when, in ISO 8601. */
export interface KnownGood {
  readonly version: string
  readonly at: string
}

/** What a provider knows of a subject before anything is written. */
export interface Snapshot {
  readonly subject: Subject
  /** The one that is live by the wish of whoever deployed last. */
  readonly current: string
  /** Newest first, the current one among them. */
  readonly candidates: readonly Candidate[]
  /** Why the current version counts as brought back itself; undefined when it was deployed. */
  readonly broughtBack?: string
  /** What was rolled back from, and when last, in ISO 8601. */
  readonly undone: { readonly versions: readonly string[]; readonly at: string }
  /** Marked in the platform as good, newest first. */
  readonly knownGood: readonly KnownGood[]
  readonly warnings: readonly string[]
  /** Why nothing may be written to it, whatever the target. */
  readonly refusal?: Ending
}

/** A write that is decided. */
export interface Change {
  readonly snapshot: Snapshot
  readonly target: Candidate
}

/** Nothing more to say when it went well; otherwise how it ended. */
export type Step = Ending | undefined

/** Everything that is read before the first write. */
export interface Read {
  readonly cluster: ClusterIdentity | undefined
  readonly snapshots: readonly Snapshot[]
  readonly warnings: readonly string[]
}

/** What is different from one platform to the next; all else is common. */
export interface Provider {
  /** Where it is, as far as that is known before anything is read. */
  readonly server: string
  /** Reads every subject, and refuses what it must not touch. @throws Stop */
  read(): Promise<Read>
  /** Tries the write without writing. */
  rehearse(change: Change): Promise<Step>
  /** Writes once. What is not known to have been written is read back first. */
  write(change: Change): Promise<Step>
  /** Waits until it is up: the version that was written, or the one that runs when nothing was. */
  settle(snapshot: Snapshot, limitMs: number): Promise<Step>
  /** Watches that it stays so. */
  watch(snapshot: Snapshot, windowMs: number): Promise<Step>
  /** Undoes the write, where an unhealthy target does not stay. @param why in one sentence */
  switchBack?(change: Change, why: string): Promise<Ending>
  /** Marks the current version as good. */
  markGood(snapshot: Snapshot): Promise<Step>
  /** The command that shows what there is now. */
  lookAt(): string
  /** Stops what still runs. */
  close(): void
}
