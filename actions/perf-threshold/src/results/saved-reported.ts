import { elements, member, numberAt, type Place, present, textAt } from '../formats/json.ts'
import type { Histogram, Latency, Stats } from '../reported.ts'
import type { ReportedLoad } from './load.ts'
import { insist, readFormat, readIterations, requiredText } from './saved-fields.ts'
import { readStats } from './saved-stats.ts'

export function saveReported({ kind, format, reported }: ReportedLoad): object {
  const { total, endpoints, ...rest } = reported
  return {
    kind,
    format,
    ...rest,
    total: total && saveStats(total),
    endpoints: endpoints.map(({ stats, ...names }) => ({ ...names, stats: saveStats(stats) })),
  }
}

function saveStats({ latency, successful, ...counts }: Stats): object {
  return { ...counts, latency: saveLatency(latency), successful: successful && saveLatency(successful) }
}

function saveLatency({ percentiles, histogram, ...rest }: Latency): object {
  return { ...rest, percentiles: [...percentiles], histogram: histogram && saveHistogram(histogram) }
}

/** Every value with what it can have been. */
function saveHistogram({ counts, boundsOf, fidelity }: Histogram): object {
  return { fidelity, values: [...counts].map(([value, count]) => [value, count, ...boundsOf(value)]) }
}

/** @throws Unreadable */
export function readReported(place: Place): ReportedLoad {
  const total = member(place, 'total')
  const [startedAt, endedAt] = [numberAt(member(place, 'startedAt')), numberAt(member(place, 'endedAt'))]
  const isForward = startedAt === undefined || endedAt === undefined || startedAt <= endedAt
  insist(isForward, member(place, 'endedAt'), 'it is before startedAt')
  return {
    kind: 'reported',
    format: readFormat(place),
    reported: {
      total: total.value === undefined ? undefined : readStats(total),
      endpoints: elements(member(place, 'endpoints')).map((endpoint) => ({
        name: requiredText(endpoint, 'name'),
        shortName: requiredText(endpoint, 'shortName'),
        stats: readStats(member(endpoint, 'stats')),
      })),
      iterations: readIterations(place),
      startedAt,
      endedAt,
      uncut: textAt(member(place, 'uncut')),
      notes: elements(member(place, 'notes')).map((note) => present(textAt(note), note)),
    },
  }
}
