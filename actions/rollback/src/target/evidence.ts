import type { Candidate, KnownGood } from '../provider.ts'

/** From where a version is known to be good; the first that yields one counts. */
export const ladder = ['record', 'github-deployments', 'cluster', 'provider'] as const
export type Source = (typeof ladder)[number]
export type Rung = 'explicit' | 'serving' | Source

/** Why a version is taken, for people. */
export const whyTaken: Readonly<Record<Rung, string>> = {
  explicit: 'it was named',
  serving: 'it is what serves',
  record: 'the record says that it was good',
  'github-deployments': 'its deployment on GitHub succeeded',
  cluster: 'its mark in the cluster says that it was good',
  provider: 'nothing proves that it was good, but it served before',
}

/** What is known to be good of one subject, by where it is known from, newest first. */
export type Evidence = Readonly<Partial<Record<Source, readonly KnownGood[]>>>

/** Without what was said before the candidate became what it is. */
export function stillAbout(candidates: readonly Candidate[], evidence: Evidence): Evidence {
  const sinceOf = (version: string) => candidates.find((candidate) => candidate.version === version)?.since
  const holds = ({ version, at }: KnownGood) => !(Date.parse(at) < Date.parse(sinceOf(version) ?? ''))
  const kept = Object.entries(evidence).map(([source, known]) => [source, known?.filter(holds) ?? []] as const)
  return Object.fromEntries(kept)
}

/** The best of these sources that says that a version was good. */
export function proofOf(version: string, evidence: Evidence, sources: readonly Source[]): Source | undefined {
  const among = ladder.filter((source) => sources.includes(source))
  return among.find((source) => evidence[source]?.some((one) => one.version === version))
}

/** The worst of the rungs, for several subjects. */
export function weakestOf(rungs: readonly Rung[]): Rung | '' {
  const order: readonly Rung[] = ['explicit', 'serving', ...ladder]
  return rungs.reduce<Rung | ''>((weakest, rung) => {
    return weakest === '' || order.indexOf(rung) > order.indexOf(weakest) ? rung : weakest
  }, '')
}
