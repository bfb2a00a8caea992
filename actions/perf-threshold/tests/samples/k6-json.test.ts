import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failuresOf } from '../support/samples/k6-told.ts'
import { read } from '../support/samples/reading.ts'

type Json = Record<string, unknown>

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('GET', '::setup', '::setup::in', 'true', 'a"b\\c\n<&>'),
)
const tags = fc.record(
  {
    expected_response: fc.oneof(fc.constantFrom('true', 'false'), text),
    group: fc.oneof(fc.constantFrom('', '::setup', '::teardown', '::teardown::x', '::setups'), text),
    method: fc.oneof(fc.constantFrom('GET', 'POST'), text),
    name: text,
    status: fc.oneof(fc.constantFrom('0', '200', '399', '400', '503'), text),
    url: text,
    names: text,
    region: text,
  },
  { requiredKeys: [] },
)
const value = fc.oneof(
  fc.double({ min: 0, max: 1e6, noNaN: true }).map(String),
  fc.constantFrom('1e-05', '1.5e+06', '0', '0.5', '12', '100000', '-1', '1e300', '007', '.5', '1.', 'null', '"1"'),
)
const time = fc.constantFrom(
  '2026-11-21T09:34:18.082010795Z',
  '2026-11-21T09:34:18Z',
  '2026-11-21T11:34:18.5+02:00',
  'yesterday',
)

const line = fc
  .record({
    metric: fc.constantFrom(
      'http_req_duration',
      'http_req_duration',
      'http_reqs',
      'iterations',
      'dropped_iterations',
      'iteration_duration',
    ),
    type: fc.constantFrom('Point', 'Point', 'Point', 'Metric'),
    ...{ time, value, tags: fc.option(tags) },
    metadata: fc.option(fc.dictionary(fc.string(), fc.string())),
    order: fc.constantFrom('today', 'until 0.40', 'spaced', 'turned'),
    asGo: fc.boolean(),
  })
  .map(({ order, asGo, ...point }) => written(point, order, asGo))

interface Point {
  readonly metric: string
  readonly type: string
  readonly time: string
  readonly value: string
  readonly tags: Json | null
  readonly metadata: Json | null
}

function written(
  { metric, type, time: at, value: number, tags: of, metadata }: Point,
  order: string,
  asGo: boolean,
): string {
  const json = (of: unknown) => {
    const plain = JSON.stringify(of)
    // As Go does by default.
    return asGo ? plain.replace(/[<>&]/g, (mark) => `\\u00${mark.charCodeAt(0).toString(16)}`) : plain
  }
  const rest = metadata === null ? '' : `,"metadata":${json(metadata)}`
  const data = `{"time":${json(at)},"value":${number},"tags":${json(of)}${rest}}`
  if (order === 'today') return `{"metric":"${metric}","type":"${type}","data":${data}}`
  if (order === 'until 0.40') return `{"type":"${type}","data":${data},"metric":"${metric}"}`
  if (order === 'spaced') return ` { "metric" : "${metric}", "type":"${type}","data" :${data} } `
  return `{"data":{"tags":${json(of)},"value":${number},"time":${json(at)}},"metric":"${metric}","type":"${type}"}`
}

/** What JSON.parse and readline would make of it. */
function reference(lines: readonly string[]) {
  const rows: ReturnType<typeof rowOf>[] = []
  const sums = { done: 0, dropped: 0, setup: 0, broken: 0 }
  const points = lines.map(parsed).filter(({ metric, type }) => metric === 'broken' || type === 'Point')
  for (const { metric, data } of points) {
    if (!isSound(metric, data)) sums.broken += 1
    else if (metric === 'iterations') sums.done += data.value
    else if (metric === 'dropped_iterations') sums.dropped += data.value
    else if (metric !== 'http_req_duration') continue
    else if (/^::(setup|teardown)(::|$)/.test(data.tags?.group ?? '')) sums.setup += 1
    else rows.push(rowOf(data))
  }
  const failures = failuresOf(rows.map(({ told }) => told))
  return { rows: rows.map(({ told, ...row }, at) => ({ ...row, failure: failures[at] })), sums }
}

const counted = ['http_req_duration', 'iterations', 'dropped_iterations']

function isSound(metric: string, { value: of, time: at }: { value: unknown; time: string }): boolean {
  if (!counted.includes(metric)) return typeof of === 'number'
  const isCount = typeof of === 'number' && of >= 0 && of <= Number.MAX_SAFE_INTEGER
  return isCount && !(metric === 'http_req_duration' && at === 'yesterday')
}

function rowOf({
  time: at,
  value: latencyMs,
  tags: of,
}: {
  time: string
  value: number
  tags: Record<string, string> | null
}) {
  const { method = '', name = '', url = '', expected_response: expected, status } = of ?? {}
  const shortName = name || url
  const timeMs =
    Date.parse(at.replace(/\.\d+/, (digits) => digits.slice(0, 4))) + (at.includes('.082010795') ? 0.010795 : 0)
  const fullName = (method === '' ? shortName : `${method} ${shortName}`).toWellFormed()
  return { name: fullName, latencyMs, timeMs, told: { expected, status } }
}

function parsed(source: string) {
  try {
    return JSON.parse(source)
  } catch {
    return { metric: 'broken', data: {} }
  }
}

const first = '{"type":"Metric","data":{"name":"x"},"metric":"x"}'

