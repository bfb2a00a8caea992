import { compare, marginOf, wantsLess } from '../gates/compare.ts'
import { type Interval, percentileInterval, percentileIntervals, shareInterval } from '../load-test/confidence.ts'
import type { Population, Stretch } from '../load-test/load-test.ts'
import { exactly, isMissing, type Missing, type Quantity } from '../quantity.ts'
import { beyondLimit, breachesOf, endpointOf, inParentheses, shareRemark } from './breaches.ts'
import { judgeSubjects, listed, worstOf } from './each.ts'
import { type Evidence, lacksSamples, type RequestGate } from './evidence.ts'
import { formatWindow, type Judgement, sentence, undecided, verdictOf } from './judgement.ts'
import { measured } from './measure.ts'
import { allFailed } from './subject.ts'

// Of fewer requests a percentile is chance: such a stretch is told of, and not judged.
const leastOfStretch = 20

/** Judges every stretch of the run, and fails on the worst. */
export function judgeStretches(gate: RequestGate, everyMs: number, { test, minSamples }: Evidence): Judgement {
  return judgeSubjects(gate, test, (subject, loadTest) => {
    const { name, endpoints, population } = subject
    const tooFew = lacksSamples(gate.measure, population, minSamples)
    const stretches = tooFew ?? loadTest.stretches(everyMs, endpoints)
    if ('missing' in stretches) return undecided(gate, stretches, name)
    const worst = worstStretch(stretches, gate, { name, everyMs, endpoint: endpointOf(subject) })
    return { ...worst, warnings: allFailed(gate.measure, subject) }
  })
}

function worstStretch(
  stretches: readonly Stretch[],
  gate: RequestGate,
  { name, everyMs, endpoint }: { name: string | undefined; everyMs: number; endpoint: string | undefined },
): Judgement {
  const small = stretches.filter((stretch) => !isJudged(gate, stretch))
  const large = stretches.filter((stretch) => isJudged(gate, stretch))
  const judged = large.map((stretch) => judgeStretch(gate, stretch, name))
  const worst = worstOf(judged)
  if (worst === undefined) return undecided(gate, noneJudged(gate, stretches.length, everyMs), name)
  const times = listed(small.map((stretch) => formatWindow(stretch)))
  const left =
    small.length === 0
      ? []
      : [`${gate.source}: ${small.length} of ${stretches.length} windows not judged, too small: ${times}.`]
  const breaches = breachesOf(judged, (index) => ({ endpoint, stretch: large[index] && timesIn(large[index]) }))
  const remarks = shareRemark(breaches, `windows ${beyondLimit(gate.operator)}`)
  const detail = `${worst.detail}${inParentheses(remarks)}`
  return { ...worst, detail, remarks, breaches, notes: [...worst.notes, ...left] }
}

function noneJudged(gate: RequestGate, stretches: number, everyMs: number): Missing {
  const length = `${everyMs / 1_000} s`
  const detail = isCounted(gate)
    ? `the run is shorter than one window of ${length}`
    : `too few requests: none of ${stretches} windows of ${length} has ${leastOfStretch}`
  return { missing: 'too-few-samples', detail }
}

/** A rest at the end has less of everything that is counted. */
function isJudged(gate: RequestGate, { whole, population: { count } }: Stretch): boolean {
  return isCounted(gate) ? whole : !isMissing(count) && count.low >= leastOfStretch
}

function isCounted({ measure: { kind } }: RequestGate): boolean {
  return kind === 'throughput' || kind === 'count' || kind === 'errors'
}

function timesIn({ fromMs, toMs }: Stretch) {
  return { fromMs, toMs }
}

function judgeStretch(gate: RequestGate, stretch: Stretch, name: string | undefined): Judgement {
  const { population } = stretch
  const value = measured(gate.measure, population)
  const window = timesIn(stretch)
  const where = `${name === undefined ? 'the window' : name} ${formatWindow(window)}`
  if (isMissing(value)) return undecided(gate, value, where)
  const limit = exactly(gate.limit.kind === 'number' ? gate.limit.value : Number.NaN)
  const sure = surely(gate, population, value)
  const compared = compare(sure, gate.operator, limit)
  const seen = { gate, subject: name, window, value, limit }
  const isOver = compared === 'kept' && compare(value, gate.operator, limit) === 'broken'
  return {
    ...seen,
    ...verdictOf(compared, value),
    detail: sentence(gate, seen),
    remarks: [],
    margin: marginOf(gate.operator, value, limit),
    count: isMissing(population.count) ? undefined : population.count.value,
    interval:
      gate.measure.kind === 'percentile' ? percentileInterval(population.latencies, gate.measure.share) : undefined,
    baseline: undefined,
    notes: isOver ? [`${where} is ${beyondLimit(gate.operator)}, but not significantly with so few requests.`] : [],
    warnings: [],
  }
}

/**
 * The end of the interval that speaks for the service: of many stretches of a healthy run, some are over the limit by
 * chance, so that only one that is so beyond chance is a breach.
 */
function surely({ measure, operator }: RequestGate, population: Population, value: Quantity): Quantity {
  const intervals = intervalsOf(measure, population)
  if (intervals === undefined) return value
  const [least, greatest] = intervals
  const isSure = population.border === undefined
  if (wantsLess(operator)) {
    const low = Math.min(least.low, value.low)
    return { ...value, value: undefined, low, high: isSure ? low : Math.max(low, greatest.low) }
  }
  const high = Math.max(greatest.high, value.high)
  return { ...value, value: undefined, low: isSure ? high : Math.min(high, least.high), high }
}

/** The interval with the least and with the greatest ends that it can have: the same where all requests surely belong. */
function intervalsOf(
  measure: RequestGate['measure'],
  population: Population,
): readonly [Interval, Interval] | undefined {
  if (measure.kind === 'percentile') return percentileIntervals(population, measure.share)
  const { errors, told = population.count } = population
  if (measure.kind !== 'error-rate' || isMissing(errors) || isMissing(told)) return undefined
  const [good, sureGood] = [told.high - errors.high, told.low - errors.low]
  return [shareInterval(errors.low, errors.low + good), shareInterval(errors.high, errors.high + sureGood)]
}
