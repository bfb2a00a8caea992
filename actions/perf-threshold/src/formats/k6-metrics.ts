import { isRecord } from '@deploy-safety/common/record'
import { countAt, dig, elements, member, members, numberAt, type Place, present, rootOf, textAt } from './json.ts'

/** The three shapes of k6's summary as one. Source: grafana/k6 internal/js/summary*.go, internal/lib/summary/machine_readable.go. */
export interface K6Summary {
  /** Values of a metric by its name, sub-metrics with their tags in it: `http_req_duration{name:login}`. */
  readonly metrics: ReadonlyMap<string, Place>
  readonly durationMs: number | undefined
}

/** Tags of a sub-metric, in the order they were written. */
export type Tags = readonly (readonly [tag: string, value: string])[]

export function isK6Summary(document: unknown): boolean {
  const hasMetrics = isRecord(dig(document, 'metrics'))
  const isLegacy = hasMetrics && isRecord(dig(document, 'root_group'))
  const isHandled = hasMetrics && dig(document, 'state', 'testRunDurationMs') !== undefined
  const isMachineReadable = dig(document, 'version') !== undefined && Array.isArray(dig(document, 'results', 'metrics'))
  return isLegacy || isHandled || isMachineReadable
}

/** @throws Unreadable */
export function k6SummaryOf(document: unknown): K6Summary {
  const root = rootOf(document)
  if (dig(document, 'results', 'metrics') !== undefined) {
    const list = elements(member(member(root, 'results'), 'metrics'))
    const named = list.map((metric) => [nameOf(metric), member(metric, 'values')] as const)
    const seconds = numberAt(member(member(root, 'config'), 'duration'))
    return { metrics: new Map(named), durationMs: seconds === undefined ? undefined : seconds * 1000 }
  }
  const named = members(member(root, 'metrics')).map(([name, metric]) => {
    const values = member(metric, 'values')
    return [name, values.value === undefined ? metric : values] as const
  })
  const durationMs = numberAt(member(member(root, 'state'), 'testRunDurationMs'))
  return { metrics: new Map(named), durationMs }
}

/** The count of a counter, undefined when there is no such metric. @throws Unreadable */
export function counterOf(summary: K6Summary, name: string): number | undefined {
  const values = summary.metrics.get(name)
  return values === undefined ? undefined : countAt(member(values, 'count'))
}

/** What was true of a rate and how often it was asked. @throws Unreadable */
export function rateMetricOf(summary: K6Summary, name: string): { hits: number; total: number } | undefined {
  const values = summary.metrics.get(name)
  if (values === undefined) return undefined
  const [matches, total] = [countAt(member(values, 'matches')), countAt(member(values, 'total'))]
  if (matches !== undefined && total !== undefined) return { hits: matches, total }
  const [passes, fails] = [countAt(member(values, 'passes')), countAt(member(values, 'fails'))]
  return passes === undefined || fails === undefined ? undefined : { hits: passes, total: passes + fails }
}

/** `http_req_duration{name:login,status:200}` taken apart, as k6 does: at commas and the first colon, quotes aside. */
export function tagsOf(metric: string, name: string): Tags | undefined {
  if (!metric.startsWith(`${name}{`) || !metric.endsWith('}')) return undefined
  const parts = metric.slice(name.length + 1, -1).split(',')
  return parts.map((part) => {
    const colon = part.indexOf(':')
    return colon === -1 ? [bare(part), ''] : [bare(part.slice(0, colon)), bare(part.slice(colon + 1))]
  })
}

function bare(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/s, '$2')
}

function nameOf(metric: Place): string {
  const place = member(metric, 'name')
  return present(textAt(place), place)
}
