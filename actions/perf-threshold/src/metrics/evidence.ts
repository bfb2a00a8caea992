import type { Metrics } from '../inputs.ts'
import type { Range } from '../load-test/load-test.ts'
import { isMissing, type Missing } from '../quantity.ts'
import { type FiringAlerts, firingAlerts } from './alerts.ts'
import type { MetricsEdges } from './edges.ts'
import type { Extremes } from './extremes.ts'
import { queryExtremes } from './prometheus.ts'
import { type Window, windowOf } from './window.ts'

/** What Prometheus and Alertmanager say. */
export interface MetricsEvidence {
  readonly queries: ReadonlyMap<string, Extremes | Missing>
  /** Undefined: not asked. */
  readonly alerts: FiringAlerts | Missing | undefined
}

/**
 * Asks every query over the time of the load test, or without one over the last window; every answer says which.
 * @throws ActionError `cancelled`
 */
export async function askMetrics(
  metrics: Metrics,
  range: Range | undefined,
  edges: MetricsEdges,
): Promise<MetricsEvidence> {
  const { prometheus, queries, alerts } = metrics
  const window = windowOf(range, metrics, edges.clock.date().getTime())
  const answers = new Map<string, Extremes | Missing>()
  for (const { name, promql } of prometheus === undefined ? [] : queries) {
    if (prometheus === undefined) continue
    const answer = await queryExtremes(promql, { server: prometheus, range: window.range }, edges)
    answers.set(name, withWindow(answer, name, window))
  }
  return { queries: answers, alerts: alerts && (await firingAlerts(alerts, edges)) }
}

/** What is to be known of an answer names its query; the window is the same for all. */
function withWindow(answer: Extremes | Missing, name: string, { said, isAnother }: Window): Extremes | Missing {
  if (isMissing(answer)) return { ...answer, detail: `${answer.detail}. ${said}` }
  const own = (sentences: readonly string[]) => sentences.map((sentence) => `prometheus.${name}: ${sentence}`)
  return {
    ...answer,
    notes: [...own(answer.notes), ...(isAnother ? [] : [`${said}.`])],
    warnings: [...own(answer.warnings), ...(isAnother ? [`${said}.`] : [])],
  }
}
