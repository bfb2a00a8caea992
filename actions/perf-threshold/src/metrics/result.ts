import { isRecord } from '@deploy-safety/common/record'
import type { Missing } from '../quantity.ts'
import { type Labels, readLabels } from './labels.ts'
import { type Reply, unreachable, words } from './reply.ts'

/** What a query gives, point by point. */
export interface QueryResult {
  readonly series: readonly RawSeries[]
  /** Prometheus' own: that data may be partial, for example. Foreign text. */
  readonly warnings: readonly string[]
  /** Series of native histograms, which are no numbers. */
  readonly nativeHistograms: number
}

export interface RawSeries {
  readonly labels: Labels
  readonly samples: readonly Sample[]
}

/** `value` may be NaN or infinite. */
interface Sample {
  readonly seconds: number
  readonly value: number
}

const mostWarnings = 5

/**
 * Reads an answer of the query API (https://prometheus.io/docs/prometheus/latest/querying/api/).
 * A scalar is a series without labels.
 */
export function readResult(reply: Reply): QueryResult | Missing {
  const { status, document, excerpt, secrets } = reply
  if (!isRecord(document))
    return unreachable(`${excerpt}. This is not a response of Prometheus: check the URL and its path`)
  if (document['status'] === 'error') return refusal(document, reply)
  const data = document['data']
  if (status !== 200 || document['status'] !== 'success' || !isRecord(data)) {
    return unreachable(`${excerpt}. This is not a response of Prometheus to a query`)
  }
  const found = readData(data['resultType'], data['result'])
  if (found === undefined) return unreachable(`${excerpt}. Its result does not have the form that Prometheus documents`)
  if ('missing' in found) return found
  return { ...found, warnings: readWarnings(document['warnings'], secrets) }
}

/** Its own words on a query that is wrong, or cannot be executed; anything else is trouble of the server. */
function refusal({ errorType, error }: Readonly<Record<string, unknown>>, { status, secrets }: Reply): Missing {
  const text = `${typeof errorType === 'string' ? `${errorType}: ` : ''}${typeof error === 'string' ? error : ''}`
  const detail = `Prometheus responded with ${status}: ${words(text, secrets)}`
  const isQuery = errorType === 'bad_data' || errorType === 'execution'
  return { missing: isQuery ? 'metrics-ambiguous' : 'metrics-unreachable', detail }
}

type Found = Omit<QueryResult, 'warnings'> | Missing | undefined

function readData(type: unknown, result: unknown): Found {
  if (type === 'string') {
    return { missing: 'metrics-ambiguous', detail: 'the query returned text instead of a number' }
  }
  if (type === 'scalar') {
    const sample = readSample(result)
    return sample && { series: [{ labels: {}, samples: [sample] }], nativeHistograms: 0 }
  }
  if ((type !== 'matrix' && type !== 'vector') || !Array.isArray(result)) return undefined
  const entries = result.map(readEntry)
  const known = entries.filter((entry) => entry !== undefined)
  if (known.length < entries.length) return undefined
  const series = known.filter((entry) => entry !== 'native histogram')
  return { series, nativeHistograms: known.length - series.length }
}

/** A series of a matrix has `values`, that of a vector `value`. */
function readEntry(entry: unknown): RawSeries | 'native histogram' | undefined {
  if (!isRecord(entry)) return undefined
  if (entry['histogram'] !== undefined || entry['histograms'] !== undefined) return 'native histogram'
  const labels = readLabels(entry['metric'])
  const samples = readSamples(entry['values'] ?? [entry['value']])
  return labels && samples && { labels, samples }
}

function readSamples(values: unknown): Sample[] | undefined {
  if (!Array.isArray(values)) return undefined
  const samples = values.map(readSample).filter((sample) => sample !== undefined)
  return samples.length === values.length ? samples : undefined
}

function readSample(pair: unknown): Sample | undefined {
  if (!Array.isArray(pair)) return undefined
  const [seconds, text]: unknown[] = pair
  const value = typeof text === 'string' ? readNumber(text) : undefined
  return typeof seconds === 'number' && value !== undefined ? { seconds, value } : undefined
}

const special: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
])

/** A number as Go writes it; undefined for anything else, the empty text included. */
export function readNumber(text: string): number | undefined {
  if (special.has(text)) return special.get(text)
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

function readWarnings(value: unknown, secrets: readonly string[]): string[] {
  if (!Array.isArray(value)) return []
  const texts = value.filter((warning) => typeof warning === 'string')
  return texts.slice(0, mostWarnings).map((warning) => words(warning, secrets))
}
