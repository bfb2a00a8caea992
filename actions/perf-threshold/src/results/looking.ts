import { formatNumber } from '@deploy-safety/common/number'
import type { Selector } from '../gates/gate.ts'
import type { Reading } from '../inputs.ts'
import { cellSource } from '../load-test/cell-source.ts'
import type { LoadTest } from '../load-test/load-test.ts'
import { droppedShare, ReportedTest } from '../load-test/reported-test.ts'
import { rowSource } from '../load-test/sample-source.ts'
import { SampledTest } from '../load-test/sampled-test.ts'
import { isMissing, type Missing } from '../quantity.ts'
import type { Samples } from '../samples/samples.ts'
import type { Load, ReportedLoad, SampledLoad } from './load.ts'
import { unmatchedSelectors } from './unmatched.ts'

/**
 * What was read, looked at as the inputs say.
 * @param cut the same requests without warm-up and cool-down, where they were read again for that
 */
export function loadTestOf(load: Load, reading: Reading, cut?: Samples): LoadTest | Missing {
  // Without requests there are no times either: what is wrong is not that they cannot be cut.
  if (load.kind === 'sampled' && load.samples.requests.length === 0) return nothingIn(load)
  const cutMs = reading.warmUpMs + reading.coolDownMs
  const range = load.kind === 'sampled' ? load.samples.range : undefined
  if (cutMs > 0 && range === undefined) {
    return { missing: 'no-timestamps', detail: `warm-up and cool-down cannot be removed: ${whyUncut(load)}` }
  }
  if (load.kind === 'reported' && isFiltered(reading) && load.reported.endpoints.length === 0) {
    return { missing: 'not-reported', detail: `include and exclude need endpoints, and ${load.format} has none` }
  }
  const partly = load.kind === 'reported' && reading.exclude.length > 0 ? partOf(load) : undefined
  if (partly !== undefined) return partly
  const test = testOf(load, reading, cut)
  const { count } = test.all
  const isEmpty = isMissing(count) ? count.missing === 'empty-results' : count.high === 0
  if (!isEmpty) return test
  const filters = cutMs > 0 || isFiltered(reading)
  if (!filters) return nothingIn(load)
  const detail = 'no requests are left after warm-up, cool-down, include and exclude'
  return { missing: 'empty-results', detail: [detail, ...unmatchedSelectors(load, reading)].join('. ') }
}

function whyUncut(load: Load): string {
  const why = load.kind === 'reported' ? load.reported.uncut : undefined
  return why ?? `${load.format} has no timestamps`
}

/** A test with k6 can do much and make no HTTP request. */
function nothingIn({ format }: Load): Missing {
  const ofK6 = `: of ${format} only http_req_duration is read, not the metrics of gRPC, WebSocket and browser`
  const isK6 = format === 'k6-json' || format === 'k6-csv'
  return { missing: 'empty-results', detail: `the file has no requests${isK6 ? ofK6 : ''}` }
}

function testOf(load: Load, reading: Reading, cut: Samples | undefined): LoadTest {
  if (load.kind === 'reported') return reportedTest(load, reading)
  if (cut === undefined) return sampledTest(load, reading)
  return sampledTest({ ...load, samples: cut }, { ...reading, warmUpMs: 0, coolDownMs: 0 })
}

/** Of the summary of k6, endpoints are what thresholds asked for: whatever else there is would be left out as well. */
function partOf({ format, reported: { total, endpoints } }: ReportedLoad): Missing | undefined {
  const named = endpoints.reduce((sum, { stats }) => sum + (stats.count ?? Number.NaN), 0)
  // JMeter's statistics name transaction controllers beside their requests: more than all.
  if (total === undefined || named >= (total.count ?? Number.NaN)) return undefined
  const detail = `exclude needs every endpoint, but ${format} names only some of them; name yours with include`
  return { missing: 'not-reported', detail }
}

function isFiltered({ include, exclude }: Reading): boolean {
  return include.length > 0 || exclude.length > 0
}

function reportedTest({ reported }: ReportedLoad, reading: Reading): LoadTest {
  return new ReportedTest(reported, { ...reading, includes: filterOf(reported.endpoints, reading) })
}

function sampledTest({ samples, format, rawFiles }: SampledLoad, reading: Reading): LoadTest {
  const { requests, range, seconds, endpoints, clock, tellsFailures, omitsFailures, roundedToMs } = samples
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
  const options = {
    ...reading,
    droppedIterations: droppedShare(samples),
    notes: notesOn(samples, format, rawFiles.length > 0),
  }
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

function notesOn(
  { leftOut, omitsFailures, tellsFailures, untold, requests }: Samples,
  format: string,
  isRaw: boolean,
): string[] {
  const { setup, transactions, subResults, untimed } = leftOut
  const left: [number, string][] = [
    [setup, 'requests of setup() and teardown() were left out'],
    [transactions, 'rows of transaction controllers were left out'],
    [subResults, 'sub-results were left out: the request they belong to is counted'],
    [untimed, 'rows without a response time were left out'],
  ]
  return [
    ...left.filter(([count]) => count > 0).map(([count, what]) => `${formatNumber(count)} ${what}.`),
    ...(tellsFailures && untold > 0
      ? [
          `k6 does not say of ${formatNumber(untold)} requests whether they failed (responseCallback): error_rate and errors leave them out, as k6 does.`,
        ]
      : []),
    ...(omitsFailures ? [`${format} leaves out requests without a response: how many failed is not known.`] : []),
    ...(requests.kind === 'cells'
      ? [
          isRaw
            ? 'Too many requests to keep one by one: latencies are counted in buckets.'
            : 'A report has no single requests: latencies are counted in buckets.',
        ]
      : []),
  ]
}

/** What may be counted twice. */
export function doubtsOn(load: Load): string[] {
  const doubtful = load.kind === 'sampled' ? load.samples.doubtful : 0
  if (doubtful === 0) return []
  return [
    `${formatNumber(doubtful)} rows may be transaction controllers and are counted: without responseMessage they look like requests. If JMeter does not save it, set jmeter.save.saveservice.response_message=true.`,
  ]
}
