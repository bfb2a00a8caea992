import { wantsLess } from '../gates/compare.ts'
import type { Gate, Measure } from '../gates/gate.ts'
import { alertsMatching, nameAlerts } from '../metrics/alerts.ts'
import type { MetricsEvidence } from '../metrics/evidence.ts'
import type { Extremes } from '../metrics/extremes.ts'
import { seriesName } from '../metrics/labels.ts'
import { exactly, isMissing, type Missing } from '../quantity.ts'
import { type Judgement, judgeValue, undecided } from './judgement.ts'

const notAsked: Missing = { missing: 'metrics-unreachable', detail: 'it was not queried' }

/** Judges the worst value of a query: every series has to hold, at every point. */
export function judgeQuery(gate: Gate, name: string, { queries }: MetricsEvidence): Judgement {
  const answer = queries.get(name) ?? notAsked
  if (isMissing(answer)) return undecided(gate, answer)
  const worst = worstOf(gate, answer)
  const [doubt = unseen(gate, answer)] = answer.doubts
  const { notes, warnings } = answer
  if (worst === undefined) return { ...undecided(gate, doubt ?? notAsked), notes, warnings }
  const judgement = judgeValue(gate, worst.value, worst.subject)
  // A breach stays one, however much else is not known.
  const isDecided = judgement.verdict === 'failed' || doubt === undefined
  return { ...(isDecided ? judgement : undecided(gate, doubt)), notes, warnings }
}

/** Only the extremes are known: whether a value between them was the forbidden one, nobody can say. */
function unseen({ operator, limit }: Gate, { series }: Extremes): Missing | undefined {
  if (series.length === 0) return { missing: 'metrics-empty', detail: 'the query returned no value' }
  if (operator !== '!=' || limit.kind !== 'number') return undefined
  const crossing = series.find(({ minimum, maximum }) => minimum < limit.value && limit.value < maximum)
  if (crossing === undefined) return undefined
  const { labels, minimum, maximum } = crossing
  const detail = `${seriesName(labels)} ranges from ${minimum} to ${maximum}; whether it was ${limit.value} in between is not known`
  return { missing: 'metrics-ambiguous', detail }
}

function worstOf(gate: Gate, { series }: Extremes) {
  const points = series.flatMap(({ labels, minimum, maximum }) =>
    [minimum, maximum].map((value) => ({ value, subject: series.length === 1 ? undefined : seriesName(labels) })),
  )
  const [worst] = points.toSorted((one, other) => badness(gate, other.value) - badness(gate, one.value))
  return worst && { ...worst, value: exactly(worst.value) }
}

/** The greater, the worse. */
function badness({ operator, limit }: Gate, value: number): number {
  if (operator !== '==' && operator !== '!=') return wantsLess(operator) ? value : -value
  const distance = Math.abs(value - (limit.kind === 'number' ? limit.value : 0))
  return operator === '==' ? distance : -distance
}

/** Judges how many alerts are firing. */
export function judgeAlerts(
  gate: Gate,
  { labels }: Measure & { kind: 'alerts' },
  { alerts = notAsked }: MetricsEvidence,
): Judgement {
  if (isMissing(alerts)) return undecided(gate, alerts)
  const firing = alertsMatching(alerts.alerts, labels)
  if (isMissing(firing)) return undecided(gate, firing)
  const judgement = judgeValue(gate, exactly(firing.length), undefined)
  const isTooMany = wantsLess(gate.operator) && gate.limit.kind === 'number' && firing.length >= gate.limit.value
  const isFiring = judgement.verdict === 'failed' && firing.length > 0 && isTooMany
  const finding = isFiring ? 'alerts-firing' : judgement.finding
  const remarks = firing.length === 0 ? [] : [nameAlerts(firing)]
  return { ...judgement, finding, remarks, detail: [judgement.detail, ...remarks].join(': ') }
}
