import { exactly, type Known, type Missing, type Quantity } from '../quantity.ts'
import { borderedPopulation } from './bordered-population.ts'
import { Distribution, type PercentileMethod } from './distribution.ts'
import type { Endpoint, LoadTest, Population, Range, Stretch } from './load-test.ts'
import { always, type Group, type KeyOf, type SampleSource } from './sample-source.ts'
import { sampledPopulation } from './sampled-population.ts'

export interface SampledOptions {
  readonly method: PercentileMethod
  /** Cut off at both ends. */
  readonly warmUpMs: number
  readonly coolDownMs: number
  /** Which endpoints are looked at, by either spelling. */
  readonly includes: (endpoint: { readonly name: string; readonly shortName: string }) => boolean
  readonly droppedIterations: Known
  readonly notes: readonly string[]
  /** The same requests with all endpoints as one, whose times are known more exactly. */
  readonly overTime?: LoadTest | undefined
}

const noTimes: Missing = { missing: 'no-timestamps', detail: 'the file does not say when requests were made' }

// One wrong time in a file makes the run years long, and each stretch takes memory.
const mostStretches = 100_000
// As many stretches of endpoints are kept at once.
const mostGroups = 200_000

const noRequests: Group = {
  latencies: Distribution.ofValues(new Float64Array()),
  count: 0,
  told: 0,
  errors: undefined,
  successful: undefined,
  border: undefined,
}

/** A load test of which the requests are known. */
export class SampledTest implements LoadTest {
  readonly endpoints: readonly Endpoint[]
  readonly all: Population
  readonly range: Range | undefined
  readonly durationMs: number | undefined
  readonly droppedIterations: Known
  readonly notes: readonly string[]
  readonly #source: SampleSource
  readonly #method: PercentileMethod
  readonly #included: readonly boolean[]
  /** After warm-up and before cool-down, on the clock of the source. */
  readonly #cut: Range | undefined
  readonly #overTime: LoadTest | undefined
  /** The stretches that were asked for last, of every endpoint. */
  #latest: { readonly lengthMs: number; readonly groups: readonly Group[] } | undefined

