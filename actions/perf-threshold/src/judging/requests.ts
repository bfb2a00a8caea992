import { compare, marginOf } from '../gates/compare.ts'
import type { Gate } from '../gates/gate.ts'
import { percentileInterval } from '../load-test/confidence.ts'
import { exactly, isMissing, type Known, type Missing, type Quantity } from '../quantity.ts'
import { type Reference, referenceOf, sameIn } from './baseline.ts'
import { judgeSubjects } from './each.ts'
import { type Evidence, lacksSamples, type RequestGate } from './evidence.ts'
import { type Judgement, sentence, undecided, verdictOf, withoutValue } from './judgement.ts'
import { formatValue, measured } from './measure.ts'
import { allFailed, type Subject } from './subject.ts'

/** Judges a gate on requests over the whole run. */
export function judgeRequests(gate: RequestGate, evidence: Evidence): Judgement {
  return judgeSubjects(gate, evidence.test, (subject) => judgeSubject(gate, subject, evidence))
}

function judgeSubject(gate: RequestGate, subject: Subject, evidence: Evidence): Judgement {
  const { measure, limit: wanted } = gate
  const { population } = subject
  const { baseline } = evidence
  if (wanted.kind === 'baseline' && baseline !== undefined && 'missing' in baseline) {
    return withoutBaseline(gate, baseline, evidence)
  }
  const tooFew = lacksSamples(measure, population, evidence.minSamples)
  const value = tooFew ?? measured(measure, population)
  const reference = limitOf(gate, subject, evidence)
  if (isMissing(value)) return undecided(gate, value, subject.name)
  if ('missing' in reference) return undecided(gate, reference, subject.name)
  const { limit } = reference
  const observed = { gate, subject: subject.name, value, limit, baseline: reference.value }
  const interval = measure.kind === 'percentile' ? percentileInterval(population.latencies, measure.share) : undefined
  return {
    ...observed,
    ...verdictOf(compare(value, gate.operator, limit), value),
    detail: sentence(gate, observed),
    window: undefined,
    remarks: [],
    margin: marginOf(gate.operator, value, limit),
    count: numberOf(measure.kind === 'percentile' ? population.judged : population.count),
    interval,
    notes: notesOn(gate, reference),
    warnings: allFailed(measure, subject),
  }
}

function limitOf(
  gate: RequestGate,
  { endpoints, population }: Subject,
  { baseline, minSamples }: Evidence,
): (Partial<Reference> & { readonly limit: Quantity }) | Missing {
  const { limit } = gate
  if (limit.kind === 'number') return { limit: exactly(limit.value) }
  if (baseline === undefined) return noBaseline
  if ('missing' in baseline) return baseline
  const same = sameIn(baseline, endpoints)
  return 'missing' in same
    ? same
    : referenceOf(gate.measure, { current: population, baseline: same, minSamples }, limit)
}

function numberOf(known: Known): number | undefined {
  return isMissing(known) ? undefined : known.value
}

const noBaseline: Missing = { missing: 'baseline-missing', detail: 'there is no baseline' }

/** That there is none yet is as it should be on the first run; one that cannot be read is not. */
function withoutBaseline(gate: Gate, { missing, detail }: Missing, { baselineMissing }: Evidence): Judgement {
  const isFirstRun = missing === 'baseline-missing' && baselineMissing === 'warn'
  return withoutValue(gate, { finding: missing, detail, verdict: isFirstRun ? 'skipped' : 'undecided' })
}

function notesOn({ source }: Gate, { beyondNoise, visibleChange }: Partial<Reference>): string[] {
  if (beyondNoise === undefined || visibleChange === undefined) return []
  const significance = `${beyondNoise ? '' : 'not '}statistically significant`
  const least = Number.isFinite(visibleChange)
    ? `smallest detectable change: ${formatValue(visibleChange, 'share', 2)}`
    : 'too few requests to detect any change'
  return [`${source}: the change is ${significance} (${least}).`]
}
