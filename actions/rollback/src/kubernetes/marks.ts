import * as v from 'valibot'
import type { KnownGood } from '../provider.ts'

/** What the action notes on the workload or Service itself. */
export const rolledBackKey = 'deploy-safety.actions/rolled-back'
export const knownGoodKey = 'deploy-safety.actions/known-good'

const mostUndone = 10
const mostGood = 10

const rolledBack = v.looseObject({
  from: v.string(),
  to: v.string(),
  at: v.string(),
  run: v.optional(v.string(), ''),
  by: v.optional(v.string(), ''),
  reason: v.optional(v.string(), ''),
  undone: v.optional(v.array(v.string()), []),
})

const knownGood = v.array(v.looseObject({ version: v.string(), at: v.string(), run: v.optional(v.string(), '') }))

export type RolledBackMark = v.InferOutput<typeof rolledBack>
export type KnownGoodMark = v.InferOutput<typeof knownGood>[number]

export interface Marks {
  readonly rolledBack: RolledBackMark | undefined
  readonly knownGood: readonly KnownGoodMark[]
  /** What of them cannot be read. */
  readonly warnings: readonly string[]
}

type Annotations = Readonly<Record<string, string>>

/** Reads what earlier runs have noted. Somebody can have written anything there: what is no mark counts as none. */
export function readMarks(annotations: Annotations = {}): Marks {
  const warnings: string[] = []
  const reading = <Schema extends v.GenericSchema>(key: string, schema: Schema): v.InferOutput<Schema> | undefined => {
    const text = annotations[key]
    if (text === undefined) return undefined
    const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text)
    if (result.success) return result.output
    warnings.push(`The annotation ${key} is not what this action writes, and was passed over.`)
    return undefined
  }
  return { rolledBack: reading(rolledBackKey, rolledBack), knownGood: reading(knownGoodKey, knownGood) ?? [], warnings }
}

/** The mark of a rollback. What was rolled back from before stays known, and what is gone back to is forgiven. */
export function rolledBackMark(mark: Omit<RolledBackMark, 'undone'>, before: RolledBackMark | undefined): string {
  const { from, to } = mark
  const undone = [from, ...(before?.undone ?? []).filter((version) => version !== from && version !== to)]
  return JSON.stringify({ ...mark, undone: undone.slice(0, mostUndone) })
}

/** The mark of a good version, in front of those that were good before. */
export function knownGoodMark(mark: KnownGoodMark, before: readonly KnownGoodMark[]): string {
  const others = before.filter(({ version }) => version !== mark.version)
  return JSON.stringify([mark, ...others].slice(0, mostGood))
}

/** As evidence, newest first. */
export function evidenceOf({ knownGood }: Marks): KnownGood[] {
  return knownGood
    .map(({ version, at }) => ({ version, at }))
    .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at))
}
