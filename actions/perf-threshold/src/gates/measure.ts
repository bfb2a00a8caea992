import { quote } from '@deploy-safety/common/inputs'
import { readAmount, shiftPoint } from './amount.ts'
import { type Cursor, peek, placeOf, take, takeAdjacent } from './cursor.ts'
import type { Measure } from './gate.ts'
import { nearestWord } from './known-words.ts'
import { readLabels } from './label-match.ts'
import { GateProblem } from './problem.ts'

export interface SpelledMeasure {
  readonly measure: Measure
  readonly at: number
  /** Whether it is one of k6's, whose numbers are milliseconds; `unscoped`: only without an endpoint. */
  readonly k6: 'yes' | 'unscoped' | 'no'
}

type Spelling = Omit<SpelledMeasure, 'at'>

const words: ReadonlyMap<string, Spelling> = new Map<string, Spelling>([
  ['med', { measure: { kind: 'percentile', share: 0.5 }, k6: 'unscoped' }],
  ['median', { measure: { kind: 'percentile', share: 0.5 }, k6: 'no' }],
  ['avg', { measure: { kind: 'average' }, k6: 'unscoped' }],
  ['mean', { measure: { kind: 'average' }, k6: 'no' }],
  ['min', { measure: { kind: 'minimum' }, k6: 'unscoped' }],
  ['max', { measure: { kind: 'maximum' }, k6: 'unscoped' }],
  ['error_rate', { measure: { kind: 'error-rate' }, k6: 'no' }],
  ['rate', { measure: { kind: 'error-rate' }, k6: 'no' }],
  ['errors', { measure: { kind: 'errors' }, k6: 'no' }],
  ['count', { measure: { kind: 'count' }, k6: 'no' }],
  ['throughput', { measure: { kind: 'throughput' }, k6: 'no' }],
  ['dropped_iterations', { measure: { kind: 'dropped-iterations' }, k6: 'no' }],
])

/** All that a gate can begin with. */
const measureWords = ['p95', ...words.keys(), 'apdex', 'drift', 'alerts'] as const

const measureForms =
  'Measures are p95, p(99.9), med, avg, min, max, error_rate, errors, count, throughput, apdex(500ms), drift(p95), ' +
  'dropped_iterations, prometheus.name, alerts: p95 < 500ms.'
const percentileForms = 'Write a percentile as p95, p99.9 or p(95): p95 < 500ms.'
const prometheusForms =
  'Use the name of a query of prometheus-queries (letters, digits, _ and -): prometheus.cpu < 80%.'

/** Reads what is compared. @throws GateProblem */
export function readMeasure(cursor: Cursor): SpelledMeasure {
  const at = placeOf(cursor)
  const word = take(cursor, /[\p{L}_][\p{L}\p{N}_.-]*/uy)
  if (word === undefined) throw new GateProblem(at, 'a threshold must start with a measure', measureForms)
  const spelling = words.get(word) ?? readPercentile(cursor, word, at) ?? readOther(cursor, word, at)
  return { ...spelling, at }
}

function readPercentile(cursor: Cursor, word: string, at: number): Spelling | undefined {
  if (word === 'p' && take(cursor, /\(/y) !== undefined) {
    const inside = placeOf(cursor)
    const share = shareOf(take(cursor, /[^)\s<>=!]+/y) ?? '', inside)
    close(cursor, percentileForms)
    return { measure: { kind: 'percentile', share }, k6: 'yes' }
  }
  const digits = /^p(\d.*)$/.exec(word)?.[1]
  if (digits === undefined) return undefined
  const rest = takeAdjacent(cursor, /[,%][\d%]*/y) ?? ''
  return { measure: { kind: 'percentile', share: shareOf(digits + rest, at) }, k6: 'no' }
}

/** 0.95 for `95`. */
function shareOf(percent: string, at: number): number {
  const refuse = (problem: string, accepted: string) => new GateProblem(at, problem, accepted)
  if (!/^\d+(?:\.\d+)?$/.test(percent)) throw refuse(`${quote(percent)} is not a percentile`, percentileForms)
  const share = shiftPoint(percent, -2)
  if (share === 0) throw refuse('percentile 0 does not exist', 'Use min for the shortest latency: min < 50ms.')
  if (share === 1) throw refuse('percentile 100 does not exist', 'Use max for the longest latency: max < 2s.')
  if (share > 1) throw refuse(`${quote(percent)} is more than 100 percent`, percentileForms)
  if (share < 0.01) throw refuse(`${quote(percent)} is less than one percent, did you mean p95?`, percentileForms)
  return share
}

function readOther(cursor: Cursor, word: string, at: number): Spelling {
  if (word === 'apdex') return { measure: readApdex(cursor), k6: 'no' }
  if (word === 'drift') return { measure: readDrift(cursor), k6: 'no' }
  if (word === 'alerts') return { measure: { kind: 'alerts', labels: readLabels(cursor) }, k6: 'no' }
  const name = /^prometheus\.(.*)$/.exec(word)?.[1]
  if (name === undefined) throw unknown(cursor, word, at)
  if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) return { measure: { kind: 'prometheus', name }, k6: 'no' }
  throw new GateProblem(at + 'prometheus.'.length, `${quote(name)} is not a valid query name`, prometheusForms)
}

function readApdex(cursor: Cursor): Measure {
  const accepted = 'Write the time that satisfies in parentheses: apdex(500ms) >= 0.9.'
  open(cursor, accepted)
  const threshold = readAmount(cursor, accepted)
  if (threshold.kind !== 'time' || threshold.value === 0)
    throw new GateProblem(threshold.at, 'apdex needs a time above zero with a unit', accepted)
  close(cursor, accepted)
  return { kind: 'apdex', thresholdMs: threshold.value }
}

function readDrift(cursor: Cursor): Measure {
  const accepted = 'Write the percentile in parentheses: drift(p95) < 20%.'
  open(cursor, accepted)
  const at = placeOf(cursor)
  // Looked for first: a line of nothing but `drift(` would end the stack.
  const measure = peek(cursor, /drift/y) === undefined ? readMeasure(cursor).measure : undefined
  if (measure?.kind !== 'percentile') throw new GateProblem(at, 'drift needs a percentile', accepted)
  close(cursor, accepted)
  return { kind: 'drift', share: measure.share }
}

function open(cursor: Cursor, accepted: string): void {
  if (take(cursor, /\(/y) === undefined) throw new GateProblem(placeOf(cursor), 'a "(" is missing', accepted)
}

function close(cursor: Cursor, accepted: string): void {
  if (take(cursor, /\)/y) === undefined) throw new GateProblem(placeOf(cursor), 'a ")" is missing', accepted)
}

function unknown(cursor: Cursor, word: string, at: number): GateProblem {
  if (peek(cursor, /:/y) !== undefined && /^warn/i.test(word))
    return new GateProblem(at, `${quote(word)} is not known, did you mean warn?`, 'Write warn: p90 < 300ms.')
  if (peek(cursor, /:/y) !== undefined)
    return new GateProblem(
      at,
      `unknown prefix ${quote(`${word}:`)}; for a k6 threshold write p(95)<500`,
      'Only warn: can stand before a measure: warn: p90 < 300ms.',
    )
  const percentile = /^p\d+(?:\.\d+)?$/i.test(word) ? word.toLowerCase() : undefined
  const nearest = percentile ?? nearestWord(word, measureWords)
  const hint = nearest === undefined ? '' : `, did you mean ${nearest}?`
  return new GateProblem(at, `${quote(word)} is not known${hint}`, measureForms)
}
