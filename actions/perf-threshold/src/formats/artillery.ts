import { isRecord } from '@deploy-safety/common/record'
import type { Quantity } from '../quantity.ts'
import type { Latency, Reported, ReportedEndpoint, Stats } from '../reported.ts'
import { clocked, clockMs } from './artillery-clock.ts'
import { type Errors, errorsOf, failedOf } from './artillery-errors.ts'
import { artilleryLegacy } from './artillery-legacy.ts'
import type { JsonFormat } from './format.ts'
import { countAt, dig, member, members, numberAt, type Place, rootOf } from './json.ts'
import { checkProtocol } from './protocol.ts'
import { noLatency, percentilesOf, rateOf, shareOf, statsOf, sumOf } from './stats.ts'

const endpointPrefix = 'plugins.metrics-by-endpoint.'
const note =
  'Artillery measures to the first byte of the response, without connecting; its latencies are in whole milliseconds, its percentiles within 1 %.'

/** Of every run, whatever it makes requests with. Errors alone may be those of connections by HTTP. */
const ownCounters = /^(?:http\.|vusers\.|errors\.|plugins\.)/

interface Failures {
  readonly answered: number
  readonly rejected: number
  /** Requests without an answer, and answers with a failed capture or check, which are among the codes too. */
  readonly errors: Errors
  readonly hasOnly2xxBelow400: boolean
}

/** `artillery run --output`: 2.x, and 1.x; milliseconds. Source: artilleryio/artillery packages/artillery/lib/core/ssms.ts, engine_http.ts. */
export const artillery: JsonFormat = {
  kind: 'json',
  name: 'artillery',
  recognises: (document) =>
    isRecord(dig(document, 'aggregate')) &&
    (dig(document, 'intermediate') !== undefined || dig(document, 'aggregate', 'counters') !== undefined),
  read(document: unknown): Reported {
    const aggregate = member(rootOf(document), 'aggregate')
    // 1.x has `counters` too, for those of a script.
    if (member(aggregate, 'codes').value !== undefined) return artilleryLegacy(aggregate)
    checkProtocol(
      [...members(member(aggregate, 'counters')), ...members(member(aggregate, 'summaries'))].map(([key]) => key),
      ownCounters,
    )
    const startedAt = numberAt(member(aggregate, 'firstMetricAt'))
    const endedAt = numberAt(member(aggregate, 'lastMetricAt'))
    return {
      total: totalOf(aggregate, startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt),
      endpoints: endpointsOf(aggregate),
      startedAt,
      endedAt,
      notes: [note],
    }
  },
}

function totalOf(aggregate: Place, durationMs: number | undefined): Stats {
  const counters = member(aggregate, 'counters')
  const summaries = member(aggregate, 'summaries')
  const failures = failuresOf(counters, 'http.codes.', 'errors.')
  const count = countAt(member(counters, 'http.requests')) ?? failures.answered + failures.errors.all
  const stats = statsOfFailures(failures, count, member(summaries, 'http.response_time'))
  const good = member(summaries, 'http.response_time.2xx')
  const throughput = rateOf(count, durationMs)
  const hasGood = good.value !== undefined && failures.hasOnly2xxBelow400
  return statsOf({ ...stats, throughput, ...(hasGood ? { successful: summaryAt(good) } : {}) }, aggregate.path)
}

/** Of the plugin metrics-by-endpoint. An endpoint without any answer has no times, only errors. */
function endpointsOf(aggregate: Place): ReportedEndpoint[] {
  const counters = member(aggregate, 'counters')
  const summaries = member(aggregate, 'summaries')
  const names = new Set<string>()
  for (const [key] of members(counters)) {
    const name = key.startsWith(endpointPrefix)
      ? /^(.+)\.(?:codes|errors)\./s.exec(key.slice(endpointPrefix.length))
      : null
    if (name?.[1] !== undefined) names.add(name[1])
  }
  return [...names].map((name) => {
    const failures = failuresOf(counters, `${endpointPrefix}${name}.codes.`, `${endpointPrefix}${name}.errors.`)
    const times = member(summaries, `${endpointPrefix}response_time.${name}`)
    const stats = statsOfFailures(failures, failures.answered + failures.errors.all, times)
    return { name, shortName: name, stats: statsOf(stats, times.path) }
  })
}

function statsOfFailures({ answered, rejected, errors }: Failures, count: number, times: Place): Stats {
  const latency = summaryAt(times)
  const samples = countAt(member(times, 'count')) ?? answered
  return {
    count,
    ...failedOf({ answered, rejected, errors }, count),
    throughput: undefined,
    latency: samples === count ? latency : { ...latency, samples },
  }
}

function failuresOf(counters: Place, codes: string, errors: string): Failures {
  const statuses = startingWith(counters, codes).map(([code, count]) => [Number(code), count] as const)
  const countOf = (entries: readonly (readonly [unknown, number])[]) => sumOf(entries.map(([, count]) => count))
  return {
    answered: countOf(statuses),
    rejected: countOf(statuses.filter(([code]) => !(code < 400))),
    errors: errorsOf(startingWith(counters, errors)),
    hasOnly2xxBelow400: statuses.every(([code, count]) => count === 0 || code >= 400 || Math.floor(code / 100) === 2),
  }
}

function startingWith(counters: Place, prefix: string): (readonly [rest: string, count: number])[] {
  return members(counters)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, place]) => [key.slice(prefix.length), countAt(place) ?? 0] as const)
}

/** Percentiles are of a sketch within 1 %, then rounded as all of them; the others are exact but for the clock. */
function summaryAt(place: Place): Latency {
  if (countAt(member(place, 'count')) === 0) return noLatency
  const at = (key: string) => numberAt(member(place, key))
  const percentiles = members(place).map(([key]) => {
    const digits = key === 'median' ? '50' : /^p(\d{2,})$/.exec(key)?.[1]
    return digits === undefined
      ? ([Number.NaN, undefined] as const)
      : ([shareOfDigits(digits), sketched(at(key))] as const)
  })
  return {
    percentiles: percentilesOf(percentiles),
    average: clocked(at('mean')),
    minimum: clocked(at('min')),
    maximum: clocked(at('max')),
  }
}

/** p999 is that of 99.9 %. */
function shareOfDigits(digits: string): number {
  return shareOf(`${digits.slice(0, 2)}.${digits.slice(2)}0`)
}

function sketched(value: number | undefined): Quantity | undefined {
  if (value === undefined) return undefined
  const [low, high] = [Math.max(0, (value - 0.05) / 1.01 - clockMs), (value + 0.05) / 0.99 + clockMs]
  return { value, low, high, fidelity: { kind: 'rounded', to: 'whole ms, within 1 %' } }
}
