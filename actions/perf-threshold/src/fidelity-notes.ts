import { formatFidelity, type Judgement } from './judging/judgement.ts'
import type { Fidelity } from './quantity.ts'
import type { FiguresView } from './view.ts'

const meanings: Readonly<Record<Exclude<Fidelity['kind'], 'exact'>, string>> = {
  bucketed: 'the requests were counted in buckets; the true value is that near to the one shown',
  windowed:
    'the tool computed it from the last requests alone; a threshold on it is decided only where no others could change that',
  rounded:
    'the tool wrote rounded numbers; a threshold is decided only where all that round to them are on one side of its limit',
  bracketed:
    'the tool does not write it, but the two around it; a threshold is decided only where its limit is not between them',
}

/** What every way of knowing a number less than exactly means: a sentence each. */
export function fidelityNotes(judgements: readonly Judgement[], figures: FiguresView | undefined): string[] {
  const sentences = judgements.flatMap(({ value, limit, baseline }) =>
    [value, limit, baseline].flatMap((quantity) =>
      quantity === undefined ? [] : sentenceOn(quantity.fidelity.kind, formatFidelity(quantity)),
    ),
  )
  return [...new Set([...sentences, ...onFigures(figures)])]
}

/** The figures stand in the table of endpoints, also where no gate is about them. */
function onFigures(figures: FiguresView | undefined): string[] {
  const fidelity = figures?.p95?.fidelity ?? 'exact'
  const kind = kinds.find((candidate) => fidelity.startsWith(candidate))
  return kind === undefined ? [] : sentenceOn(kind, fidelity)
}

const kinds = ['bucketed', 'windowed', 'rounded', 'bracketed'] as const

function sentenceOn(kind: Fidelity['kind'], fidelity: string): string[] {
  return kind === 'exact' ? [] : [`${fidelity}: ${meanings[kind]}.`]
}
