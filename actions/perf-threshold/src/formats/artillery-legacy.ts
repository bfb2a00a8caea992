import type { Reported } from '../reported.ts'
import { clocked } from './artillery-clock.ts'
import { errorsOf, failedOf } from './artillery-errors.ts'
import { countAt, member, members, numberAt, type Place } from './json.ts'
import { percentilesOf, statsOf, sumOf } from './stats.ts'

const note = 'Artillery 1 measures to the first byte of the response and does not say how exact its percentiles are.'

/** The aggregate of Artillery 1.x; milliseconds. Its percentiles are NaN or null after few requests. @throws Unreadable */
export function artilleryLegacy(aggregate: Place): Reported {
  const latency = member(aggregate, 'latency')
  const at = (key: string) => clocked(numberAt(member(latency, key)))
  const codes = countsAt(member(aggregate, 'codes'))
  const errors = errorsOf(countsAt(member(aggregate, 'errors')))
  const answered = sumOf(codes.map(([, count]) => count))
  // An error of a capture or check is one of a request that was answered; `rps` counts all that were made.
  const count = Math.max(answered + errors.unanswered, countAt(member(member(aggregate, 'rps'), 'count')) ?? 0)
  const rejected = sumOf(codes.filter(([code]) => !(Number(code) < 400)).map(([, count]) => count))
  const stats = {
    count,
    ...failedOf({ answered, rejected, errors }, count),
    throughput: numberAt(member(member(aggregate, 'rps'), 'mean')),
    latency: {
      percentiles: percentilesOf([
        [0.5, at('median')],
        [0.95, at('p95')],
        [0.99, at('p99')],
      ]),
      average: undefined,
      minimum: at('min'),
      maximum: at('max'),
      ...(count > answered ? { samples: answered } : {}),
    },
  }
  return { total: statsOf(stats, aggregate.path), endpoints: [], notes: [note] }
}

function countsAt(place: Place): (readonly [key: string, count: number])[] {
  return members(place).map(([key, inner]) => [key, countAt(inner) ?? 0] as const)
}
