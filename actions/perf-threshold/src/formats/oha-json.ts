import { exactly } from '../quantity.ts'
import type { Latency, Reported, Stats } from '../reported.ts'
import type { JsonFormat } from './format.ts'
import { countAt, dig, member, members, numberAt, type Place, rootOf } from './json.ts'
import { millisecondsOf, noLatency, percentilesOf, rateOf, shareOf, statsOf, sumOf } from './stats.ts'

interface Counts {
  readonly answered: number
  readonly unanswered: number
  /** Under way when the time was over: neither good nor bad. */
  readonly aborted: number
  readonly rejected: number
  /** Whether success is 2xx for us as it is for oha: nothing was redirected. */
  readonly hasOnly2xxBelow400: boolean
}

/**
 * oha's `--output-format json`; seconds. Its `successRate` does not look at the status, so errors are counted here.
 * Source: hatoo/oha src/printer.rs, src/result_data.rs.
 */
export const ohaJson: JsonFormat = {
  kind: 'json',
  name: 'oha-json',
  recognises: (document) =>
    dig(document, 'latencyPercentiles') !== undefined && dig(document, 'summary', 'successRate') !== undefined,
  read(document: unknown): Reported {
    const root = rootOf(document)
    const counts = countsOf(root)
    const { aborted } = counts
    const plural = aborted === 1 ? 'request was' : 'requests were'
    return {
      total: statsOf(statsAt(root, counts), '$'),
      endpoints: [],
      notes: aborted === 0 ? [] : [`${aborted} ${plural} still running when oha stopped; they are left out.`],
    }
  },
}

function countsOf(root: Place): Counts {
  const statuses = members(member(root, 'statusCodeDistribution')).map(
    ([status, place]) => [Number(status), countAt(place) ?? 0] as const,
  )
  const faults = members(member(root, 'errorDistribution')).map(([text, place]) => [text, countAt(place) ?? 0] as const)
  const isAborted = (text: string) => text.includes('aborted due to deadline')
  const countOf = (entries: readonly (readonly [unknown, number])[]) => sumOf(entries.map(([, count]) => count))
  return {
    answered: countOf(statuses),
    unanswered: countOf(faults.filter(([text]) => !isAborted(text))),
    aborted: countOf(faults.filter(([text]) => isAborted(text))),
    // A status that is no number is none of a success.
    rejected: countOf(statuses.filter(([status]) => !(status < 400))),
    hasOnly2xxBelow400: statuses.every(
      ([status, count]) => count === 0 || status >= 400 || Math.floor(status / 100) === 2,
    ),
  }
}

function statsAt(root: Place, { answered, unanswered, rejected, hasOnly2xxBelow400 }: Counts): Stats {
  const summary = member(root, 'summary')
  const seconds = numberAt(member(summary, 'total'))
  const count = answered + unanswered
  const twins = member(root, 'latencyPercentilesSuccessful')
  return {
    count,
    errors: rejected + unanswered,
    throughput: rateOf(count, seconds === undefined ? undefined : seconds * 1000),
    latency: {
      percentiles: percentilesAt(member(root, 'latencyPercentiles')),
      average: timeAt(member(summary, 'average')),
      minimum: timeAt(member(summary, 'fastest')),
      maximum: timeAt(member(summary, 'slowest')),
      ...(unanswered > 0 ? { samples: answered } : {}),
    },
    ...(twins.value !== undefined && hasOnly2xxBelow400
      ? { successful: { ...noLatency, percentiles: percentilesAt(twins), samples: answered - rejected } }
      : {}),
  }
}

function percentilesAt(place: Place): Latency['percentiles'] {
  const percentiles = members(place).map(([key, inner]) => {
    const percent = /^p(\d+(?:\.\d+)?)$/.exec(key)?.[1]
    return [percent === undefined ? Number.NaN : shareOf(percent), timeAt(inner)] as const
  })
  return percentilesOf(percentiles)
}

function timeAt(place: Place) {
  const seconds = numberAt(place)
  return seconds === undefined ? undefined : exactly(millisecondsOf(seconds))
}
