import { quote } from '@deploy-safety/common/inputs'
import { type Cursor, peek, placeOf, take, takeAdjacent } from './cursor.ts'
import { GateProblem } from './problem.ts'

/** A number as it was written, with what it is a number of: milliseconds, a share of one, or per second. */
export interface Amount {
  readonly kind: 'bare' | 'percent' | 'time' | 'rate'
  readonly value: number
  readonly at: number
  /** The digits, without the unit. */
  readonly digits: string
}

interface Digits {
  readonly at: number
  readonly text: string
}

// By how many digits the point moves on the way to milliseconds; minutes are the exception.
const timeUnits: ReadonlyMap<string, { readonly shift: number; readonly factor: number }> = new Map([
  ['m', { shift: 0, factor: 60_000 }],
  ['s', { shift: 3, factor: 1 }],
  ['ms', { shift: 0, factor: 1 }],
  ['us', { shift: -3, factor: 1 }],
  ['µs', { shift: -3, factor: 1 }],
  ['μs', { shift: -3, factor: 1 }],
])
const unitOrder = ['m', 's', 'ms', 'us']

const word = /[\p{L}µ]+/uy
const unitHints: ReadonlyMap<string, string> = new Map(
  Object.entries({
    's for seconds': ['sec', 'secs', 'second', 'seconds'],
    'm for minutes': ['min', 'mins', 'minute', 'minutes', 'h', 'hour', 'hours'],
    'ms for milliseconds': ['msec', 'msecs', 'millis', 'millisecond', 'milliseconds'],
    'us for microseconds, ms for milliseconds': ['ns', 'usec', 'micros', 'nanoseconds', 'microseconds'],
    '/s for per second': ['rps', 'qps', 'tps', 'req', 'reqs', 'request', 'requests', 'ps'],
    '% for percent': ['percent', 'pct', 'percents'],
    'the number with all its zeros': ['k', 'mio', 'thousand', 'million'],
  }).flatMap(([hint, words]) => words.map((unit) => [unit, hint] as const)),
)

/** Reads a number and its unit. @throws GateProblem with `accepted` when there is none */
export function readAmount(cursor: Cursor, accepted: string): Amount {
  const number = readDigits(cursor, accepted)
  const amount = (kind: Amount['kind'], value: number): Amount => {
    if (Number.isFinite(value)) return { kind, value, at: number.at, digits: number.text }
    throw new GateProblem(number.at, `${quote(number.text)} is too large`, accepted)
  }
  if (take(cursor, /%/y) !== undefined) return amount('percent', shiftPoint(number.text, -2))
  if (take(cursor, /\//y) !== undefined) return amount('rate', Number(number.text) / readPer(cursor))
  const unit = takeUnit(cursor, accepted)
  if (unit === undefined) return amount('bare', Number(number.text))
  return amount('time', readTime(cursor, { number, unit, accepted }))
}

/** Moves the decimal point to the right, without the error of a multiplication: 99.9 by -2 is 0.999. */
export function shiftPoint(digits: string, places: number): number {
  const [mantissa = '', exponent = '0'] = digits.toLowerCase().split('e')
  return Number(`${mantissa}e${Number(exponent) + places}`)
}

function readDigits(cursor: Cursor, accepted: string): Digits {
  const at = placeOf(cursor)
  const text = take(cursor, /\d+(?:[.,_'’]\d+)*(?:[eE][+-]?\d+)?\.?/uy)
  if (text === undefined) throw noNumber(cursor, accepted)
  if (/[,_'’]/.test(text)) {
    throw new GateProblem(
      at,
      `${quote(text)} has a separator that is not allowed in numbers`,
      'Use a decimal point and no thousands separator: 1.5, 10000.',
    )
  }
  if (!/^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text))
    throw new GateProblem(at, `${quote(text)} is not a number`, accepted)
  return { at, text }
}

function noNumber(cursor: Cursor, accepted: string): GateProblem {
  const at = placeOf(cursor)
  if (peek(cursor, /[-−–]/uy) !== undefined) return new GateProblem(at, 'a limit cannot be negative', accepted)
  if (peek(cursor, /\+/y) !== undefined)
    return new GateProblem(
      at,
      'a plus sign is not allowed here',
      'Write 10%, or baseline + 10% for more than the baseline.',
    )
  if (peek(cursor, /\./y) !== undefined)
    return new GateProblem(at, 'a number must start with a digit', 'Write 0.5 instead of .5.')
  const other = peek(cursor, /[\p{L}\p{N}_.]+/uy)
  if (other === undefined) return new GateProblem(at, 'a number is missing', accepted)
  return new GateProblem(at, `${quote(other)} is not a number`, accepted)
}

function readPer(cursor: Cursor): number {
  const at = placeOf(cursor)
  const per = take(cursor, word)
  if (per === 's') return 1
  if (per === 'min') return 60
  throw new GateProblem(at, 'throughput is per second (/s) or per minute (/min)', 'Write 200/s or 12000/min.')
}

/** A word behind a blank is a unit only if it looks like one: `count > 100 for …` has none. */
function takeUnit(cursor: Cursor, accepted: string): string | undefined {
  const at = placeOf(cursor)
  const next = peek(cursor, word)
  if (next === undefined) return undefined
  const lower = next.toLowerCase()
  const hint = timeUnits.has(lower) ? `${lower}, in lower case` : unitHints.get(lower)
  if (timeUnits.has(next)) return take(cursor, word)
  if (at > cursor.at && hint === undefined) return undefined
  throw new GateProblem(
    at,
    `${quote(next)} is not a unit`,
    hint === undefined ? `Units are ms, s, m, us, %, /s, /min. ${accepted}` : `Write ${hint}. ${accepted}`,
  )
}

/** The rest of a time such as `1m30s`: parts from large to small. @returns milliseconds */
function readTime(
  cursor: Cursor,
  { number, unit, accepted }: { number: Digits; unit: string; accepted: string },
): number {
  const { shift, factor } = timeUnits.get(unit) ?? { shift: 0, factor: 1 }
  const ms = shiftPoint(number.text, shift) * factor
  const more = cursor.at
  if (!/\d/.test(cursor.line[more] ?? '')) return ms
  const next = readDigits(cursor, accepted)
  const nextUnit = takeAdjacent(cursor, word)
  if (nextUnit === undefined || !timeUnits.has(nextUnit) || !isSmaller(nextUnit, unit) || !/^\d+$/.test(number.text))
    throw new GateProblem(
      more,
      'the parts of a time must be whole numbers, from large to small',
      'Write for example 1m30s or 1.5s.',
    )
  return ms + readTime(cursor, { number: next, unit: nextUnit, accepted })
}

function isSmaller(unit: string, than: string): boolean {
  const rank = (of: string) => unitOrder.indexOf(of.replace(/^[µμ]/, 'u'))
  return rank(unit) > rank(than)
}
