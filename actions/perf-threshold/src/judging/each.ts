import type { Gate } from '../gates/gate.ts'
import type { LoadTest } from '../load-test/load-test.ts'
import type { Missing } from '../quantity.ts'
import { allBreaches, type Breaches, breachesOf, endpointOf, inParentheses, shareRemark } from './breaches.ts'
import { type Judgement, undecided } from './judgement.ts'
import { nameOf } from './measure.ts'
import { type Subject, subjectsOf } from './subject.ts'

/** Judges those whom the gate is about: all as one, those that match as one, or each for itself. */
export function judgeSubjects(
  gate: Gate,
  test: LoadTest | Missing,
  judgeSubject: (subject: Subject, test: LoadTest) => Judgement,
): Judgement {
  if ('missing' in test) return undecided(gate, test)
  const subjects = subjectsOf(gate.scope, test)
  if ('missing' in subjects) return undecided(gate, subjects)
  const judgements = subjects.map((subject) => judgeSubject(subject, test))
  const [only] = judgements
  if (gate.scope.kind !== 'each' && only !== undefined) return only
  return worstOfEach(gate, judgements, (index) => subjects[index] && endpointOf(subjects[index]))
}

/** The one that is worst, and what is said of all. */
function worstOfEach(
  gate: Gate,
  judgements: readonly Judgement[],
  endpointAt: (index: number) => string | undefined,
): Judgement {
  const small = judgements.filter(isSmall)
  const decided = judgements.filter((judgement) => !isSmall(judgement))
  const warnings = [...new Set(judgements.flatMap((judgement) => judgement.warnings))]
  const worst = worstOf(decided)
  if (worst === undefined) {
    const detail = `too few requests for ${nameOf(gate.measure)} at each of ${judgements.length} endpoints (min-samples)`
    return { ...undecided(gate, { missing: 'too-few-samples', detail }), warnings }
  }
  const names = listed(small.map(({ subject }) => subject ?? ''))
  const notes =
    small.length === 0
      ? []
      : [`${gate.source}: ${small.length} of ${judgements.length} endpoints not judged, too few requests: ${names}.`]
  const failed = decided.filter(({ verdict }) => verdict === 'failed').length
  const share = shareRemark({ count: failed, of: decided.length }, 'endpoints')
  return {
    ...worst,
    detail: `${worst.detail}${inParentheses(share)}`,
    remarks: [...worst.remarks, ...share],
    breaches: breachesOfEach(judgements, endpointAt),
    notes: [...new Set([...worst.notes, ...notes])],
    warnings,
  }
}

/** Those of the stretches of all of them, or the endpoints themselves. */
function breachesOfEach(judgements: readonly Judgement[], endpointAt: (index: number) => string | undefined): Breaches {
  const parts = judgements.flatMap(({ breaches }) => breaches ?? [])
  if (parts.length > 0) return allBreaches(parts)
  const judged = [...judgements.entries()].filter(([, judgement]) => !isSmall(judgement))
  return breachesOf(
    judged.map(([, judgement]) => judgement),
    (index) => ({ endpoint: endpointAt(judged[index]?.[0] ?? -1), stretch: undefined }),
  )
}

function isSmall({ finding }: Judgement): boolean {
  return finding === 'too-few-samples' || finding === 'empty-results'
}

const mostListed = 10

/** The first few of them. */
export function listed(names: readonly string[]): string {
  const rest = names.length - mostListed
  return `${names.slice(0, mostListed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** A broken limit, then an open one, then the one with the least margin; undefined of none. */
export function worstOf(judgements: readonly Judgement[]): Judgement | undefined {
  return judgements.toSorted((one, other) => rank(one) - rank(other) || (one.margin ?? 0) - (other.margin ?? 0))[0]
}

function rank({ verdict }: Judgement): number {
  return ['failed', 'undecided', 'skipped', 'passed'].indexOf(verdict)
}
