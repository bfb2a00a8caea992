import type { Gate } from '../../../src/gates/gate.ts'
import { parseGates } from '../../../src/gates/parser.ts'
import { parseSelector } from '../../../src/gates/selector.ts'
import type { Reading } from '../../../src/inputs.ts'
import type { Evidence } from '../../../src/judging/evidence.ts'
import { judge } from '../../../src/judging/judge.ts'
import type { Judgement } from '../../../src/judging/judgement.ts'
import type { LoadTest } from '../../../src/load-test/load-test.ts'
import { exactly, type Missing, type Quantity } from '../../../src/quantity.ts'
import type { Latency, Reported, Stats } from '../../../src/reported.ts'
import type { ReportedLoad, SampledLoad } from '../../../src/results/load.ts'
import { loadTestOf } from '../../../src/results/looking.ts'
import type { Samples } from '../../../src/samples/samples.ts'

export interface Row {
  readonly ms: number
  /** Since the start of the run. */
  readonly atMs: number
  readonly name: string
  readonly failed: boolean
}

/** 2026-11-21T09:00:00.137Z: not on a whole second, as no run is. */
const startedAt = 1_795_251_600_137

/** So many requests at equal distances. */
export function steady(
  count: number,
  {
    everyMs = 100,
    fromMs = 0,
    name = 'GET /',
    ms = () => 100,
    failed = () => false,
  }: {
    everyMs?: number
    fromMs?: number
    name?: string
    ms?: (index: number) => number
    failed?: (index: number) => boolean
  } = {},
): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    ms: ms(index),
    atMs: fromMs + index * everyMs,
    name,
    failed: failed(index),
  }))
}

/** Latencies from 1 to so many milliseconds, so that percentiles are easy to tell. */
export function upTo(most: number): (index: number) => number {
  return (index) => (index % most) + 1
}

/** A raw result with these requests. */
export function raw(rows: readonly Row[], traits: Partial<Samples> = {}): SampledLoad {
  const names = [...new Set(rows.map(({ name }) => name))]
  const { hasTimes = true } = traits
  const times = rows.map(({ atMs }) => startedAt + atMs)
  const samples: Samples = {
    seconds: undefined,
    range:
      hasTimes && rows.length > 0
        ? {
            startMs: times.reduce((one, other) => Math.min(one, other)),
            endMs: times.reduce((one, other) => Math.max(one, other)),
          }
        : undefined,
    requests: {
      kind: 'columns',
      length: rows.length,
      latencies: Float64Array.from(rows, ({ ms }) => ms),
      times: hasTimes ? Float64Array.from(times) : new Float64Array(),
      endpointIds: Uint32Array.from(rows, ({ name }) => names.indexOf(name)),
      failures: Uint8Array.from(rows, ({ failed }) => (failed ? 1 : 0)),
    },
    endpoints: names.map((name) => ({ name, shortName: name.replace(/^[A-Z]+ /, '') })),
    iterations: undefined,
    leftOut: { setup: 0, transactions: 0, subResults: 0, untimed: 0 },
    untold: 0,
    doubtful: 0,
    damage: [],
    damageCount: 0,
    hasTimes,
    clock: 'epoch',
    timeOf: 'start',
    tellsFailures: true,
    omitsFailures: false,
    roundedToMs: undefined,
    ...traits,
  }
  return { kind: 'sampled', format: 'k6-json', samples, rawFiles: [] }
}

/** `p: { 95: 120 }` are exact percentiles; whole quantities are taken as they are. */
export interface Numbers extends Partial<Omit<Stats, 'latency' | 'successful'>> {
  readonly p?: Readonly<Record<string, number | Quantity>>
  readonly successfulP?: Readonly<Record<string, number | Quantity>>
  readonly latency?: Partial<Latency>
}

/** What a load tool says of some requests. */
export function stats({ p = {}, successfulP, latency, ...counts }: Numbers): Stats {
  const all = { ...latencyOf(p), ...latency }
  return {
    count: 1_000,
    errors: 0,
    throughput: 10,
    ...counts,
    latency: all,
    ...(successfulP === undefined ? {} : { successful: latencyOf(successfulP) }),
  }
}

function latencyOf(p: Readonly<Record<string, number | Quantity>>): Latency {
  const shares = Object.entries(p).map(
    ([share, value]) => [Number(`${share}e-2`), typeof value === 'number' ? exactly(value) : value] as const,
  )
  return { percentiles: new Map(shares), average: undefined, minimum: undefined, maximum: undefined }
}

/** A summary, of the whole run and of endpoints. */
export function summary(
  total: Numbers | undefined,
  endpoints: Readonly<Record<string, Numbers>> = {},
  more: Partial<Reported> = {},
): ReportedLoad {
  const named = Object.entries(endpoints).map(([name, numbers]) => ({
    name,
    shortName: name.replace(/^[A-Z]+ /, ''),
    stats: stats(numbers),
  }))
  return {
    kind: 'reported',
    format: 'locust-stats',
    reported: { total: total && stats(total), endpoints: named, notes: [], ...more },
  }
}

export const wholeRun: Reading = {
  warmUpMs: 0,
  coolDownMs: 0,
  include: [],
  exclude: [],
  onlySuccessful: false,
  method: 'linear',
}

/** A load as a gate sees it. */
export function seen(load: SampledLoad | ReportedLoad, reading: Partial<Reading> = {}): LoadTest | Missing {
  return loadTestOf(load, { ...wholeRun, ...reading })
}

export function selectors(...texts: string[]): Reading['include'] {
  return texts.map(parseSelector)
}

export function gateOf(text: string): Gate {
  const [gate] = parseGates(text)
  if (gate === undefined) throw new Error(`There is no threshold in ${text}`)
  return gate
}

/** What a gate says of a load test. */
export function judged(
  gate: string,
  load: SampledLoad | ReportedLoad | Missing,
  { reading, ...evidence }: Partial<Omit<Evidence, 'test'>> & { reading?: Partial<Reading> } = {},
): Judgement {
  return judge(gateOf(gate), {
    test: 'missing' in load ? load : seen(load, reading),
    metrics: { queries: new Map(), alerts: undefined },
    baseline: undefined,
    baselineMissing: 'warn',
    minSamples: undefined,
    ...evidence,
  })
}

/** `failed threshold-exceeded`, `passed`. */
export function verdict({ verdict: word, finding }: Judgement): string {
  return finding === undefined ? word : `${word} ${finding}`
}
