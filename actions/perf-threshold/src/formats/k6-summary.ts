import type { Latency, Reported, ReportedEndpoint, Stats } from '../reported.ts'
import type { JsonFormat } from './format.ts'
import { countAt, member, members, numberAt, type Place } from './json.ts'
import { counterOf, isK6Summary, type K6Summary, k6SummaryOf, rateMetricOf, type Tags, tagsOf } from './k6-metrics.ts'
import { checkProtocol } from './protocol.ts'
import { maybeExactly, noLatency, percentilesOf, rateOf, shareOf, statsOf } from './stats.ts'

const trend = 'http_req_duration'
const percentileKey = /^p\(?(\d+(?:\.\d+)?)\)?$/

/** Of every run, whatever it makes requests with: HTTP, or nothing. */
const ownMetrics = /^(?:http_|iteration|vus|data_|checks|group_duration|dropped_iterations)/

/**
 * k6's `--summary-export`, `handleSummary` and machine-readable summary; times in milliseconds, percentiles of all values.
 * What the file says of thresholds is never used: `true` is a breach in the first and a pass in the second.
 */
export const k6Summary: JsonFormat = {
  kind: 'json',
  name: 'k6-summary',
  recognises: isK6Summary,
  read(document: unknown): Reported {
    const summary = k6SummaryOf(document)
    checkProtocol([...summary.metrics.keys()], ownMetrics)
    const done = counterOf(summary, 'iterations')
    const dropped = counterOf(summary, 'dropped_iterations')
    return {
      total: statsOfTags(summary, ''),
      endpoints: endpointsOf(summary),
      // k6 leaves a counter out that nothing was added to.
      iterations: done === undefined && dropped === undefined ? undefined : { dropped: dropped ?? 0, done: done ?? 0 },
      notes: ['The summary of k6 includes the requests of setup and teardown and the failed ones.'],
    }
  },
}

/** One endpoint for each sub-metric that a threshold asked for; success is told apart within each. */
function endpointsOf(summary: K6Summary): ReportedEndpoint[] {
  const endpoints = new Map<string, ReportedEndpoint>()
  for (const metric of summary.metrics.keys()) {
    const tags = tagsOf(metric, trend)
    if (tags === undefined || tags.some(([tag]) => tag === 'expected_response')) continue
    const name = nameOf(tags)
    if (!endpoints.has(name)) {
      endpoints.set(name, { name, shortName: name, stats: statsOfTags(summary, metric.slice(trend.length)) })
    }
  }
  return [...endpoints.values()]
}

function nameOf(tags: Tags): string {
  const [first] = tags
  if (tags.length === 1 && first?.[0] === 'name') return first[1]
  return tags.map(([tag, value]) => `${tag}:${value}`).join(',')
}

/** @param selector empty for the whole run, or as it is written: `{name:login}` */
function statsOfTags(summary: K6Summary, selector: string): Stats {
  const { metrics, durationMs } = summary
  const times = metrics.get(trend + selector)
  const failed = rateMetricOf(summary, `http_req_failed${selector}`)
  const reported = counterOf(summary, `http_reqs${selector}`) ?? countOfTrend(times) ?? failed?.total
  const count = reported ?? (hasTimes(times) ? undefined : 0)
  const requests = metrics.get(`http_reqs${selector}`)
  const rate = requests === undefined ? undefined : numberAt(member(requests, 'rate'))
  const successful = successfulOf(metrics, selector)
  const stats = {
    count,
    errors: failed?.hits,
    throughput: rate ?? rateOf(count, durationMs),
    latency: latencyOf(times),
    ...(successful === undefined ? {} : { successful: latencyOf(successful) }),
  }
  return statsOf(stats, times?.path ?? '$')
}

function successfulOf(metrics: K6Summary['metrics'], selector: string): Place | undefined {
  const inner = selector.slice(1, -1)
  const tag = 'expected_response:true'
  const candidates = inner === '' ? [`{${tag}}`] : [`{${inner},${tag}}`, `{${tag},${inner}}`]
  const found = candidates.map((candidate) => metrics.get(trend + candidate)).find((place) => place !== undefined)
  return hasTimes(found) ? found : undefined
}

/** Only with `count` among `summaryTrendStats`. */
function countOfTrend(times: Place | undefined): number | undefined {
  return times === undefined ? undefined : countAt(member(times, 'count'))
}

/** k6 writes zeros for a metric without a value; a request takes longer than that. */
function hasTimes(times: Place | undefined): times is Place {
  if (times === undefined) return false
  return members(times).some(([key, place]) => isTime(key) && (numberAt(place) ?? 0) > 0)
}

function isTime(key: string): boolean {
  return percentileKey.test(key) || ['avg', 'min', 'med', 'max'].includes(key)
}

function latencyOf(times: Place | undefined): Latency {
  if (!hasTimes(times)) return noLatency
  const at = (key: string) => maybeExactly(numberAt(member(times, key)))
  const percentiles = members(times).map(([key]) => {
    const percent = key === 'med' ? '50' : percentileKey.exec(key)?.[1]
    return [percent === undefined ? Number.NaN : shareOf(percent), percent === undefined ? undefined : at(key)] as const
  })
  return { percentiles: percentilesOf(percentiles), average: at('avg'), minimum: at('min'), maximum: at('max') }
}