  constructor(source: SampleSource, options: SampledOptions) {
    this.#source = source
    this.#method = options.method
    this.#overTime = options.overTime
    this.#included = source.endpoints.map(options.includes)
    this.#cut = source.range && {
      startMs: source.range.startMs + options.warmUpMs,
      endMs: source.range.endMs - options.coolDownMs,
    }
    this.range = source.isEpoch ? this.#cut : undefined
    this.durationMs = this.#cut && this.#cut.endMs - this.#cut.startMs
    this.droppedIterations = options.droppedIterations
    this.notes = options.notes
    this.endpoints = this.#endpoints()
    this.all = this.#overTime?.all ?? this.#asOne(() => true)
  }

  merged(endpoints: readonly Endpoint[]): Population {
    const [only] = endpoints
    if (only !== undefined && endpoints.length === 1) return only.population
    return this.#asOne(this.#isOneOf(endpoints))
  }

  stretches(lengthMs: number, endpoints: readonly Endpoint[] | undefined): readonly Stretch[] | Missing {
    if (endpoints === undefined && this.#overTime !== undefined) return this.#overTime.stretches(lengthMs, undefined)
    const cut = this.#cut
    if (cut === undefined) return noTimes
    const problem = this.#uncuttable(cut.endMs - cut.startMs, lengthMs)
    if (problem !== undefined) return problem
    const stretches = cutUp(cut.endMs - cut.startMs, lengthMs)
    const groups = this.#stretchGroups(stretches.length, lengthMs, endpoints ?? this.endpoints)
    return stretches.map((stretch, index) => {
      return { ...stretch, population: this.#populationOf(groups[index], exactly(stretch.toMs - stretch.fromMs)) }
    })
  }

  /** Of a single endpoint it is asked for one after the other: they are grouped in one pass, since one for each takes minutes. */
  #stretchGroups(count: number, lengthMs: number, endpoints: readonly Endpoint[]): readonly Group[] {
    const all = this.#source.endpoints
    const { startMs = 0 } = this.#cut ?? {}
    const stretchOf = (timeMs: number) => Math.min(count - 1, Math.floor((timeMs - startMs) / lengthMs))
    if (endpoints.length !== 1 || all.length * count > mostGroups) {
      const isWanted = this.#isOneOf(endpoints)
      return this.#group(count, (endpoint, timeMs) => (isWanted(endpoint) ? stretchOf(timeMs) : -1))
    }
    if (this.#latest?.lengthMs !== lengthMs) {
      const keyOf: KeyOf = (endpoint, timeMs) => endpoint * count + stretchOf(timeMs)
      this.#latest = { lengthMs, groups: this.#group(all.length * count, keyOf) }
    }
    const first = all.findIndex(({ name }) => name === endpoints[0]?.name) * count
    return this.#latest.groups.slice(first, first + count)
  }

  #uncuttable(durationMs: number, lengthMs: number): Missing | undefined {
    const [run, length, width] = [durationMs, lengthMs, this.#source.widthMs].map((ms) => `${ms / 1_000} s`)
    if (durationMs / lengthMs > mostStretches) {
      const detail = `the run is ${run} long, too long for windows of ${length}: check the timestamps`
      return { missing: 'too-few-samples', detail }
    }
    if (this.#source.widthMs * 2 <= lengthMs) return undefined
    const detail = `requests are counted in steps of ${width}, too coarse for windows of ${length}`
    return { missing: 'rounded-too-coarsely', detail }
  }

  #endpoints(): Endpoint[] {
    const { endpoints } = this.#source
    const groups = this.#group(endpoints.length, (endpoint) => endpoint)
    return endpoints
      .map(({ name, shortName }, index) => ({ name, shortName, population: this.#populationOf(groups[index]) }))
      .filter((_, index) => groups[index]?.border !== undefined || (groups[index]?.count ?? 0) > 0)
  }

  #asOne(isWanted: (endpoint: number) => boolean): Population {
    return this.#populationOf(this.#group(1, (endpoint) => (isWanted(endpoint) ? 0 : -1))[0])
  }

  #isOneOf(endpoints: readonly Endpoint[]): (endpoint: number) => boolean {
    const names = new Set(endpoints.map(({ name }) => name))
    const wanted = this.#source.endpoints.map(({ name }) => names.has(name))
    return (endpoint) => wanted[endpoint] === true
  }

  /** Groups what filters, warm-up and cool-down leave. */
  #group(groups: number, keyOf: KeyOf): readonly Group[] {
    const included: KeyOf = (endpoint, timeMs) => (this.#included[endpoint] === true ? keyOf(endpoint, timeMs) : -1)
    return this.#source.group(groups, included, this.#cut ?? always)
  }

  #populationOf(group: Group | undefined, durationMs = this.#duration): Population {
    const { border, ...sure } = { ...(group ?? noRequests), durationMs }
    return border === undefined
      ? sampledPopulation(sure, this.#method)
      : borderedPopulation({ sure, border }, this.#method)
  }

  /** Both ends on a whole second: that is all that their tool says of them. */
  get #duration(): Quantity | undefined {
    const { range } = this.#source
    if (range === undefined || this.durationMs === undefined) return undefined
    const isCoarse = [range.startMs, range.endMs].every((timeMs) => timeMs % wholeSecond === 0)
    if (!isCoarse) return exactly(this.durationMs)
    const fidelity = { kind: 'rounded', to: '1 s' } as const
    return { value: this.durationMs, low: this.durationMs - wholeSecond, high: this.durationMs + wholeSecond, fidelity }
  }
}

const wholeSecond = 1_000

/** Stretches of equal length from the start on. */
function cutUp(durationMs: number, lengthMs: number): Omit<Stretch, 'population'>[] {
  const count = Math.max(1, Math.ceil(durationMs / lengthMs))
  return Array.from({ length: count }, (_, index) => {
    const fromMs = index * lengthMs
    return { fromMs, toMs: Math.min(durationMs, fromMs + lengthMs), whole: fromMs + lengthMs <= durationMs }
  })
}
