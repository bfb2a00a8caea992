import type { Quantity } from '../quantity.ts'
import type { Latency, Reported, Stats } from '../reported.ts'
import type { JsonFormat } from './format.ts'
import { countAt, dateAt, dig, member, members, numberAt, type Place, present, rootOf } from './json.ts'
import { betweenOf, percentilesOf, rateOf, shareOf, statsOf } from './stats.ts'

const fidelity = { kind: 'rounded', to: 'whole ms, down' } as const

interface Counts {
  readonly answered: number
  /** Values in the histogram. */
  readonly recorded: number
  /** May have been sent, and were neither answered, failed nor under way at the end. */
  readonly lost: number
  readonly errors: number
  readonly non2xx: number
  /** An answer with another body; it can be one of `non2xx` too. */
  readonly mismatches: number
}

/** `autocannon --json`. It prints no p95, and cuts times to whole milliseconds. Source: mcollina/autocannon lib/aggregateResult.js, lib/run.js. */
export const autocannon: JsonFormat = {
  kind: 'json',
  name: 'autocannon',
  recognises: (document) =>
    dig(document, 'latency', 'p97_5') !== undefined && dig(document, 'requests', 'total') !== undefined,
  read(document: unknown): Reported {
    const root = rootOf(document)
    const counts = countsOf(root)
    const { answered, errors } = counts
    const count = answered + errors
    const seconds = numberAt(member(root, 'duration'))
    const stats = {
      count,
      ...failedOf(counts, count),
      throughput: rateOf(count, seconds === undefined ? undefined : seconds * 1000),
      latency: latencyOf(member(root, 'latency'), counts),
    }
    return {
      total: statsOf(stats, '$'),
      endpoints: [],
      startedAt: dateAt(member(root, 'start')),
      endedAt: dateAt(member(root, 'finish')),
      notes: notesOf(counts),
    }
  },
}

function countsOf(root: Place): Counts {
  const [latency, requests] = [member(root, 'latency'), member(root, 'requests')]
  const at = (key: string) => countAt(member(root, key)) ?? 0
  const answered = present(countAt(member(requests, 'total')), member(requests, 'total'))
  const recorded = countAt(member(latency, 'totalCount')) ?? answered
  const errors = at('errors')
  const sent = countAt(member(requests, 'sent')) ?? 0
  const underWay = at('connections') * Math.max(1, at('pipelining'))
  // Values are added with a rate alone. Then `sent` begins with the requests of one second instead of those that were sent at once.
  const surplus = recorded > answered ? Math.max(underWay, perSecond(root)) : underWay
  const lost = Math.max(0, sent - answered - errors - surplus)
  return { answered, recorded, lost, errors, non2xx: at('non2xx'), mismatches: at('mismatches') }
}

/** Answers in a usual second: with a rate, not more than that. */
function perSecond(root: Place): number {
  const requests = member(root, 'requests')
  const average = Math.ceil(numberAt(member(requests, 'average')) ?? 0)
  const usual = Math.min(average, numberAt(member(requests, 'p50')) ?? average)
  return (usual * 1_000) / (numberAt(member(root, 'sampleInt')) || 1_000)
}

/** At least and at most so many: what autocannon does not tell apart may have been counted twice, or not at all. */
function failedOf(counts: Counts, count: number): Pick<Stats, 'errors' | 'errorsWithin'> {
  const { errors, non2xx, mismatches, lost } = counts
  if (count === 0 && lost > 0) return { errors: undefined }
  return betweenOf(errors + Math.max(non2xx, mismatches), Math.min(count, errors + non2xx + mismatches + lost))
}

function notesOf({ answered, recorded, lost, non2xx, mismatches }: Counts): string[] {
  const notes: string[] = []
  if (recorded > answered) {
    notes.push(
      `With a rate, autocannon adds corrected latencies: ${recorded} for ${answered} responses. Turn this off with -C.`,
    )
  }
  if (recorded < answered) notes.push(`Latencies are known for ${recorded} of ${answered} responses.`)
  if (lost > 0) {
    notes.push(
      `autocannon sent ${lost} more requests than it received responses. With a rate it counts up to a second too many, and it does not count closed connections as errors: up to ${lost} requests may have failed. A longer run makes this share smaller.`,
    )
  }
  if (non2xx > 0 && mismatches > 0) {
    notes.push(
      `autocannon does not say which of the ${mismatches} responses with another body are also among the ${non2xx} non-2xx responses.`,
    )
  }
  return notes
}

function latencyOf(place: Place, { answered, recorded, errors }: Counts): Latency {
  const at = (key: string) => wholeMilliseconds(numberAt(member(place, key)))
  const percentiles = members(place).map(([key]) => {
    const percent = /^p(\d+(?:_\d+)?)$/.exec(key)?.[1]?.replace('_', '.')
    return [percent === undefined ? Number.NaN : shareOf(percent), percent === undefined ? undefined : at(key)] as const
  })
  const samples = Math.min(recorded, answered)
  return {
    percentiles: percentilesOf(percentiles),
    average: averageOf(numberAt(member(place, 'average'))),
    minimum: at('min'),
    maximum: at('max'),
    ...(samples === answered + errors ? {} : { samples }),
  }
}

/** Its histogram cuts the fraction off: 14 was 14 to 15. */
function wholeMilliseconds(value: number | undefined): Quantity | undefined {
  return value === undefined ? undefined : { value, low: value, high: value + 1, fidelity }
}

/** An average of such numbers, rounded up to two decimals. */
function averageOf(value: number | undefined): Quantity | undefined {
  return value === undefined ? undefined : { value, low: Math.max(0, value - 0.01), high: value + 1, fidelity }
}
