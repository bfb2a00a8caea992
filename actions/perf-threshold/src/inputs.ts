import { readFileSync, statSync } from 'node:fs'
import { parseDuration } from '@deploy-safety/common/duration'
import { invalidInput, messageOf } from '@deploy-safety/common/errors'
import {
  type InputReader,
  Malformed,
  parseChoice,
  parseCount,
  parseFlag,
  parseLines,
  quote,
} from '@deploy-safety/common/inputs'
import { nearestName } from '@deploy-safety/common/near-name'
import { maskAll } from '@deploy-safety/common/runner'
import { stepInputs } from '@deploy-safety/common/settings'
import { contract, type InputName } from './contract.ts'
import { decodeText } from './decode.ts'
import { type FormatName, formatNames, laterFormats } from './formats/names.ts'
import type { Gate, Selector } from './gates/gate.ts'
import { parseGates } from './gates/parser.ts'
import { parseSelector } from './gates/selector.ts'
import type { PercentileMethod } from './load-test/distribution.ts'
import { type MetricsQuery, parseQueries } from './metrics/queries.ts'
import { type MetricsServer, parseServer, suspectsIn, withToken } from './metrics/server.ts'
import { systemProblem } from './system-problem.ts'

export interface Inputs {
  readonly thresholds: readonly Gate[]
  readonly results: readonly string[]
  readonly format: FormatName | 'auto'
  /** Undefined: relative gates are not possible. */
  readonly baseline: readonly string[] | undefined
  readonly baselineMissing: 'warn' | 'fail'
  readonly reading: Reading
  /** Undefined: by percentile. */
  readonly minSamples: number | undefined
  readonly metrics: Metrics
}

/** What of a result is looked at, and how. */
export interface Reading {
  readonly warmUpMs: number
  readonly coolDownMs: number
  /** Empty: all. */
  readonly include: readonly Selector[]
  readonly exclude: readonly Selector[]
  readonly onlySuccessful: boolean
  readonly method: PercentileMethod
}

export interface Metrics {
  readonly prometheus: MetricsServer | undefined
  readonly queries: readonly MetricsQuery[]
  /** How far back to ask where the time of the load test is not known. */
  readonly windowMs: number
  /** There is a load test, whose time is the one to ask over. */
  readonly hasResults: boolean
  readonly alerts: MetricsServer | undefined
}

/** @throws ActionError `invalid-input` */
export async function readInputs(): Promise<Inputs> {
  const input = stepInputs(contract)
  const inputs: Inputs = {
    thresholds: readThresholds(input),
    results: input.optional('results', parseLines) ?? [],
    format: input.value('format', parseFormat),
    baseline: input.optional('baseline', parseLines),
    baselineMissing: input.value('baseline-missing', parseChoice(['warn', 'fail'])),
    reading: {
      warmUpMs: input.value('warm-up', parseDuration),
      coolDownMs: input.value('cool-down', parseDuration),
      include: input.optional('include', parseSelectors) ?? [],
      exclude: input.optional('exclude', parseSelectors) ?? [],
      onlySuccessful: input.value('only-successful', parseFlag),
      method: input.value('percentile-method', parseChoice(['linear', 'nearest-rank'])),
    },
    minSamples: input.optional('min-samples', parseCount({ least: 0, most: 1_000_000_000 })),
    metrics: readMetrics(input),
  }
  for (const threshold of inputs.thresholds) refuseUnfounded(threshold, inputs)
  return inputs
}

function readThresholds(input: InputReader<InputName>): Gate[] {
  const thresholds = input.optional('thresholds', parseGates)
  const more = input.optional('thresholds-file', (path) => parseGates(textOf(path)))
  if (thresholds === undefined && more === undefined) {
    throw invalidInput(
      'There is no threshold: neither "thresholds" nor "thresholds-file" is given.',
      'Write for example thresholds: p95 < 500ms.',
    )
  }
  return [...(thresholds ?? []), ...(more ?? [])]
}

const mostBytes = 1_000_000

