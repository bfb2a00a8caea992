import { inputReader, Malformed } from '@deploy-safety/common/inputs'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import { describe, expect, it } from 'vitest'
import type { Gate, Limit, Measure, Scope } from '../../src/gates/gate.ts'
import { parseGates } from '../../src/gates/parser.ts'

/** What a gate is made of, as far as it can be compared. */
function shapeOf(gate: Gate | undefined) {
  if (gate === undefined) throw new Error('there is no threshold')
  const { scope, measure, operator, limit, everyMs, level } = gate
  const name = scope.kind === 'matching' ? `${scope.kind} ${scope.selector.source}` : scope.kind
  return { level, measure, scope: name, operator, limit, everyMs }
}

const p = (share: number): Measure => ({ kind: 'percentile', share })
const ms = (value: number): Limit => ({ kind: 'number', value })
const base = (relative: number, absolute: number): Limit => ({ kind: 'baseline', relative, absolute })

describe('the measure of a threshold', () => {
  it.each<[string, Measure]>([
    ['p95 < 1s', p(0.95)],
    ['p95.0 < 1s', p(0.95)],
    ['p99.9 < 1s', p(0.999)],
    ['p99.99 < 1s', p(0.9999)],
    ['p1 < 1s', p(0.01)],
    ['p50 < 1s', p(0.5)],
    ['p(95) < 1s', p(0.95)],
    ['p( 99.9 ) < 1s', p(0.999)],
    ['p (95) < 1s', p(0.95)],
    ['med < 1s', p(0.5)],
    ['median < 1s', p(0.5)],
    ['avg < 1s', { kind: 'average' }],
    ['mean < 1s', { kind: 'average' }],
    ['min < 1s', { kind: 'minimum' }],
    ['max < 1s', { kind: 'maximum' }],
    ['error_rate < 1%', { kind: 'error-rate' }],
    ['rate < 1%', { kind: 'error-rate' }],
    ['errors == 0', { kind: 'errors' }],
    ['count > 1', { kind: 'count' }],
    ['throughput > 1/s', { kind: 'throughput' }],
    ['dropped_iterations < 1%', { kind: 'dropped-iterations' }],
    ['apdex(500ms) > 0.9', { kind: 'apdex', thresholdMs: 500 }],
    ['apdex ( 1.2s ) > 0.9', { kind: 'apdex', thresholdMs: 1_200 }],
    ['drift(p95) < 5%', { kind: 'drift', share: 0.95 }],
    ['drift(p(99.9)) < 5%', { kind: 'drift', share: 0.999 }],
    ['drift(median) < 5%', { kind: 'drift', share: 0.5 }],
    ['prometheus.cpu < 1', { kind: 'prometheus', name: 'cpu' }],
    ['prometheus._a-B_9 < 1', { kind: 'prometheus', name: '_a-B_9' }],
    ['alerts == 0', { kind: 'alerts', labels: [] }],
    ['alerts{} == 0', { kind: 'alerts', labels: [] }],
    [
      'alerts { severity = "critical" , team=~\'a|b\', } == 0',
      {
        kind: 'alerts',
        labels: [
          { name: 'severity', operator: '=', value: 'critical' },
          { name: 'team', operator: '=~', value: 'a|b' },
        ],
      },
    ],
    [
      'alerts{a!="x\\"y\\\\z",b!~"",c="a # b}"} == 0',
      {
        kind: 'alerts',
        labels: [
          { name: 'a', operator: '!=', value: 'x"y\\z' },
          { name: 'b', operator: '!~', value: '' },
          { name: 'c', operator: '=', value: 'a # b}' },
        ],
      },
    ],
  ])('of %s', (line, measure) => {
    expect(parseGates(line).map((gate) => gate.measure)).toEqual([measure])
  })
})

