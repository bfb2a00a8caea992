import type { Selector } from '../gates/gate.ts'
import type { Reading } from '../inputs.ts'
import type { LoadTest } from '../load-test/load-test.ts'
import { droppedShare, ReportedTest } from '../load-test/reported-test.ts'
import { cellSource, rowSource } from '../load-test/sample-source.ts'
import { SampledTest } from '../load-test/sampled-test.ts'
import { isMissing, type Missing } from '../quantity.ts'
import type { Load, ReportedLoad, SampledLoad } from './load.ts'

/** What was read, looked at as the inputs say. */
export function loadTestOf(load: Load, reading: Reading): LoadTest | Missing {
  const cutMs = reading.warmUpMs + reading.coolDownMs
  const range = load.kind === 'sampled' ? load.range : undefined
  if (cutMs > 0 && range === undefined) {
    return { missing: 'no-timestamps', detail: `warm-up and cool-down cannot be cut off: ${load.format} has no times` }
  }
  if (load.kind === 'reported' && isFiltered(reading) && load.reported.endpoints.length === 0) {
    return { missing: 'not-reported', detail: `include and exclude need endpoints, and ${load.format} names none` }
  }
  const partly = load.kind === 'reported' && reading.exclude.length > 0 ? partOf(load) : undefined
  if (partly !== undefined) return partly
  const test = load.kind === 'sampled' ? sampledTest(load, reading) : reportedTest(load, reading)
  const { count } = test.all
  const isEmpty = isMissing(count) ? count.missing === 'empty-results' : count.high === 0
  if (!isEmpty) return test
  const filters = cutMs > 0 || isFiltered(reading)
  const detail = filters
    ? 'no request is left after warm-up, cool-down, include and exclude'
    : 'there is no request in it'
  return { missing: 'empty-results', detail }
}

/** Of the summary of k6, endpoints are what thresholds asked for: whatever else there is would be left out as well. */
function partOf({ format, reported: { total, endpoints } }: ReportedLoad): Missing | undefined {
  const named = endpoints.reduce((sum, { stats }) => sum + (stats.count ?? Number.NaN), 0)
  // JMeter's statistics name transaction controllers beside their requests: more than all.
  if (total === undefined || named >= (total.count ?? Number.NaN)) return undefined
  const detail = `exclude needs every endpoint, and those that ${format} names are not all requests; name them with include`
  return { missing: 'not-reported', detail }
}

function isFiltered({ include, exclude }: Reading): boolean {
  return include.length > 0 || exclude.length > 0
}

function reportedTest({ reported }: ReportedLoad, reading: Reading): LoadTest {
  return new ReportedTest(reported, { ...reading, includes: filterOf(reported.endpoints, reading) })
}

function sampledTest({ samples, range, format, seconds }: SampledLoad, reading: Reading): LoadTest {
  const { requests, endpoints, clock, tellsFailures, omitsFailures, roundedToMs } = samples
  const { onlySuccessful } = reading
  const traits = {
    endpoints,
    range,
    isEpoch: clock === 'epoch',
    tellsFailures,
    omitsFailures,
    roundedToMs,
    onlySuccessful,
  }
  const source = requests.kind === 'columns' ? rowSource(requests, traits) : cellSource(requests, traits)
  const options = { ...reading, droppedIterations: droppedShare(samples), notes: notesOn(samples, format) }
  const overTime =
    seconds === undefined || isFiltered(reading)
      ? undefined
      : new SampledTest(cellSource(seconds, { ...traits, endpoints: [everything] }), {
          ...options,
          includes: () => true,
        })
  return new SampledTest(source, { ...options, overTime, includes: filterOf(endpoints, reading) })
}

const everything = { name: 'all', shortName: 'all' }

interface Named {
  readonly name: string
  readonly shortName: string
}

/** Which endpoints are looked at, by either of their names. */
function filterOf(endpoints: readonly Named[], { include, exclude }: Reading): (endpoint: Named) => boolean {
  const names = [...new Set(endpoints.flatMap(({ name, shortName }) => [name, shortName]))]
  const anyOf = (selectors: readonly Selector[]) =>
    new Set(selectors.flatMap((selector) => [...selector.matching(names)]))
  const [included, excluded] = [anyOf(include), anyOf(exclude)]
  const isIn = (set: ReadonlySet<string>, { name, shortName }: Named) => set.has(name) || set.has(shortName)
  return (endpoint) => (include.length === 0 || isIn(included, endpoint)) && !isIn(excluded, endpoint)
}

function notesOn({ leftOut, omitsFailures, requests }: SampledLoad['samples'], format: string): string[] {
  const { setup, transactions, subResults, untimed } = leftOut
  const left: [number, string][] = [
    [setup, 'requests of setup() and teardown() were left out'],
    [transactions, 'rows of transaction controllers were left out'],
    [subResults, 'sub-results were left out, since the request they belong to is there'],
    [untimed, 'rows without a response time were left out'],
  ]
  return [
    ...left.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}.`),
    ...(omitsFailures ? [`${format} leaves out requests without an answer: how many failed cannot be said.`] : []),
    ...(requests.kind === 'cells'
      ? ['There are more requests than are kept one by one: latencies are counted in buckets.']
      : []),
  ]
}

/** What may be counted twice. */
export function doubtsOn(load: Load): string[] {
  const doubtful = load.kind === 'sampled' ? load.samples.doubtful : 0
  if (doubtful === 0) return []
  return [
    `${doubtful} rows may be transaction controllers and are counted: without responseMessage they cannot be told from requests. If JMeter does not save it, set jmeter.save.saveservice.response_message=true.`,
  ]
}