describe('k6 JSON', () => {
  test('reads what JSON.parse reads, whatever the order, the escapes and the tags', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
        const { rows, sums } = reference(lines)
        const { iterations, leftOut, damageCount, ...seen } = await read('k6-json', [first, ...lines].join('\n'))
        expect(seen.rows).toEqual(rows)
        expect([iterations, leftOut.setup]).toEqual([{ done: sums.done, dropped: sums.dropped }, sums.setup])
        expect(damageCount).toBe(sums.broken)
      }),
      { numRuns: 300 },
    )
  })

  test('reads lines whose tags come again as it read them the first time', async () => {
    const pool = fc.array(line, { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(pool, fc.array(fc.nat(), { maxLength: 40 }), async (lines, order) => {
        const mixed = order.map((at) => lines[at % lines.length] ?? '')
        const { rows, sums } = reference(mixed)
        const { iterations, leftOut, ...seen } = await read('k6-json', [first, ...mixed].join('\n'))
        expect(seen.rows).toEqual(rows)
        expect([iterations, leftOut.setup]).toEqual([{ done: sums.done, dropped: sums.dropped }, sums.setup])
      }),
      { numRuns: 300 },
    )
  })

  test('tells lines apart whose tags differ in little, however often they come', async () => {
    const kinds = ['GET a true ', 'GET a false ', 'PUT a true ', 'GET b true ', 'GET b true ::setup']
    const lines = Array.from({ length: 50 }, (_, at) => {
      const [method, name, expected, group] = (kinds[at % kinds.length] ?? '').split(' ')
      return `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":${at},"tags":{"expected_response":"${expected}","group":"${group}","method":"${method}","name":"${name}"}}}\n`
    })
    const { rows, leftOut } = await read('k6-json', lines.join(''))
    const expected = [
      ['GET a', 0],
      ['GET a', 1],
      ['PUT a', 0],
      ['GET b', 0],
    ]
    expect(rows.map(({ name, failure }) => [name, failure])).toEqual(Array(10).fill(expected).flat())
    expect(rows.map(({ latencyMs }) => latencyMs)).toEqual(lines.map((_, at) => at).filter((at) => at % 5 !== 4))
    expect(leftOut.setup).toBe(10)
  })

  test.each([
    ['"value":-1', 'has no value that can be a latency'],
    ['"value":NaN', 'is not a JSON object'],
    ['"value":1e300', 'has no value that can be a latency'],
    ['"value":9007199254740992', 'has no value that can be a latency'],
    ['"value":"12"', 'has no value that can be a latency'],
    ['"value":012', 'is not a JSON object'],
    ['"value":12,"value":-3', 'has no value that can be a latency'],
  ])('%s is no latency', async (member, problem) => {
    const broken = `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T09:34:18Z",${member},"tags":{"name":"x"}}}`
    const { rows, damage } = await read('k6-json', `${broken}\n`)
    expect(rows).toEqual([])
    expect(damage).toEqual([expect.stringMatching(new RegExp(`^malformed-results: line 1: .* ${problem}$`))])
  })

  test('takes two lines for one under no lengths of their tags', async () => {
    const line = (metric: string, value: number, of: string) =>
      `{"metric":"${metric}","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":${value},"tags":${of}}}\n`
    const tagsOf = (length: number, status: string) =>
      `{"expected_response":"${status === '200'}","status":"${status}","name":"${'x'.repeat(length)}/?lang=en"}`
    const body = Array.from({ length: 400 }, (_, length) =>
      ['200', '500'].flatMap((status, at) =>
        ['http_reqs', 'http_req_duration', 'http_req_failed'].map((metric) =>
          line(metric, 1, tagsOf(at === 0 ? length + 1 : 2, status)),
        ),
      ),
    )
    const { rows, damage } = await read('k6-json', body.flat().join(''))
    expect([rows.length, damage]).toEqual([800, []])
  })

  test('names the lines of two writers', async () => {
    const point = (value: number) =>
      `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":${value},"tags":{"name":"x","status":"200"}}}`
    const torn = [
      point(1),
      point(2).slice(0, 90),
      point(3),
      `${point(4).slice(0, 70)}${point(5)}`,
      point(6).slice(40),
      point(7),
    ]
    const { rows, damage, damageCount } = await read('k6-json', `${torn.join('\n')}\n`)
    expect(rows.map(({ latencyMs }) => latencyMs)).toEqual([1, 3, 7])
    expect(damageCount).toBe(3)
    expect(damage.map((text) => text.slice(0, 26))).toEqual([2, 4, 5].map((at) => `malformed-results: line ${at}:`))
  })

  test('lists the first damage and counts all of it', async () => {
    const { damage, damageCount } = await read('k6-json', `${first}\n${'junk\n'.repeat(1_000)}`)
    expect([damage.length, damageCount]).toEqual([5, 1_000])
  })

  test('reads a line of a megabyte, and gives up one of more than 16 MiB', async () => {
    const point = (name: string) =>
      `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":1,"tags":{"name":"${name}","status":"200"}}}`
    const content = [point('a'), point('b'.repeat(2 ** 20)), point('c'.repeat(17 * 2 ** 20)), point('d')].join('\n')
    const { rows, damage } = await read('k6-json', content)
    expect(rows.map(({ name }) => name)).toEqual(['a', expect.stringMatching(/^b{1983}…[\da-f]{16}$/), 'd'])
    expect(damage).toEqual([
      expect.stringMatching(/^malformed-results: line 3: .* starts a record of more than 16 MiB$/),
    ])
  })

  test('more endpoints than can be told apart are named with the way out', async () => {
    const lines = Array.from(
      { length: 100_002 },
      (_, at) =>
        `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":1,"tags":{"name":"/${at}"}}}`,
    )
    const { rows, damage, damageCount } = await read('k6-json', lines.join('\n'))
    expect([rows.length, damageCount]).toEqual([100_000, 2])
    expect(damage[0]).toMatch(/^malformed-results: line 100001: "\/100000" has one more endpoint .* tag "name"/)
  })
})
