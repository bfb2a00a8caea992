import { quote } from '@deploy-safety/common/inputs'
import { isRecord } from '@deploy-safety/common/record'
import type { Quantity } from '../quantity.ts'
import type { Reported, Stats } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'
import type { JsonFormat } from './format.ts'
import { countAt, dig, member, members, numberAt, type Place, present, rootOf } from './json.ts'
import { maybeExactly, percentilesOf, statsOf, sumOf } from './stats.ts'

type Entry = readonly [label: string, place: Place]

/** Requests per label that the dashboard of JMeter keeps for its percentiles: `jmeter.reportgenerator.statistic_window`. */
const windowSize = 20_000
/** What the row over all is called in JMeter's translations that have a word for it. */
const totalNames = ['Total', '총계']

const percentilesNote =
  'pct1ResTime, pct2ResTime and pct3ResTime are read as p90, p95 and p99: the file does not say so, and JMeter can be configured differently.'
const windowNote = `JMeter computes the percentiles of its dashboard from the last ${windowSize} requests of each label.`

/** `statistics.json` of JMeter's HTML dashboard; milliseconds. Source: apache/jmeter report/dashboard/JsonExporter.java. */
export const jmeterStatistics: JsonFormat = {
  kind: 'json',
  name: 'jmeter-statistics',
  recognises: (document) => {
    const entries = isRecord(document) ? Object.values(document) : []
    return entries.length > 0 && entries.every((entry) => dig(entry, 'pct1ResTime') !== undefined)
  },
  read(document: unknown): Reported {
    const entries = members(rootOf(document))
    const total = totalOf(entries)
    const labels = entries.filter((entry) => entry !== total)
    const isCut = entries.some(([, place]) => countOf(place) > windowSize)
    const surplus = sumOf(labels.map(([, place]) => countOf(place))) - countOf(total[1])
    const notes = [percentilesNote]
    if (isCut) notes.push(windowNote)
    if (surplus > 0) {
      notes.push(`${surplus} samples of transaction controllers are among the endpoints, but not in the total.`)
    }
    const endpoints = labels.map(([name, place]) => ({ name, shortName: name, stats: statsAt(place) }))
    checkTotal(total, labels)
    return { total: statsAt(total[1]), endpoints, notes }
  },
}

/**
 * The row over all. Its name is translated, and samples of transaction controllers are not in it: so it is the one whose
 * count is the sum of the others, or the one with the name, or the one with the highest count.
 */
function totalOf(entries: readonly Entry[]): Entry {
  const all = sumOf(entries.map(([, place]) => countOf(place)))
  const sums = entries.filter(([, place]) => countOf(place) * 2 === all)
  const named = entries.find(([label]) => totalNames.includes(label))
  const [only] = sums
  const total = (sums.length === 1 && only !== undefined ? only : named) ?? sums.at(-1) ?? highest(entries)
  if (total === undefined) throw new Unreadable('malformed-results', 'the row over all labels is missing')
  return total
}

/** @throws Unreadable when the row over all has less than one of its parts: a sampler of that name has taken its place */
function checkTotal([name, total]: Entry, labels: readonly Entry[]): void {
  const larger = labels.find(([, place]) => countOf(place) > countOf(total) || errorsOf(place) > errorsOf(total))
  if (larger === undefined) return
  const row = `the row over all, ${quote(name)}, has fewer samples or errors than ${quote(larger[0])}`
  throw new Unreadable(
    'malformed-results',
    `${row}: a sampler may have the name of that row or of its controller. Use the JTL`,
  )
}

function errorsOf(place: Place): number {
  return countAt(member(place, 'errorCount')) ?? 0
}

function highest(entries: readonly Entry[]): Entry | undefined {
  const sorted = [...entries].sort(([, one], [, other]) => countOf(other) - countOf(one))
  const [first, second] = sorted
  return first !== undefined && (second === undefined || countOf(first[1]) > countOf(second[1])) ? first : undefined
}

function countOf(place: Place): number {
  const count = member(place, 'sampleCount')
  return present(countAt(count), count)
}

function statsAt(place: Place): Stats {
  const count = countOf(place)
  const at = (key: string) => numberAt(member(place, key))
  const percentile = (key: string) => windowed(at(key), count)
  const latency = {
    percentiles: percentilesOf([
      [0.5, percentile('medianResTime')],
      [0.9, percentile('pct1ResTime')],
      [0.95, percentile('pct2ResTime')],
      [0.99, percentile('pct3ResTime')],
    ]),
    average: maybeExactly(at('meanResTime')),
    minimum: maybeExactly(at('minResTime')),
    maximum: maybeExactly(at('maxResTime')),
    ...(count > windowSize ? { window: windowSize } : {}),
  }
  const errors = countAt(member(place, 'errorCount'))
  return statsOf({ count, errors, throughput: at('throughput'), latency }, place.path)
}

function windowed(value: number | undefined, count: number): Quantity | undefined {
  const quantity = maybeExactly(value)
  if (quantity === undefined || count <= windowSize) return quantity
  return { ...quantity, fidelity: { kind: 'windowed', samples: windowSize } }
}
