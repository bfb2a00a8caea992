import type { Metrics } from '../inputs.ts'
import type { Range } from '../load-test/load-test.ts'
import type { Missing } from '../quantity.ts'
import { type FiringAlerts, firingAlerts } from './alerts.ts'
import type { MetricsEdges } from './edges.ts'
import type { Extremes } from './extremes.ts'
import { queryExtremes } from './prometheus.ts'

/** What Prometheus and Alertmanager say. */
export interface MetricsEvidence {
  readonly queries: ReadonlyMap<string, Extremes | Missing>
  /** Undefined: not asked. */
  readonly alerts: FiringAlerts | Missing | undefined
}

/**
 * Asks every query over the time of the load test, or without one over the last window.
 * @throws ActionError `cancelled`
 */
export async function askMetrics(
  { prometheus, queries, windowMs, alerts }: Metrics,
  range: Range | undefined,
  edges: MetricsEdges,
): Promise<MetricsEvidence> {
  const now = edges.clock.date().getTime()
  const over = range ?? { startMs: now - windowMs, endMs: now }
  const answers = new Map<string, Extremes | Missing>()
  for (const { name, promql } of prometheus === undefined ? [] : queries) {
    if (prometheus !== undefined)
      answers.set(name, await queryExtremes(promql, { server: prometheus, range: over }, edges))
  }
  return { queries: answers, alerts: alerts && (await firingAlerts(alerts, edges)) }
}
