import { formatFidelity, type Judgement } from './judging/judgement.ts'
import type { Fidelity } from './quantity.ts'

const meanings: Readonly<Record<Exclude<Fidelity['kind'], 'exact'>, string>> = {
  bucketed: 'requests were counted in buckets, so the true value is only known to be within this range',
  windowed: 'the load tool computed the value from its last requests only',
  rounded: 'the load tool wrote a rounded value; the limit is within the rounding',
  bracketed: 'the load tool reports only the values on either side, and the limit is between them',
}

/** What the precision means that kept a threshold undecided: a sentence each. */
export function fidelityNotes(judgements: readonly Judgement[]): string[] {
  const undecided = judgements.filter(({ finding }) => finding === 'rounded-too-coarsely')
  const sentences = undecided.flatMap(({ value, limit }) =>
    [value, limit].flatMap((quantity) => {
      const kind = quantity?.fidelity.kind ?? 'exact'
      return quantity === undefined || kind === 'exact' ? [] : [`${formatFidelity(quantity)}: ${meanings[kind]}.`]
    }),
  )
  return [...new Set(sentences)]
}