describe('the endpoints of a threshold', () => {
  it.each([
    ['p95 < 1s', 'all'],
    ['p95 of all < 1s', 'all'],
    ['p95 of each<1s', 'each'],
    ['p95 of "GET /checkout" < 1s', 'matching GET /checkout'],
    ["p95 of 'GET /checkout' < 1s", 'matching GET /checkout'],
    ['p95 of "each" < 1s', 'matching each'],
    ['p95 of each-one < 1s', 'matching each-one'],
    ['p95 of "a \\"b\\" \\\\ \\\'c\\\'" < 1s', 'matching a "b" \\ \'c\''],
    ['p95 of"a # < 5ms"< 1s', 'matching a # < 5ms'],
    ['p95 of "GET /api/*" < 1s', 'matching GET /api/*'],
    ['p95 of checkout < 1s', 'matching checkout'],
    ['p95 of checkout<1s', 'matching checkout'],
    ['p95 of größe < 1s', 'matching größe'],
    ['p95 of / < 1s', 'matching /'],
    ['p95 of /checkout < 1s', 'matching /checkout'],
    ['p95 of /checkout < 1s # see a/b', 'matching /checkout'],
    ['p95 of /checkout < 1s # this/ or that', 'matching /checkout'],
    ['p95 of /api/users < 1s', 'matching /api/users'],
    ['p95 of /api/v1 < 1s', 'matching /api/v1'],
    ['p95 of /api/v1/users/{id} < 1s', 'matching /api/v1/users/{id}'],
    ['p95 of /api/* < 1s', 'matching /api/*'],
    ['p95 of https://host:80/a?b < 1s', 'matching https://host:80/a?b'],
    ['p95 of /checkout/ < 1s', 'matching /checkout/'],
    ['p95 of /^GET /i < 1s', 'matching /^GET /i'],
    ['p95 of /GET checkout/ < 1s', 'matching /GET checkout/'],
    ['p95 of /a\\/b/ < 1s', 'matching /a\\/b/'],
    ['p95 of /[/]x/iu < 1s', 'matching /[/]x/iu'],
    ['p95 of /(?<!x) # y/s< 1s', 'matching /(?<!x) # y/s'],
    ['p95 of /[\\p{L}--[a-z]]/v < 1s', 'matching /[\\p{L}--[a-z]]/v'],
    ['p95 of /a/m < 1s', 'matching /a/m'],
    ['drift(p95) of each < 5%', 'each'],
    ['errors of "x" == 0', 'matching x'],
    ['throughput of each > 1/s', 'each'],
    ['apdex(1s) of each > 0.5', 'each'],
  ])('of %s', (line, scope) => {
    expect(parseGates(line).map((gate) => shapeOf(gate).scope)).toEqual([scope])
  })

  it.each([
    ['/checkout/i', 'POST /Checkout', true],
    ['/checkout/', 'POST /Checkout', false],
    ['checkout', 'checkout', true],
    ['checkout', 'checkouts', false],
    ['"GET *"', 'GET /a/b', true],
  ])('%s on %s: %s', (written, name, isMatch) => {
    const [gate] = parseGates(`p95 of ${written} < 1s`)
    const scope: Scope = gate?.scope ?? { kind: 'all' }
    expect(scope.kind === 'matching' && scope.selector.matches(name)).toBe(isMatch)
  })
})

describe('the limit of a threshold', () => {
  it.each<[string, Limit]>([
    ['p95 < 500ms', ms(500)],
    ['p95<500ms', ms(500)],
    ['p95 < 500 ms', ms(500)],
    ['p95 < 1.2s', ms(1_200)],
    ['p95 < 1.001s', ms(1_001)],
    ['p95 < 1m', ms(60_000)],
    ['p95 < 1m30s', ms(90_000)],
    ['p95 < 1m30.5s', ms(90_500)],
    ['p95 < 1s500ms', ms(1_500)],
    ['p95 < 250us', ms(0.25)],
    ['p95 < 250µs', ms(0.25)],
    ['p95 < 250μs', ms(0.25)],
    ['p95 < 1e3ms', ms(1_000)],
    ['p95 > 0ms', ms(0)],
    // k6's spelling.
    ['p(95)<500', ms(500)],
    ['p(95)<0.5', ms(0.5)],
    ['p(95)<500ms', ms(500)],
    ['p(95) of "x" < 500', ms(500)],
    ['avg<200', ms(200)],
    ['min<200', ms(200)],
    ['max<200', ms(200)],
    ['med<200', ms(200)],
    ['rate<0.01', ms(0.01)],
    ['count>100', ms(100)],
    ['error_rate < 1%', ms(0.01)],
    ['error_rate < 0.7%', ms(0.007)],
    ['error_rate < 1 %', ms(0.01)],
    ['error_rate < 0.5', ms(0.5)],
    ['error_rate <= 0', ms(0)],
    ['error_rate < 100%', ms(1)],
    ['dropped_iterations < 1e-2', ms(0.01)],
    ['apdex(1s) >= 0.9', ms(0.9)],
    ['apdex(1s) >= 1', ms(1)],
    ['drift(p95) < 20%', ms(0.2)],
    ['drift(p95) < 150%', ms(1.5)],
    ['throughput >= 200/s', ms(200)],
    ['throughput >= 200 / s', ms(200)],
    ['throughput >= 12000/min', ms(200)],
    ['throughput >= 0.5/s', ms(0.5)],
    ['errors == 0', ms(0)],
    ['count >= 1e6', ms(1_000_000)],
    ['prometheus.x < 80%', ms(0.8)],
    ['prometheus.x < 0.5', ms(0.5)],
    ['prometheus.x >= 0', ms(0)],
    ['prometheus.x > -5', ms(-5)],
    ['prometheus.x > - 5%', ms(-0.05)],
    ['drift(p95) > -20%', ms(-0.2)],
    ['alerts < 3', ms(3)],
    ['p95 <= baseline', base(0, 0)],
    ['p95 <= baseline + 10%', base(0.1, 0)],
    ['p95<=baseline+10%+20ms', base(0.1, 20)],
    ['p95 <= baseline + 20ms + 10%', base(0.1, 20)],
    ['p95 <= baseline - 5%', base(-0.05, 0)],
    ['p95 of each <= baseline + 200% - 1.5s', base(2, -1_500)],
    ['error_rate <= baseline + 10%', base(0.1, 0)],
    ['error_rate <= baseline + 0.01', base(0, 0.01)],
    ['throughput >= baseline - 10% - 5/s', base(-0.1, -5)],
    ['errors <= baseline + 3', base(0, 3)],
    ['apdex(1s) >= baseline - 0.05', base(0, -0.05)],
  ])('of %s', (line, limit) => {
    expect(parseGates(line).map((gate) => gate.limit)).toEqual([limit])
  })

  it.each([
    ...['<', '<=', '>', '>=', '==', '!='].map((operator) => [operator, operator]),
    ['===', '=='],
    ['!==', '!='],
  ])('with %s', (written, operator) => {
    expect(parseGates(`p95 ${written} 5ms\np95${written}5ms`).map((gate) => gate.operator)).toEqual([
      operator,
      operator,
    ])
  })

  it.each([
    ['p95 < 600ms for every 30s', 30_000],
    ['p95<600ms for every 1m30s', 90_000],
    ['p95<600ms for every 30 s', 30_000],
    ['p95 of "x" < 600ms for every 30s', 30_000],
    ['p95 of each < 600ms for every 30s', 30_000],
    ['avg < 200 for every 1s', 1_000],
    ['error_rate < 1% for every 30s', 30_000],
    ['errors < 5 for every 30s', 30_000],
    ['count > 100 for every 30s', 30_000],
    ['throughput > 5/s for every 30s', 30_000],
    ['apdex(1s) > 0.5 for every 30s', 30_000],
    ['min < 1s for every 1000ms', 1_000],
    ['p95 < 600ms', undefined],
  ])('of %s', (line, everyMs) => {
    expect(parseGates(line).map((gate) => gate.everyMs)).toEqual([everyMs])
  })
})

