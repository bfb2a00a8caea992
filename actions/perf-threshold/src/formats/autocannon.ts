import type { Quantity } from '../quantity.ts'
import type { Latency, Reported } from '../reported.ts'
import type { JsonFormat } from './format.ts'
import { countAt, dateAt, dig, member, members, numberAt, type Place, present, rootOf } from './json.ts'
import { percentilesOf, rateOf, shareOf, statsOf } from './stats.ts'

const fidelity = { kind: 'rounded', to: 'whole ms, down' } as const

interface Counts {
  readonly answered: number
  /** Values in the histogram. */
  readonly recorded: number
  /** Sent, and neither answered, failed nor under way at the end. */
  readonly lost: number
  readonly errors: number
  readonly rejected: number
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
    const { answered, errors, rejected, lost } = counts
    const count = answered + errors
    const seconds = numberAt(member(root, 'duration'))
    const stats = {
      count,
      errors: lost > 0 ? undefined : Math.min(errors + rejected, count),
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
  // With a rate, `sent` is not what was sent.
  const lost = recorded > answered ? 0 : Math.max(0, sent - answered - errors - underWay)
  return { answered, recorded, lost, errors, rejected: at('non2xx') + at('mismatches') }
}

function notesOf({ answered, recorded, lost }: Counts): string[] {
  const notes: string[] = []
  if (recorded > answered) {
    notes.push(`With a rate autocannon adds values of its own: ${recorded} for ${answered} answers. -C turns that off.`)
  }
  if (recorded < answered) notes.push(`The times are those of ${recorded} of ${answered} answers.`)
  if (lost > 0) {
    notes.push(
      `${lost} requests were sent and got no answer. autocannon does not count a closed connection as an error: how many failed is not known.`,
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
