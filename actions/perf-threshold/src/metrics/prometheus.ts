import { isMissing, type Missing } from '../quantity.ts'
import { ask, queryTimeoutMs } from './ask.ts'
import type { MetricsEdges } from './edges.ts'
import { type Extremes, extremesOf } from './extremes.ts'
import { type QueryResult, readResult } from './result.ts'
import { findSaturation } from './saturation.ts'
import type { MetricsServer } from './server.ts'

/** A stretch of time, in epoch milliseconds. */
export interface TimeRange {
  readonly startMs: number
  readonly endMs: number
}

/** Where and over which time to ask. */
export interface Scene {
  readonly server: MetricsServer
  readonly range: TimeRange
  /** How long one try may take; by default 10 s. */
  readonly timeoutMs?: number
}

/** No query asks for more points of a series. */
const mostPoints = 250
const shortestStepMs = 1_000

/**
 * Asks Prometheus over a stretch of time, and reduces every series to its extremes.
 * @throws ActionError `cancelled`
 */
export async function queryExtremes(promql: string, scene: Scene, edges: MetricsEdges): Promise<Extremes | Missing> {
  const result = await queryRange(promql, scene, edges)
  if (isMissing(result)) return result
  const { series, warnings, nativeHistograms } = result
  if (nativeHistograms > 0) {
    return { missing: 'metrics-ambiguous', detail: 'the query returned native histograms instead of numbers' }
  }
  if (series.every(({ samples }) => samples.length === 0)) {
    return { missing: 'metrics-empty', detail: 'the query returned no data in the window' }
  }
  const extremes = extremesOf(result, gridOf(scene.range).points)
  const saturation = await findSaturation(
    { promql, series },
    {
      values: (query) => queryRange(query, scene, edges),
      // Buckets are many series, and their bounds do not change from point to point.
      buckets: (query) => queryRange(query, { ...scene, most: 25 }, edges),
    },
  )
  return {
    series: extremes.series,
    doubts: [...extremes.doubts, ...saturation.doubts],
    notes: [...extremes.notes, ...saturation.notes],
    warnings: [...warnings.map((warning) => `Prometheus warns: ${warning}`), ...extremes.warnings],
  }
}

/** The points of a window: the first at its start, the last as near to its end as milliseconds allow. */
export function gridOf({ startMs, endMs }: TimeRange, most = mostPoints): { points: number; stepMs: number } {
  const lengthMs = Math.max(0, endMs - startMs)
  const points = Math.min(most, Math.floor(lengthMs / shortestStepMs) + 1)
  return { points, stepMs: points === 1 ? shortestStepMs : Math.floor(lengthMs / (points - 1)) }
}

async function queryRange(
  query: string,
  { server, range, most, timeoutMs = queryTimeoutMs }: Scene & { readonly most?: number },
  edges: MetricsEdges,
): Promise<QueryResult | Missing> {
  const { stepMs } = gridOf(range, most)
  const seconds = (ms: number) => String(ms / 1_000)
  const form = {
    query,
    start: seconds(range.startMs),
    end: seconds(Math.max(range.startMs, range.endMs)),
    step: seconds(stepMs),
    // Nobody waits for the answer any longer, so the server need not either.
    timeout: `${timeoutMs}ms`,
  }
  const reply = await ask(server, { path: '/api/v1/query_range', form, timeoutMs }, edges)
  return isMissing(reply) ? { missing: reply.missing, detail: reply.detail } : readResult(reply)
}
