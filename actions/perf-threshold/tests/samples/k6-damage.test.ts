import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRfc3339 } from '../../src/samples/time-stamp.ts'
import { failuresOf } from '../support/samples/k6-told.ts'
import { read, readInPieces } from '../support/samples/reading.ts'

type Order = 'today' | 'until 0.40'

const requestMetrics = ['http_reqs', 'http_req_duration', 'http_req_blocked', 'http_req_waiting', 'http_req_failed']
const iterationMetrics = ['checks', 'data_sent', 'iteration_duration', 'iterations', 'dropped_iterations']
const requestTags = (at: number) =>
  `{"expected_response":"${at % 3 !== 0}","group":"${at % 4 === 3 ? '::setup' : ''}","method":"GET","name":"http://shop.example/${at % 2}","status":"200"}`
const iterationTags = '{"group":"","scenario":"default"}'

function pointOf(metric: string, at: number, order: Order): string {
  const isRequest = requestMetrics.includes(metric)
  const data = `{"time":"2026-11-21T09:34:${10 + at}.08201079Z","value":${at}.25,"tags":${isRequest ? requestTags(at) : iterationTags}}`
  return order === 'today'
    ? `{"metric":"${metric}","type":"Point","data":${data}}`
    : `{"type":"Point","data":${data},"metric":"${metric}"}`
}

const first = '{"type":"Metric","data":{"name":"http_reqs","type":"counter"},"metric":"http_reqs"}\n'

/** What k6 writes of a few requests, after its first line. */
function bodyOf(requests: number, order: Order): string {
  const points = Array.from({ length: requests }, (_, at) =>
    [...requestMetrics, ...(at % 2 === 0 ? [] : iterationMetrics)].map((metric) => pointOf(metric, at, order)),
  )
  return `${points.flat().join('\n')}\n`
}

interface Harm {
  readonly kind: 'delete' | 'duplicate' | 'nothing' | 'text' | 'copy'
  readonly from: number
  readonly length: number
  readonly source: number
  readonly text: string
}

const harm: fc.Arbitrary<Harm> = fc.record({
  kind: fc.constantFrom('delete', 'duplicate', 'nothing', 'text', 'copy'),
  from: fc.nat(),
  length: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 1_500 })),
  source: fc.nat(),
  text: fc.stringMatching(/^[ -~\n\t]{1,8}$/),
})

