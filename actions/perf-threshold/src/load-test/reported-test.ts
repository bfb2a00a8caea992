import { exactly, type Known, type Missing } from '../quantity.ts'
import type { Histogram, Reported, ReportedEndpoint, Stats } from '../reported.ts'
import { bracketedPopulation } from './bracketed-population.ts'
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
    const isWhole = included.length === reported.endpoints.length
    this.all = reported.total !== undefined && isWhole ? populationOf(reported.total) : this.merged(this.endpoints)
    const { startedAt, endedAt } = reported
    this.range = startedAt === undefined || endedAt === undefined ? undefined : { startMs: startedAt, endMs: endedAt }
    this.droppedIterations = droppedShare(reported)
    this.notes = reported.notes
  }

  merged(endpoints: readonly Endpoint[]): Population {
    const stats = endpoints.flatMap((endpoint) => this.#statsOf.get(endpoint) ?? [])
    const together = stats.length > 1 ? summed(stats) : undefined
    if (together !== undefined) return reportedPopulation(together, this.#options)
    return bracketedPopulation(endpoints.map(({ population }) => population))
  }

  stretches(): readonly Stretch[] | Missing {
    return { missing: 'no-timestamps', detail: 'the file is a summary of the whole run, without times' }
  }
}

/** Several as one, where all of them say how often each value was counted. */
export function summed(all: readonly Stats[]): Stats | undefined {
  const parts = all.filter(({ count }) => count !== 0)
  if (parts.length === 0) return all[0]
  const histograms = parts.flatMap(({ latency }) => latency.histogram ?? [])
  const [first] = histograms
  if (first === undefined || histograms.length < parts.length) return undefined
  // One that was read from a report knows the bounds of its own values alone.
  const boundsOf = (value: number) => (histograms.find(({ counts }) => counts.has(value)) ?? first).boundsOf(value)
  const sum = (values: readonly (number | undefined)[]) =>
    values.reduce((total, value) => (total === undefined || value === undefined ? undefined : total + value), 0)
  return {
    count: sum(parts.map(({ count }) => count)),
    errors: sum(parts.map(({ errors }) => errors)),
    throughput: sum(parts.map(({ throughput }) => throughput)),
    latency: { ...noPercentiles, histogram: { ...first, boundsOf, counts: addedUp(histograms) } },
  }
}

const noPercentiles = { percentiles: new Map(), average: undefined, minimum: undefined, maximum: undefined }

function addedUp(histograms: readonly Histogram[]): Map<number, number> {
  const total = new Map<number, number>()
  for (const { counts } of histograms) {
    for (const [value, count] of counts) total.set(value, (total.get(value) ?? 0) + count)
  }
  return total
}

export function droppedShare({ iterations }: Pick<Reported, 'iterations'>): Known {
  if (iterations === undefined) return { missing: 'not-reported', detail: 'only k6 reports dropped iterations' }
  const { dropped, done } = iterations
  if (dropped + done === 0) return { missing: 'empty-results', detail: 'there is no iteration' }
  return exactly(dropped / (dropped + done))
}
