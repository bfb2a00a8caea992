import { Malformed } from '@deploy-safety/common/inputs'
import { anyText } from '@deploy-safety/simulators/any-text'
import { timeOf } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Gate, Limit, Measure, Scope } from '../../src/gates/gate.ts'
import { operators } from '../../src/gates/gate.ts'
import { parseGates } from '../../src/gates/parser.ts'
import { nameSelector } from '../../src/gates/selector.ts'
import { senselessBecause } from '../../src/gates/sense.ts'
import { traitsOf, type Unit } from '../../src/gates/traits.ts'

const pieces = fc.constantFrom(
  ...['p95', 'p', '(', ')', '95', 'avg', 'error_rate', 'rate', 'alerts', '{', '}', 'a="b"', ',', 'prometheus.', 'x'],
  ...[
    'apdex',
    'drift',
    ' of ',
    'each',
    '"',
    "'",
    '/',
    '\\',
    '*',
    '#',
    ' ',
    '\t',
    '<',
    '<=',
    '=',
    '!',
    '500',
    'ms',
    's',
  ],
  ...[
    '%',
    '+',
    '-',
    'baseline',
    ' for ',
    'every',
    '30s',
    'warn',
    ':',
    '.',
    '_',
    '1e9',
    '/s',
    '\n',
    '\r',
    '🚀',
    '\u202e',
  ],
)
const soup = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(''))
const right = fc.constantFrom(
  'warn: p95 of "GET /a b" < 500ms for every 30s # c',
  'p(99.9)<500',
  'p95 of /a[/]b/i <= baseline + 10% + 20ms',
  'alerts{a="b",c=~"d|e"} == 0',
  'apdex(500ms) of each >= 0.9',
  'throughput of /api/users >= 200/s',
  'prometheus.cpu < 80%',
  'drift(p95) < 20%',
)
/** A gate with a part replaced: most have one slip. */
const nearlyRight = fc
  .tuple(right, fc.nat(40), fc.nat(3), fc.oneof(fc.constant(''), fc.constant(' '), pieces))
  .map(([line, at, length, piece]) => line.slice(0, at) + piece + line.slice(at + length))
const gateLike = fc.oneof(soup, nearlyRight)

describe('for any text', () => {
  it('nothing but Malformed is thrown, and every caret stands within its line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText(40),
          gateLike,
          gateLike.map((text) => `p95 ${text}`),
        ),
        (text) => {
          const error = failureOf(text)
          if (error === undefined) return
          expect(error).toBeInstanceOf(Malformed)
          const lines = error.message.split('\n')
          for (const [index, line] of lines.entries()) {
            const caret = /^ {4}( *)\^ here$/.exec(line)?.[1]
            if (caret === undefined) continue
            expect(caret.length).toBeLessThanOrEqual(Array.from(lines[index - 1] ?? '').length - 4)
          }
        },
      ),
      { numRuns: 3_000 },
    )
  })

  it('a threshold that is accepted is accepted again as its own source, and is the same', () => {
    fc.assert(
      fc.property(gateLike, (text) => {
        if (failureOf(text) !== undefined) return
        for (const gate of parseGates(text))
          expect(plain(parseGates(gate.source)[0])).toEqual({ ...plain(gate), level: 'error' })
      }),
      { numRuns: 3_000 },
    )
  })
})

const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/)
const labelNames = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
// No line ends: a gate has one line.
const texts = anyText(12).filter((text) => !/[\r\n]/.test(text))
const shares = fc.integer({ min: 100, max: 9_999 }).map((hundredths) => Number(`${hundredths}e-4`))

const measures: fc.Arbitrary<Measure> = fc.oneof(
  fc.record({ kind: fc.constant('percentile' as const), share: shares }),
  fc.record({ kind: fc.constantFrom('average' as const, 'minimum' as const, 'maximum' as const) }),
  fc.record({
    kind: fc.constantFrom(...(['error-rate', 'errors', 'count', 'throughput', 'dropped-iterations'] as const)),
  }),
  fc.record({ kind: fc.constant('apdex' as const), thresholdMs: fc.integer({ min: 1, max: 100_000 }) }),
  fc.record({ kind: fc.constant('drift' as const), share: shares }),
  fc.record({ kind: fc.constant('prometheus' as const), name: names }),
  fc.record({
    kind: fc.constant('alerts' as const),
    labels: fc.array(
      fc.record({ name: labelNames, operator: fc.constantFrom('=' as const, '!=' as const), value: texts }),
      { maxLength: 3 },
    ),
  }),
)

function scopesOf(measure: Measure): fc.Arbitrary<Scope> {
  if (!traitsOf(measure).ofEndpoints) return fc.constant({ kind: 'all' })
  return fc.oneof(
    fc.constant<Scope>({ kind: 'all' }),
    fc.constant<Scope>({ kind: 'each' }),
    texts.filter((text) => text !== '').map((text): Scope => ({ kind: 'matching', selector: nameSelector(text) })),
  )
}

const valuesOf: Record<Unit, fc.Arbitrary<number>> = {
  time: fc.double({ min: 0, max: 1e7, noNaN: true }).map(Math.abs),
  share: fc.integer({ min: 0, max: 9_999 }).map((value) => value / 10_000),
  ratio: fc.integer({ min: 0, max: 10_000 }).map((value) => value / 10_000),
  growth: fc.integer({ min: 0, max: 10_000 }).map((value) => Number(`${value}e-2`)),
  rate: fc.double({ min: 0, max: 1e6, noNaN: true }).map(Math.abs),
  whole: fc.nat(),
  plain: fc.double({ min: 0, max: 1e9, noNaN: true }).map(Math.abs),
}