function harmed(body: string, { kind, from, length, source, text }: Harm): string {
  const start = from % body.length
  const end = Math.min(start + length, body.length)
  const stretch = body.slice(start, end)
  const elsewhere = source % body.length
  const instead = {
    delete: '',
    duplicate: stretch + stretch,
    nothing: '\0'.repeat(stretch.length),
    text: text.repeat(stretch.length).slice(0, stretch.length),
    copy: body.slice(elsewhere, elsewhere + stretch.length),
  }
  return body.slice(0, start) + instead[kind] + body.slice(end)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** What a line says; undefined: it is none of k6. */
function meaningOf(line: string) {
  const record = parsed(line)
  if (!isRecord(record) || typeof record['metric'] !== 'string' || !isRecord(record['data'])) return undefined
  const { metric, type, data } = record
  if (type === 'Metric') return { metric: 'none', row: undefined, value: 0 }
  const { time, value, tags = null } = data
  if (type !== 'Point' || typeof time !== 'string' || typeof value !== 'number') return undefined
  if (tags !== null && !isRecord(tags)) return undefined
  const isCounted = ['http_req_duration', 'iterations', 'dropped_iterations'].includes(metric)
  if (isCounted && !(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) return undefined
  if (metric !== 'http_req_duration') return { metric, row: undefined, value }
  const timeMs = parseRfc3339(Buffer.from(time), { start: 0, end: Buffer.byteLength(time) })
  if (!(timeMs > 0)) return undefined
  return { metric, row: rowOf({ latencyMs: value, timeMs }, tags ?? {}), value }
}

function rowOf(numbers: { latencyMs: number; timeMs: number }, tags: Record<string, unknown>) {
  const tag = (name: string) => (typeof tags[name] === 'string' ? tags[name] : undefined)
  if (/^::(setup|teardown)(::|$)/.test(tag('group') ?? '')) return undefined
  const [expected, status, name] = [tag('expected_response'), tag('status'), tag('name') || tag('url') || '']
  return { name: tag('method') ? `${tag('method')} ${name}` : name, ...numbers, told: { expected, status } }
}

function linesIn(content: string): number {
  return content.split('\n').length - 1
}

/** What a reader makes of it that knows nothing but JSON.parse. */
function reference(content: string) {
  const lines = content.split('\n').filter((line) => /[^ \t\r]/.test(line))
  const meanings = lines.map(meaningOf)
  const sum = (metric: string) =>
    meanings.reduce((total, line) => total + (line?.metric === metric ? line.value : 0), 0)
  const rows = meanings.flatMap((line) => (line?.row === undefined ? [] : [line.row]))
  const failures = failuresOf(rows.map(({ told }) => told))
  return {
    rows: rows.map(({ told, ...row }, at) => ({ ...row, failure: failures[at] })),
    iterations: { done: sum('iterations'), dropped: sum('dropped_iterations') },
    broken: meanings.filter((line) => line === undefined).length,
  }
}

describe('k6 JSON that was damaged', () => {
  test.each(['today', 'until 0.40'] as const)('gives what JSON.parse gives of it, line by line: %s', async (order) => {
    const harms = fc.array(harm, { minLength: 1, maxLength: 2 })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 12 }),
        harms,
        fc.constantFrom(0, 300),
        async (requests, given, size) => {
          const body = bodyOf(requests, order)
          const content = first + given.reduce(harmed, body)
          const { rows, iterations, damageCount } = await read('k6-json', content, size === 0 ? undefined : size)
          const expected = reference(content)
          expect(iterations).toEqual(expected.iterations)
          expect(rows).toEqual(expected.rows)
          expect(damageCount).toBeLessThanOrEqual(expected.broken)
          // Of other metrics, a line has to be there from its beginning to its end, and what it says does not matter. Two parts of
          // lines that are as long as one together are not looked for.
          const lost = first.length + body.length - content.length
          const isTorn = given.length === 1 && lost > 0 && lost <= 8 && linesIn(content) <= linesIn(body)
          if (isTorn && expected.broken > 0) expect(damageCount).toBeGreaterThan(0)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('is not taken for whole, whichever line end is lost', async () => {
    const body = bodyOf(4, 'today')
    for (let at = body.indexOf('\n'); at !== body.length - 1; at = body.indexOf('\n', at + 1)) {
      const { damageCount } = await read('k6-json', `${first}${body.slice(0, at)}${body.slice(at + 1)}`)
      expect(damageCount, `line end at ${at}`).toBe(1)
    }
  })

  test.each([
    ['neither type', '{"metric":"vus","type":"Poin","data":{"time":"2026-11-21T09:34:18Z","value":1,"tags":null}}'],
    ['no time', '{"metric":"vus","type":"Point","data":{"value":1,"tags":null}}'],
    ['no number', '{"metric":"vus","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":"1","tags":null}}'],
    ['half a number', '{"metric":"vus","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":1.,"tags":null}}'],
    [
      'tags that are none',
      '{"metric":"vus","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":1,"tags":[]}}',
    ],
    [
      'something behind it',
      '{"metric":"vus","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":1,"tags":{}}}}',
    ],
    ['two objects', '{"metric":"vus","type":"Point","data":{"time":"","value":1,"tags":{}}}{"metric":"vus"}'],
    ['an open name', '{"metric":"vus,"type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":1,"tags":{}}}'],
    [
      'a control character',
      '{"metric":"vus","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":1,"tags":{"a":"\u0001"}}}',
    ],
  ])('a line of any metric with %s is malformed', async (_, line) => {
    const { damage } = await read('k6-json', `${first}${line}\n`)
    expect(damage).toEqual([expect.stringMatching(/^malformed-results: line 2: /)])
  })

  test.each([
    '{"metric":"vus","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":-1.5e-07,"tags":null}}',
    '{"metric":"vus","type":"Point","data":{"time":"","value":0.30000000000000004,"tags":{}}}',
    '{"metric":"vus","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":1,"tags":{"n":"a"},"metadata":{"t":"1"}}}',
  ])('of other metrics value and time are free: %s', async (line) => {
    expect((await read('k6-json', `${first}${line}\n${line}\n`)).damage).toEqual([])
  })
})

describe('tags that other metrics had before', () => {
  const line = (metric: string, tags: string, value = 5) =>
    `{"metric":"${metric}","type":"Point","data":{"time":"2026-11-21T09:34:18Z","value":${value},"tags":${tags}}}`
  const named = (expected: string) => `{"expected_response":"${expected}","method":"GET","name":"tea","status":"503"}`

  test.each([
    ['a request', named('true'), { name: 'GET tea', failure: 0 }],
    ['a request without method', '{"name":"tea","status":"503"}', { name: 'tea', failure: 1 }],
    ['what expected_response never is', named('maybe'), { name: 'GET tea', failure: 1 }],
    ['no name', '{"scenario":"default"}', { name: '', failure: 2 }],
    ['no tags', 'null', { name: '', failure: 2 }],
    ['a name that is empty', '{"name":"","url":"http://shop.example/"}', { name: 'http://shop.example/', failure: 2 }],
  ])('mean to a duration what they mean without them: %s', async (_, tags, expected) => {
    const lines = ['checks', 'http_req_duration', 'vus', 'http_req_duration'].map((metric) => line(metric, tags))
    const { rows, damage, tellsFailures } = await read('k6-json', `${lines.join('\n')}\n`)
    expect(rows.map(({ name, failure }) => ({ name, failure }))).toEqual([expected, expected])
    expect([damage, tellsFailures]).toEqual([[], expected.failure !== 2])
  })

  test('name no endpoint by themselves', async () => {
    const content = ['{"name":"a"}', '{"name":"b"}'].map((tags) => line('checks', tags)).join('\n')
    const { rows } = await read('k6-json', `${content}\n${line('http_req_duration', '{"name":"b"}')}\n`)
    expect(rows.map(({ name }) => name)).toEqual(['b'])
  })

  test('setup stays setup', async () => {
    const tags = '{"group":"::setup","method":"GET","name":"tea","status":"200"}'
    const lines = ['http_reqs', 'http_req_duration', 'http_req_failed', 'http_req_duration'].map((at) => line(at, tags))
    const { rows, leftOut } = await read('k6-json', `${lines.join('\n')}\n`)
    expect([rows, leftOut.setup]).toEqual([[], 2])
  })
})

const columns = 'metric_name,timestamp,metric_value,expected_response,group,method,name,status,url,extra_tags'

function csvBody(requests: number): string {
  const rows = Array.from({ length: requests }, (_, at) => [
    ...requestMetrics.map(
      (metric) => `${metric},1795253658,${at}.250000,${at % 3 !== 0},,GET,tea ${at % 2},200,http://shop.example/,`,
    ),
    `iterations,1795253658,1.000000,,,,,,,`,
  ])
  return `${rows.flat().join('\n')}\n`
}

/** What a reader makes of rows without quotes that knows nothing but `split`. */
function csvReference(body: string) {
  const lines = body.split('\n').map((line) => line.replace(/\r+$/, ''))
  const rows: unknown[] = []
  let broken = 0
  for (const fields of lines.filter((line) => line !== '' && line !== columns).map((line) => line.split(','))) {
    const [metric = '', time = '', value = '', expected, , method, name, , url] = fields
    const isCounted = ['http_req_duration', 'iterations', 'dropped_iterations'].includes(metric)
    const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(value)
    const isSoundValue = isNumber && (!isCounted || (Number(value) >= 0 && Number(value) <= Number.MAX_SAFE_INTEGER))
    const isSound =
      fields.length === 10 &&
      !fields.some((field) => field.includes('\0')) &&
      /^[ -\uffff]+$/.test(metric) &&
      isSoundValue &&
      /^(\d{10}|\d{13}|\d{16}|\d{19})$/.test(time)
    if (!isSound || Number(time) === 0) broken += 1
    else if (metric === 'http_req_duration')
      rows.push({
        name: method === '' ? name || url : `${method} ${name || url}`,
        latencyMs: Number(value),
        expected,
      })
  }
  return { rows, broken }
}

describe('k6 CSV that was damaged', () => {
  test('gives what a plain splitter gives of it, row by row', async () => {
    const harms = fc.array(
      harm.filter(({ text }) => !/["eE\t]/.test(text)),
      { minLength: 1, maxLength: 2 },
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 10 }), harms, async (requests, given) => {
        const body = given.reduce(harmed, csvBody(requests))
        const { rows, damageCount } = await read('k6-csv', `${columns}\n${body}\n`)
        const expected = csvReference(body)
        expect(damageCount).toBe(expected.broken)
        expect(rows.map(({ name, latencyMs }) => [name, latencyMs])).toEqual(
          expected.rows.map((row) => [(row as { name: string }).name, (row as { latencyMs: number }).latencyMs]),
        )
      }),
      { numRuns: 1_000 },
    )
  })

  test('is not taken for whole, whichever line end is lost', async () => {
    const body = csvBody(3)
    for (let at = body.indexOf('\n'); at !== body.length - 1; at = body.indexOf('\n', at + 1)) {
      const { damageCount } = await read('k6-csv', `${columns}\n${body.slice(0, at)}${body.slice(at + 1)}`)
      expect(damageCount, `line end at ${at}`).toBe(1)
    }
  })

  test('a hole from one value to another is damage, though the row has all its fields', async () => {
    const body = csvBody(3)
    const [start, end] = [body.indexOf('http_req_blocked'), body.lastIndexOf('http_req_waiting')].map((at) => at + 30)
    const hole = '\0'.repeat((end ?? 0) - (start ?? 0))
    const { damage } = await read('k6-csv', `${columns}\n${body.slice(0, start)}${hole}${body.slice(end)}`)
    expect(damage).toEqual([expect.stringMatching(/^malformed-results: line 4: /)])
  })

  test.each(['my trend', 'wait_time (ms)', 'Größe Ä', '1st'])(
    'a metric of older versions can be called %s',
    async (name) => {
      const { damage } = await read('k6-csv', `${columns}\n${name},1795253658,1.000000,,,,,,,\n`)
      expect(damage).toEqual([])
    },
  )

  test.each(['NaN', '+Inf', '-Inf', '-1.5', '0.000000'])('of other metrics a value can be %s', async (value) => {
    const { damage } = await read('k6-csv', `${columns}\nmy_trend,1795253658,${value},,,,,,,\n`)
    expect(damage).toEqual([])
  })
})

test('the other two ways to write: in pieces it is the same', async () => {
  const content = first + bodyOf(30, 'today') + bodyOf(30, 'until 0.40')
  const whole = await read('k6-json', content)
  expect(whole.damage).toEqual([])
  expect(await readInPieces('k6-json', content, 7)).toEqual(whole)
})
