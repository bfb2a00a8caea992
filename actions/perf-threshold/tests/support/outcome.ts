import { parseGates } from '../../src/gates/parser.ts'
import type { Evidence } from '../../src/judging/evidence.ts'
import { judge } from '../../src/judging/judge.ts'
import type { LoadTest } from '../../src/load-test/load-test.ts'
import { rowSource } from '../../src/load-test/sample-source.ts'
import { SampledTest } from '../../src/load-test/sampled-test.ts'
import type { Outcome } from '../../src/outcome.ts'
import type { Load } from '../../src/results/load.ts'
import type { Samples } from '../../src/samples/samples.ts'

export interface Request {
  readonly name?: string
  readonly latencyMs: number
  /** Since the start of the run. */
  readonly timeMs?: number
  readonly failed?: boolean
}

/** So many requests, one by one made from their number. */
export function requests(count: number, make: (index: number) => Request): Request[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** A load of raw requests, as a format with exact numbers gives it. */
function loadOf(all: readonly Request[]): Load & { kind: 'sampled' } {
  const names = [...new Set(all.map(({ name = 'GET /' }) => name))]
  const times = all.map(({ timeMs = 0 }) => timeMs)
  const ids = new Map(names.map((name, index) => [name, index]))
  const [startMs, endMs] = times.reduce(([least, most], time) => [Math.min(least, time), Math.max(most, time)], [0, 0])
  const samples: Samples = {
    seconds: undefined,
    range: { startMs, endMs },
    requests: {
      kind: 'columns',
      length: all.length,
      latencies: Float64Array.from(all, ({ latencyMs }) => latencyMs),
      times: Float64Array.from(times),
      endpointIds: Uint32Array.from(all, ({ name = 'GET /' }) => ids.get(name) ?? 0),
      failures: Uint8Array.from(all, ({ failed }) => (failed === true ? 1 : 0)),
    },
    endpoints: names.map((name) => ({ name, shortName: name })),
    iterations: undefined,
    leftOut: { setup: 0, transactions: 0, subResults: 0, untimed: 0 },
    untold: 0,
    doubtful: 0,
    ...{ damage: [], damageCount: 0, hasTimes: true, clock: 'epoch', timeOf: 'start' },
    ...{ tellsFailures: true, omitsFailures: false, roundedToMs: undefined },
  }
  return { kind: 'sampled', format: 'k6-json', samples, rawFiles: [] }
}

/** The same as a load test, nothing left out. */
export function testOf(all: readonly Request[]): LoadTest {
  const { samples } = loadOf(all)
  if (samples.requests.kind !== 'columns') throw new Error('rows are needed')
  const { endpoints, range, tellsFailures, omitsFailures, roundedToMs } = samples
  const traits = { endpoints, range, isEpoch: true, tellsFailures, omitsFailures, roundedToMs, onlySuccessful: false }
  return new SampledTest(rowSource(samples.requests, traits), {
    ...{ method: 'linear', warmUpMs: 0, coolDownMs: 0, includes: () => true, notes: [] },
    droppedIterations: { missing: 'not-reported', detail: 'only k6 reports dropped iterations' },
  })
}

/** What comes of these gates for this load test. The verdict, which is shown elsewhere, is left out. */
export function outcomeOf(
  thresholds: string,
  test: LoadTest,
  more: Partial<Outcome> & Partial<Evidence> = {},
): Outcome {
  const { baseline, minSamples = 1, warnings = [], notes = [] } = more
  const metrics = { queries: new Map(), alerts: undefined }
  const evidence: Evidence = { test, baseline, minSamples, baselineMissing: 'warn', metrics, ...more }
  const judgements = parseGates(thresholds).map((gate) => judge(gate, evidence))
  const results = {
    ...{ format: 'k6-json', files: ['run.json'], test, load: loadOf([]), damage: undefined, notes: [], warnings: [] },
  }
  return { outcome: 'passed', reasonCode: 'ok', detail: '', judgements, results, notes, warnings }
}
