import type { Gate } from '../gates/gate.ts'
import type { Population, Stretch } from '../load-test/load-test.ts'
import { isMissing, type Known, type Missing, type Quantity } from '../quantity.ts'
import { judgeSubjects } from './each.ts'
import { type Evidence, lacksSamples } from './evidence.ts'
import { type Judgement, judgeValue, undecided } from './judgement.ts'
import { leastSamples } from './measure.ts'
import { allFailed } from './subject.ts'

/** Judges how much slower the last third of the run is than the first. */
export function judgeDrift(gate: Gate, share: number, evidence: Evidence): Judgement {
  return judgeSubjects(gate, evidence.test, (subject, test) => {
    const { name, endpoints, population } = subject
    // A hair longer than a third, so that no fourth stretch is left over.
    const third = ((test.durationMs ?? 0) / 3) * (1 + 1e-9) || 1
    const tooFew = lacksSamples({ kind: 'percentile', share }, population, evidence.minSamples)
    const value = tooFew ?? driftOf(test.stretches(third, endpoints), share)
    if (isMissing(value)) return undecided(gate, value, name)
    return { ...judgeValue(gate, value, name), warnings: allFailed(gate.measure, subject) }
  })
}

/** How much the percentile of the last third is over that of the first, as a share of it. */
function driftOf(stretches: readonly Stretch[] | Missing, share: number): Known {
  if ('missing' in stretches) return stretches
  const before = percentileOf(stretches[0], share)
  const after = percentileOf(stretches[2], share)
  if (isMissing(before)) return before
  return isMissing(after) ? after : growth(before, after)
}

function percentileOf(third: Stretch | undefined, share: number): Known {
  const needed = Math.ceil(leastSamples(share) / 5)
  const { judged } = third?.population ?? nobody
  if (isMissing(judged) || judged.low < needed) {
    return {
      missing: 'too-few-samples',
      detail: `too few requests: the first or the last third of the run has fewer than ${needed}`,
    }
  }
  return third?.population.percentile(share) ?? nothing
}

const nothing: Missing = { missing: 'empty-results', detail: 'there are no requests' }
const nobody: Pick<Population, 'judged'> = { judged: nothing }

function growth(before: Quantity, after: Quantity): Known {
  if (before.low === 0)
    return { missing: 'not-a-number', detail: 'the latency of the first third is 0, so there is no ratio' }
  const ratio = (part: number | undefined, whole: number | undefined) =>
    part === undefined || whole === undefined ? undefined : part / whole - 1
  return {
    value: ratio(after.value, before.value),
    low: after.low / before.high - 1,
    high: after.high / before.low - 1,
    fidelity: after.fidelity,
  }
}