function textOf(path: string): string {
  const accepted = 'Give the path of a text file with one threshold per line, relative to the working directory.'
  try {
    const status = statSync(path)
    // A pipe or a device may have no end.
    if (!status.isFile()) throw new Malformed(`${quote(path)} is not a file`, accepted)
    if (status.size > mostBytes) throw new Malformed(`${quote(path)} is larger than 1 MB`, accepted)
    return decodeText(readFileSync(path))
  } catch (error) {
    if (error instanceof Malformed) throw error
    throw new Malformed(`${quote(path)} cannot be read: ${systemProblem(error) ?? messageOf(error)}`, accepted, {
      cause: error,
    })
  }
}

function parseFormat(text: string): FormatName | 'auto' {
  const later = laterFormats.get(text)
  if (later !== undefined) throw new Malformed(`${quote(text)} is not supported yet`, later)
  const formats = ['auto', ...formatNames] as const
  const nearest = formats.some((name) => name === text)
    ? undefined
    : nearestName(text, [...formats, ...laterFormats.keys()])
  if (nearest === undefined) return parseChoice(formats)(text)
  throw new Malformed(
    `${quote(text)} is not known, did you mean ${quote(nearest)}?`,
    `Use one of: ${formats.join(', ')}.`,
  )
}

function parseSelectors(text: string): Selector[] {
  return parseLines(text).map(parseSelector)
}

function readMetrics(input: InputReader<InputName>): Metrics {
  const prometheus = input.optional('prometheus-url', readServer)
  const alerts = input.optional('alerts-url', readServer)
  const authorized = (server: MetricsServer | undefined) =>
    server && (input.optional('prometheus-token', (token) => withToken(server, token)) ?? server)
  const withheld = (server: MetricsServer | undefined) =>
    server && prometheus && input.text('prometheus-token') !== ''
      ? { ...server, tokenIsFor: originOf(prometheus) }
      : server
  const metrics = {
    prometheus: authorized(prometheus),
    queries: input.optional('prometheus-queries', parseQueries) ?? [],
    windowMs: input.value('prometheus-window', parseDuration),
    hasResults: input.text('results') !== '',
    alerts: alerts && isTokenFor(prometheus, alerts) ? authorized(alerts) : withheld(alerts),
  }
  maskAll([metrics.prometheus, metrics.alerts].flatMap((server) => server?.secrets ?? []))
  return metrics
}

/** A token is for one server, and goes to no other. */
function isTokenFor(prometheus: MetricsServer | undefined, alerts: MetricsServer): boolean {
  return prometheus === undefined || originOf(prometheus) === originOf(alerts)
}

/** Masks first: what is refused is shown. */
function readServer(text: string): MetricsServer {
  maskAll(suspectsIn(text))
  return parseServer(text)
}

function originOf({ base }: MetricsServer): string {
  return new URL(base).origin
}

/** A threshold that cannot be decided by what is given. */
function refuseUnfounded({ measure, limit, source }: Gate, { results, baseline, metrics }: Inputs): void {
  const refuse = (problem: string, fix: string) => invalidInput(`The threshold ${quote(source)} ${problem}.`, fix)
  if (measure.kind === 'prometheus') {
    if (metrics.prometheus === undefined) throw refuse('needs "prometheus-url"', 'Set "prometheus-url".')
    if (metrics.queries.every(({ name }) => name !== measure.name)) {
      const names = metrics.queries.map(({ name }) => name).join(', ') || 'none'
      throw refuse('names a query that is not in "prometheus-queries"', `Its queries are: ${names}.`)
    }
  } else if (measure.kind === 'alerts') {
    if (metrics.alerts === undefined) throw refuse('needs "alerts-url"', 'Set "alerts-url".')
  } else if (results.length === 0) {
    throw refuse('needs "results"', 'Set "results" to the files that the load test wrote.')
  }
  if (limit.kind === 'baseline' && baseline === undefined) {
    throw refuse('needs "baseline"', 'Set "baseline" to earlier results, or to an earlier report of this action.')
  }
}