function limitsOf(measure: Measure): fc.Arbitrary<Limit> {
  const { unit, withBaseline } = traitsOf(measure)
  const number = valuesOf[unit].map((value): Limit => ({ kind: 'number', value }))
  if (!withBaseline) return number
  const percent = fc.integer({ min: -99, max: 300 }).map((value) => Number(`${value}e-2`))
  const absolute = fc.tuple(valuesOf[unit], fc.constantFrom(1, -1)).map(([value, sign]) => value * sign)
  return fc.oneof(
    number,
    fc
      .record({ kind: fc.constant('baseline' as const), relative: percent, absolute })
      .filter(({ absolute: value }) => !Object.is(value, -0)),
  )
}

const gates: fc.Arbitrary<Omit<Gate, 'source'>> = measures
  .chain((measure) =>
    fc.record({
      level: fc.constantFrom('error' as const, 'warn' as const),
      measure: fc.constant(measure),
      scope: scopesOf(measure),
      operator: fc.constantFrom(...operators),
      limit: limitsOf(measure),
      seconds: fc.option(fc.integer({ min: 1, max: 3_600 }), { nil: undefined }),
    }),
  )
  .map(({ seconds, ...gate }) => {
    const fits = traitsOf(gate.measure).overTime && gate.limit.kind === 'number'
    return { ...gate, everyMs: fits && seconds !== undefined ? seconds * 1_000 : undefined }
  })

describe('a threshold that is written as a text', () => {
  it('is read as itself, unless it makes no sense', () => {
    fc.assert(
      fc.property(gates, (gate) => {
        const written = write(gate)
        if (senselessBecause(gate) !== undefined) expect(failureOf(written)).toBeInstanceOf(Malformed)
        else expect(parseGates(written).map(plain)).toEqual([plain({ ...gate, source: '' })])
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a line of 100 kB', () => {
  it.each([
    ...[
      '',
      'p95 of ',
      'p95 of "',
      'p95 of /',
      'p95 < ',
      'p95 < baseline',
      'alerts{',
      'alerts{a="',
      'drift(',
      'p(',
      'warn',
    ],
    ...['p95 < 5ms ', 'p95 of x ', 'prometheus.', 'p95 < 1', 'p95 of /[', 'p95 of /(?:'],
  ])('that begins with %j is read in no time', (begin) => {
    for (const unit of [
      'x',
      '\\',
      '\\"',
      '[',
      '[x]',
      ' ',
      '"',
      '/',
      '(',
      '1',
      ',1',
      '1e',
      '#',
      '=',
      'drift(',
      'a="b",',
      '+1%',
      '🚀',
      '\t#',
      'for ',
    ]) {
      const line = begin + unit.repeat(Math.ceil(100_000 / unit.length))
      expect(timeOf(() => failureOf(line))).toBeLessThan(1_500)
    }
  })
})

function failureOf(text: string): Malformed | undefined {
  try {
    parseGates(text)
    return undefined
  } catch (error) {
    if (error instanceof Malformed) return error
    throw error
  }
}

/** Without what cannot be compared. */
function plain(gate: Gate | undefined) {
  if (gate === undefined) return undefined
  const { source: _, scope, ...rest } = gate
  return { ...rest, scope: scope.kind === 'matching' ? `matching ${scope.selector.source}` : scope.kind }
}

function write({ level, measure, scope, operator, limit, everyMs }: Omit<Gate, 'source'>): string {
  const endpoint = scope.kind === 'matching' ? inQuotes(scope.selector.source) : scope.kind
  const of = scope.kind === 'all' ? '' : ` of ${endpoint}`
  const every = everyMs === undefined ? '' : ` for every ${everyMs / 1_000}s`
  const prefix = level === 'warn' ? 'warn: ' : ''
  return `${prefix}${writeMeasure(measure)}${of} ${operator} ${writeLimit(limit, traitsOf(measure).unit)}${every} # end`
}

function writeMeasure(measure: Measure): string {
  switch (measure.kind) {
    case 'percentile':
      return `p${Number(`${measure.share}e2`)}`
    case 'drift':
      return `drift(p(${Number(`${measure.share}e2`)}))`
    case 'apdex':
      return `apdex(${measure.thresholdMs}ms)`
    case 'prometheus':
      return `prometheus.${measure.name}`
    case 'alerts':
      return `alerts{${measure.labels.map(({ name, operator, value }) => `${name}${operator}${inQuotes(value)}`).join()}}`
    case 'average':
      return 'avg'
    case 'minimum':
      return 'min'
    case 'maximum':
      return 'max'
    default:
      return measure.kind.replace('-', '_')
  }
}

function writeLimit(limit: Limit, unit: Unit): string {
  if (limit.kind === 'number') return writeValue(limit.value, unit)
  const { relative, absolute } = limit
  const sign = (value: number) => (value < 0 ? '-' : '+')
  return `baseline ${sign(relative)} ${Math.abs(Number(`${relative}e2`))}% ${sign(absolute)} ${writeValue(Math.abs(absolute), unit)}`
}

function writeValue(value: number, unit: Unit): string {
  if (unit === 'growth') return `${Number(`${value}e2`)}%`
  return `${value}${unit === 'time' ? 'ms' : unit === 'rate' ? '/s' : ''}`
}

function inQuotes(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
