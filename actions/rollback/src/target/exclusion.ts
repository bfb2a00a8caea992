import type { Candidate, Snapshot } from '../provider.ts'
import type { Evidence } from './evidence.ts'
import { names, type Reference } from './reference.ts'

/** Why a candidate is passed over. */
export type WhyNot =
  | 'current'
  | 'same-content'
  | 'denied'
  | 'rolled-back-from'
  | 'missing-dependency'
  | 'failed'
  | 'unproven'

export interface Exclusion {
  readonly whyNot: WhyNot
  readonly detail: string
}

/** What speaks against a candidate, whatever speaks for it; the first of the reasons in this order. */
export function exclusionOf(
  candidate: Candidate,
  snapshot: Snapshot,
  { deny, evidence }: { readonly deny: readonly Reference[]; readonly evidence: Evidence },
): Exclusion | undefined {
  const { version, fingerprint, obstacle } = candidate
  const current = snapshot.candidates.find((one) => one.version === snapshot.current)
  if (version === snapshot.current) return { whyNot: 'current', detail: '' }
  if (fingerprint === current?.fingerprint)
    return { whyNot: 'same-content', detail: 'differs only in when it was restarted' }
  const denied = deny.find((reference) => names(reference, candidate))
  if (denied !== undefined) return { whyNot: 'denied', detail: `deny names ${denied.text}` }
  if (isUndone(candidate, snapshot, evidence)) return { whyNot: 'rolled-back-from', detail: '' }
  return obstacle
}

/** A version that was found to be good later than it was rolled back from is good again. */
function isUndone({ version, fingerprint, since }: Candidate, snapshot: Snapshot, evidence: Evidence): boolean {
  const { undone, candidates } = snapshot
  const contents = candidates.filter((one) => undone.versions.includes(one.version)).map((one) => one.fingerprint)
  if (!undone.versions.includes(version) && !contents.includes(fingerprint)) return false
  if (since !== undefined && Date.parse(since) > Date.parse(undone.at)) return false
  const proofs = Object.values(evidence).flatMap((known) => known ?? [])
  return !proofs.some((proof) => proof.version === version && Date.parse(proof.at) > Date.parse(undone.at))
}
