import type { Candidate, Snapshot } from '../../src/provider.ts'
import type { Wish } from '../../src/target/decide.ts'
import { ladder } from '../../src/target/evidence.ts'

/** A version that is like any other but for what a test is about. */
export function candidate(version: string, more: Partial<Candidate> = {}): Candidate {
  return {
    version: `template:${version}`,
    revision: '',
    at: '2026-12-01T02:00:00Z',
    images: [`app:${version}`],
    fingerprint: version,
    serves: false,
    ...more,
  }
}

/** A workload with these versions, newest first; the first one is live. */
export function snapshot(candidates: readonly Candidate[], more: Partial<Snapshot> = {}): Snapshot {
  return {
    subject: { name: 'deployment/app', id: 'deployment/shop/app@uid' },
    current: candidates[0]?.version ?? '',
    candidates,
    undone: { versions: [], at: '' },
    knownGood: [],
    warnings: [],
    ...more,
  }
}

export function wish(more: Partial<Wish> = {}): Wish {
  return {
    to: 'last-known-good',
    expectedCurrent: undefined,
    deny: [],
    sources: ladder,
    requireEvidence: false,
    ...more,
  }
}