describe('the lines', () => {
  it('are a threshold each, whatever the line ends, blank lines and comments between them', () => {
    const text =
      '\ufeff# all of them\r\n\r\np95 < 1s # why\n\t\n  warn: p90 <\t300ms  \r  #x\nwarn :errors == 0\np95 < 1s'
    expect(parseGates(text).map(({ source, level }) => [source, level])).toEqual([
      ['p95 < 1s', 'error'],
      ['p90 < 300ms', 'warn'],
      ['errors == 0', 'warn'],
      ['p95 < 1s', 'error'],
    ])
  })

  it('keep what stands in quotes and in an expression, and lose other blanks', () => {
    const [quoted, expression] = parseGates(`warn: p95   of "a   b"  <  5ms  # c\np95 of /a   b/  <5ms`)
    expect(quoted?.source).toBe('p95 of "a   b" < 5ms')
    expect(expression?.source).toBe('p95 of /a   b/ <5ms')
  })

  it.each(['', ' ', '\n\n', '# p95 < 1s', ' # x\n#y', '\ufeff'])('that say nothing are an error: %j', (text) => {
    const error = thrownBy(() => parseGates(text), Malformed)
    expect(error.message).toBe('there is no threshold')
    expect(error.accepted).toContain('p95 < 500ms')
  })

  it('that are wrong are all shown, in a message that goes on from the name of the input', () => {
    const text = 'p95 < 500\np99 < 1s\n\trps > 5 # x\n'
    const reader = inputReader({ defaults: { thresholds: '' }, textOf: () => text })
    const error = thrownBy(() => reader.value('thresholds', parseGates), Error)
    expect(error.message.split('\n')).toEqual([
      'Input "thresholds": line 1: a latency needs a unit',
      '    p95 < 500',
      '          ^',
      '    Write 500ms or 500s. A latency has a unit, ms, s, m or us: p95 < 500ms, p99 <= 1.2s.',
      'line 3: "rps" is not known, did you mean throughput?',
      '     rps > 5 # x',
      '     ^',
      expect.stringMatching(/^ {4}Measures are .*: p95 < 500ms\.$/),
    ])
  })

  it('that are wrong are shown up to ten, and a hint once', () => {
    const error = thrownBy(() => parseGates('rps > 5\n'.repeat(12)), Malformed)
    expect(error.message.match(/\^$/gm)).toHaveLength(10)
    expect(error.message).toContain('\nand 2 more wrong lines')
    expect(error.message.match(/Measures are/g)).toHaveLength(1)
  })
})
