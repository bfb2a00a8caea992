import { rateOf } from '../formats/stats.ts'
import { exactly, type Known, type Missing } from '../quantity.ts'
import type { Histogram, Reported, ReportedEndpoint, Stats } from '../reported.ts'
import { bracketedPopulation } from './bracketed-population.ts'
import type { Surroundings } from './joint-rate.ts'
import type { Endpoint, LoadTest, Population, Range, Stretch } from './load-test.ts'
import { type ReportedOptions, reportedPopulation } from './reported-population.ts'

/** A load test of which only the numbers are known that the tool has computed. */
export class ReportedTest implements LoadTest {
  readonly endpoints: readonly Endpoint[]
  readonly all: Population
  readonly range: Range | undefined
  readonly durationMs = undefined
  readonly droppedIterations: Known
  readonly notes: readonly string[]
  readonly #options: ReportedOptions
  readonly #statsOf: ReadonlyMap<Endpoint, Stats>
  readonly #surroundings: Surroundings
  readonly #uncut: string

  constructor(
    reported: Reported,
    options: ReportedOptions & { readonly includes: (endpoint: ReportedEndpoint) => boolean },
  ) {
    const included = reported.endpoints.filter(options.includes)
    const populationOf = (stats: Stats) => reportedPopulation(stats, options)
    this.#options = options
    this.#statsOf = new Map(
      included.map(({ name, shortName, stats }) => [{ name, shortName, population: populationOf(stats) }, stats]),
    )
    this.endpoints = [...this.#statsOf.keys()]
    const { startedAt, endedAt } = reported
    this.range = startedAt === undefined || endedAt === undefined ? undefined : { startMs: startedAt, endMs: endedAt }
    const total = reported.total && populationOf(reported.total)
    this.#surroundings = { whole: total, named: addedUp(reported.endpoints.map(({ stats }) => stats.count)) }
    const isWhole = included.length === reported.endpoints.length
    this.all = isWhole && total !== undefined ? total : this.merged(this.endpoints)
    this.#uncut = reported.uncut ?? 'the file is a summary of the whole run, without times'
    this.droppedIterations = droppedShare(reported)
    this.notes = reported.notes
  }

  merged(endpoints: readonly Endpoint[]): Population {
    const stats = endpoints.flatMap((endpoint) => this.#statsOf.get(endpoint) ?? [])
    const together = stats.length > 1 ? summed(stats, this.range && this.range.endMs - this.range.startMs) : undefined
    if (together !== undefined) return reportedPopulation(together, this.#options)
    const parts = endpoints.map(({ population }) => population)
    return bracketedPopulation(parts, this.#surroundings)
  }

  stretches(): readonly Stretch[] | Missing {
    return { missing: 'no-timestamps', detail: this.#uncut }
  }
}

/**
 * Several as one, where all of them say how often each value was counted.
 * @param durationMs of the run that they are parts of: their own rates may be over different times, and are not added up
 */
export function summed(all: readonly Stats[], durationMs: number | undefined): Stats | undefined {
  const parts = all.filter(({ count }) => count !== 0)
  if (parts.length === 0) return all[0]
  const histograms = parts.flatMap(({ latency }) => latency.histogram ?? [])
  const [first] = histograms
  if (first === undefined || histograms.length < parts.length) return undefined
  // One that was read from a report knows the bounds of its own values alone.
  const boundsOf = (value: number) => (histograms.find(({ counts }) => counts.has(value)) ?? first).boundsOf(value)
  const count = addedUp(parts.map((part) => part.count))
  return {
    count,
    errors: addedUp(parts.map(({ errors }) => errors)),
    throughput: rateOf(count, durationMs),
    latency: { ...noPercentiles, histogram: { ...first, boundsOf, counts: countsOf(histograms) } },
  }
}

/** Undefined where one of them is. */
function addedUp(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (total, value) => (total === undefined || value === undefined ? undefined : total + value),
    0,
  )
}

const noPercentiles = { percentiles: new Map(), average: undefined, minimum: undefined, maximum: undefined }

function countsOf(histograms: readonly Histogram[]): Map<number, number> {
  const total = new Map<number, number>()
  for (const { counts } of histograms) {
    for (const [value, count] of counts) total.set(value, (total.get(value) ?? 0) + count)
  }
  return total
}

export function droppedShare({ iterations }: Pick<Reported, 'iterations'>): Known {
  if (iterations === undefined) return { missing: 'not-reported', detail: 'only k6 reports dropped iterations' }
  const { dropped, done } = iterations
  if (dropped + done === 0) return { missing: 'empty-results', detail: 'there are no iterations' }
  return exactly(dropped / (dropped + done))
}
