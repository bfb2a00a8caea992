import { exactly } from '../quantity.ts'
import type { Histogram, Latency, Reported, ReportedEndpoint, Stats } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'
import type { JsonFormat } from './format.ts'
import { countAt, dig, elements, member, members, numberAt, type Place, present, rootOf, textAt } from './json.ts'
import { locustBounds, locustFidelity } from './locust-rounding.ts'
import { endpointName } from './locust-row.ts'
import { lineAt, secondRun } from './second-run.ts'
import { maybeExactly, noLatency, rateOf, statsOf, sumOf } from './stats.ts'

interface Entry extends Pick<ReportedEndpoint, 'name' | 'shortName'> {
  readonly path: string
  readonly count: number
  readonly errors: number
  readonly totalMs: number
  readonly counts: ReadonlyMap<number, number>
  readonly minimum: number | undefined
  readonly maximum: number | undefined
  /** Epoch milliseconds. */
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
}

/** Locust's `--json` and `--json-file`: a histogram per endpoint. No endpoint: no request was made. Source: locust/stats.py. */
export const locustJson: JsonFormat = {
  kind: 'json',
  name: 'locust-json',
  recognises: (document) =>
    Array.isArray(document) &&
    document.every((entry) => dig(entry, 'response_times') !== undefined && dig(entry, 'num_requests') !== undefined),
  read,
}

/**
 * The JSON of `--json` in the standard output of Locust, which may begin and end with lines of its log. Those begin with a
 * bracket too, but with a date in it. Undefined when there is none.
 */
export function findLocustJson(text: string): string | undefined {
  if (/^\s*\{/.test(text)) return undefined
  return firstJson(text)?.json
}

/** @throws Unreadable when a second run stands behind the first: it would be left out. */
export function onlyLocustJson(text: string): string | undefined {
  const json = findLocustJson(text)
  const { start = 0 } = firstJson(text) ?? {}
  const rest = json === undefined ? '' : text.slice(start + json.length)
  const second = firstJson(rest)
  if (second !== undefined) throw secondRun(lineAt(text, text.length - rest.length + second.start))
  return json
}

function firstJson(text: string): { readonly start: number; readonly json: string } | undefined {
  const start = /^\[(?=\s*(?:\{|\]\s*$|$(?![\s\S])))/m.exec(text)?.index
  if (start === undefined) return undefined
  const json = text.slice(start)
  const end = /^\](?=[ \t]*\r?\n)|^\[\](?=[ \t]*\r?\n)/m.exec(json)
  return { start, json: end === null ? json : json.slice(0, end.index + end[0].length) }
}

function read(document: unknown): Reported {
  const entries = elements(rootOf(document)).map(entryOf)
  const run = {
    startedAt: least(entries.map((entry) => entry.startedAt)),
    endedAt: greatest(entries.map((entry) => entry.endedAt)),
  }
  return {
    total: totalOf(entries, run),
    // Requests per second are over the whole run, as Locust has them: endpoints that began later are not slower for it.
    endpoints: entries.map(({ name, shortName, ...figures }) => ({
      name,
      shortName,
      stats: statsOfFigures({ ...figures, ...run }, figures.path),
    })),
    ...run,
    notes: [],
  }
}

function entryOf(place: Place): Entry {
  const count = present(countAt(member(place, 'num_requests')), member(place, 'num_requests'))
  const errors = present(countAt(member(place, 'num_failures')), member(place, 'num_failures'))
  const name = present(textAt(member(place, 'name')), member(place, 'name'))
  return {
    ...endpointName(textAt(member(place, 'method')), name),
    path: place.path,
    count,
    errors,
    totalMs: numberAt(member(place, 'total_response_time')) ?? 0,
    counts: countsAt(member(place, 'response_times')),
    minimum: numberAt(member(place, 'min_response_time')),
    maximum: numberAt(member(place, 'max_response_time')),
    startedAt: secondsAt(member(place, 'start_time')),
    endedAt: secondsAt(member(place, 'last_request_timestamp')),
  }
}

type Figures = Omit<Entry, 'name' | 'shortName' | 'path'>

function totalOf(entries: readonly Entry[], run: Pick<Figures, 'startedAt' | 'endedAt'>): Stats {
  const counts = new Map<number, number>()
  for (const entry of entries) {
    for (const [value, count] of entry.counts) counts.set(value, (counts.get(value) ?? 0) + count)
  }
  const figures = {
    ...run,
    counts,
    count: sumOf(entries.map(({ count }) => count)),
    errors: sumOf(entries.map(({ errors }) => errors)),
    totalMs: sumOf(entries.map(({ totalMs }) => totalMs)),
    minimum: least(entries.map(({ minimum }) => minimum)),
    maximum: greatest(entries.map(({ maximum, counts }) => (counts.size === 0 ? undefined : maximum))),
  }
  return statsOfFigures(figures, '$')
}

function statsOfFigures(figures: Figures, path: string): Stats {
  const { count, errors, startedAt, endedAt } = figures
  const duration = startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt
  return statsOf({ count, errors, throughput: rateOf(count, duration), latency: latencyOf(figures) }, path)
}

function latencyOf({ counts, count, totalMs, minimum, maximum }: Figures): Latency {
  const samples = sumOf(counts.values())
  const histogram: Histogram = { counts, boundsOf: locustBounds, fidelity: locustFidelity }
  const latency: Latency = {
    ...noLatency,
    average: samples === 0 ? undefined : exactly(totalMs / samples),
    minimum: maybeExactly(minimum),
    maximum: maybeExactly(maximum),
    histogram,
  }
  return samples === count ? latency : { ...latency, samples }
}

function countsAt(place: Place): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const [key, inner] of members(place)) {
    const value = /^\d+(?:\.\d+)?$/.test(key) ? Number(key) : Number.NaN
    if (!Number.isFinite(value)) throw new Unreadable('malformed-results', `${inner.path} is not a time`)
    const count = countAt(inner) ?? 0
    if (count > 0) counts.set(value, (counts.get(value) ?? 0) + count)
  }
  return counts
}

function secondsAt(place: Place): number | undefined {
  const seconds = numberAt(place)
  return seconds === undefined || seconds === 0 ? undefined : seconds * 1000
}

function least(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce(
    (least, value) => (least === undefined || (value !== undefined && value < least) ? value : least),
    undefined,
  )
}

function greatest(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce(
    (best, value) => (best === undefined || (value !== undefined && value > best) ? value : best),
    undefined,
  )
}
