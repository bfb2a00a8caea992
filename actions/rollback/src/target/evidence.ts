import type { KnownGood } from '../provider.ts'

/** From where a version is known to be good; the first that yields one counts. */
export const ladder = ['record', 'github-deployments', 'cluster', 'provider'] as const
export type Source = (typeof ladder)[number]
export type Rung = 'explicit' | 'serving' | Source

/** What is known to be good of one subject, by where it is known from, newest first. */
export type Evidence = Readonly<Partial<Record<Source, readonly KnownGood[]>>>

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
