import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columns, header, row } from '../support/samples/jmeter-rows.ts'
import { read, readInPieces } from '../support/samples/reading.ts'

interface Harm {
  readonly at: number
  readonly drops: number
  readonly puts: string
}

function harmed(text: string, harm: Harm | null): string {
  if (harm === null) return text
  const at = harm.at % (text.length + 1)
  return text.slice(0, at) + harm.puts + text.slice(at + harm.drops)
}

/** What a reader makes of rows without quotes that knows nothing but `split`. */
function splitRows(body: string) {
  const rows: unknown[] = []
  const sums = { broken: 0, transactions: 0 }
  for (const line of body.split('\n').filter((text) => text !== '')) {
    const fields = line.split(',')
    const [time = '', elapsed = '', name, code, message = '', , type, success = ''] = fields
    const isSound = fields.length === columns.length && /^\d+$/.test(time) && /^\d+$/.test(elapsed)
    const isBlank = [type, fields[columns.indexOf('URL')]].every((text) => text === '' || text === 'null')
    if (!isSound || Number(time) > Number.MAX_SAFE_INTEGER || !/^(true|false)$/.test(success)) sums.broken += 1
    else if (message === '' ? isBlank && code !== '' : message.startsWith('Number of samples in transaction'))
      sums.transactions += 1
    else rows.push({ name, latencyMs: Number(elapsed), timeMs: Number(time), failure: success === 'true' ? 0 : 1 })
  }
  return { rows, ...sums }
}

const hostile = fc.oneof(
  fc.string(),
  fc.stringMatching(/^[",;\n\r |a]{0,12}$/),
  fc.constantFrom('Number of samples', '"\n1795253819707,1,fake,200,OK,t,text,true,,,,,,,,,\n"', ''),
)

describe('JMeter CSV', () => {
  test('gives back labels with anything in them, in one piece and in many', async () => {
    const request = fc.record({
      label: hostile.map((label) => `x${label.replace(/-\d+$/, '')}`),
      elapsed: fc.nat({ max: 100_000 }),
      failureMessage: hostile,
      success: fc.boolean(),
    })
    const delimiters = fc.constantFrom(',', ';', '\t', '|')
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { maxLength: 12 }),
        delimiters,
        fc.integer({ min: 2, max: 9 }),
        async (requests, delimiter, pieces) => {
          const rows = requests.map(({ elapsed, success, ...rest }) =>
            row({ ...rest, elapsed: String(elapsed), success: String(success) }, delimiter),
          )
          const content = `${[columns.join(delimiter), ...rows].join('\n')}\n`
          const whole = await read('jmeter-csv', content, 16)
          expect(whole.rows.map(({ name, latencyMs, failure }) => [name, latencyMs, failure])).toEqual(
            requests.map(({ label, elapsed, success }) => [label.toWellFormed(), elapsed, success ? 0 : 1]),
          )
          expect(whole.damage).toEqual([])
          expect(await readInPieces('jmeter-csv', content, pieces)).toEqual(whole)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('rows that were damaged anywhere are read as a plain splitter reads them', async () => {
    const usual = fc.record({
      label: fc.constantFrom('home', '/', 'tea', 'a longer label, as a path has it'.replace(',', '')),
      elapsed: fc.constantFrom('0', '7', '12345', '123456789', '1234567890'),
      responseCode: fc.constantFrom('200', '503', ''),
      responseMessage: fc.constantFrom(
        'OK',
        'Not Found',
        'Service Unavailable',
        '',
        'N',
        'Number of samples in transaction : 1',
      ),
      threadName: fc.constantFrom('Users 1', 'Users 22'),
      success: fc.constantFrom('true', 'true', 'false', 'fals', 'truex'),
      URL: fc.constantFrom('http://shop.example/', 'null', '', `http://shop.example/${'x'.repeat(1_200)}`),
    })
    const damage = fc.record({ at: fc.nat(), drops: fc.nat(3), puts: fc.stringMatching(/^[\n,,,x17Ntu]{0,3}$/) })
    const rows = fc.array(fc.tuple(usual, fc.option(damage, { freq: 3 })), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        const body = given.map(([values, harm]) => harmed(row(values), harm)).join('\n')
        const { rows: seen, damageCount, leftOut } = await read('jmeter-csv', `${header}\n${body}\n`)
        const expected = splitRows(body)
        expect(seen).toEqual(expected.rows)
        expect([damageCount, leftOut.transactions]).toEqual([expected.broken, expected.transactions])
      }),
      { numRuns: 1_000 },
    )
  })

  test('a row is not made whole by what follows its line end', async () => {
    for (const pad of ['', 'x', 'xx', 'xxx']) {
      const short = row({ URL: pad }).slice(0, -1)
      const { rows, damageCount } = await read('jmeter-csv', `${header}\n${short}\n,\n${row({})}\n${row({})}\n`)
      expect([rows.length, damageCount]).toEqual([2, 2])
    }
  })

  test('junk is named and nothing throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(hostile, fc.constant(row({}))), { maxLength: 10 }), async (lines) => {
        const content = [header, ...lines].join('\n')
        const whole = await read('jmeter-csv', content)
        expect(await read('jmeter-csv', content, 7)).toEqual(whole)
        const pieces = await readInPieces('jmeter-csv', content, 3)
        expect([pieces.rows, pieces.damageCount]).toEqual([whole.rows, whole.damageCount])
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['a letter as elapsed', row({ elapsed: 'x' }), 'has no elapsed time'],
    ['a negative elapsed', row({ elapsed: '-1' }), 'has no elapsed time'],
    [
      'a time of no known form',
      row({ timeStamp: '21.11.2026 09:37' }),
      'has no readable timeStamp. Set jmeter.save.saveservice.timestamp_format=ms',
    ],
    ['a success that is neither', row({ success: 'yes' }), 'has neither true nor false in success'],
    ['a quote in the middle', row({}).replace('home', 'ho"me'), 'has a quote within a field'],
    ['text behind a quote', row({}).replace('home', '"home"x'), 'has a quote within a field'],
    ['fields that are missing', '1795253819707,5,home', 'has 3 fields, not 17'],
    ['the fields of two rows', `${row({})}${row({})}`, 'has more than 17 fields, not 17'],
  ])('%s is malformed, and the next row is read', async (_, broken, problem) => {
    const { rows, damage } = await read('jmeter-csv', `${header}\n${broken}\n${row({})}\n`)
    expect(rows).toHaveLength(1)
    expect(damage).toEqual([expect.stringMatching(new RegExp(`^malformed-results: line 2: ".*" ${problem}$`, 's'))])
  })

  test('columns are found by name, and may be switched off', async () => {
    const content = 'label;elapsed;timeStamp\nhome;12;1795253819707\n'
    const { rows, tellsFailures, damage } = await read('jmeter-csv', content)
    expect(rows).toEqual([{ name: 'home', latencyMs: 12, timeMs: 1795253819707, failure: 2 }])
    expect([tellsFailures, damage]).toEqual([false, []])
  })

  test('rows without a header have the default columns', async () => {
    const { rows, damage } = await read('jmeter-csv', `${row({ elapsed: '7' })}\n${row({ label: 'a,b' })}\n`)
    expect(rows.map(({ name, latencyMs }) => [name, latencyMs])).toEqual([
      ['home', 7],
      ['a,b', 5],
    ])
    expect(damage).toEqual([])
  })

  test('a header that comes again is no row', async () => {
    const { rows, damage } = await read('jmeter-csv', `${header}\n${row({})}\n${header}\n${row({})}\n`)
    expect([rows.length, damage]).toEqual([2, []])
  })

  test('times as text have no zone', async () => {
    const { rows, clock } = await read('jmeter-csv', `${header}\n${row({ timeStamp: '2026/11/21 09:36:59.707' })}\n`)
    expect([rows[0]?.timeMs, clock]).toEqual([1795253819707, 'local'])
  })

  test('rows that stand for several requests are refused', async () => {
    const content = `${header},SampleCount\n${row({})},1\n${row({})},20\n`
    const { rows, damage } = await read('jmeter-csv', content)
    expect(rows).toHaveLength(1)
    expect(damage).toEqual([expect.stringMatching(/^not-reported: line 3: .*SampleCount/)])
  })

  test('transaction controllers are left out, those that were interrupted too', async () => {
    const controller = { URL: 'null', dataType: '' }
    const lines = [
      header,
      row({ ...controller, responseMessage: 'Number of samples in transaction : 2, number of failing samples : 0' }),
      row({ ...controller, responseMessage: '' }),
      // HTTP/2 has no message; a sampler without a URL has one.
      row({ responseMessage: '' }),
      row({ ...controller, responseMessage: 'OK', label: 'script' }),
      // So does a Java sampler that only measures.
      row({ ...controller, responseCode: '', responseMessage: '', label: 'rpc' }),
    ]
    const { rows, leftOut, doubtful } = await read('jmeter-csv', `${lines.join('\n')}\n`)
    expect(rows.map(({ name }) => name)).toEqual(['home', 'script', 'rpc'])
    expect([leftOut.transactions, doubtful]).toEqual([2, 0])
  })
})

describe('parts of a JMeter request', () => {
  const at = (timeStamp: number, elapsed: number, label: string, thread = 'a') =>
    row({ label, timeStamp: String(1795253819000 + timeStamp), elapsed: String(elapsed), threadName: thread })
  const hops = [at(0, 35, 'page'), at(0, 26, 'page-0'), at(27, 8, 'page-1')]

  test.each([
    ['behind their request', hops, ['page']],
    ['with another thread in between', [hops[0], at(0, 50, 'page', 'b'), hops[1], hops[2]], ['page', 'page']],
    ['of parts', [at(0, 35, 'page'), at(0, 26, 'page-0'), at(0, 9, 'page-0-0')], ['page']],
    ['not: samplers one after the other with such names', [at(0, 35, 'page'), at(35, 8, 'page-1')], ['page', 'page-1']],
    ['not: of another thread', [at(0, 35, 'page'), at(1, 8, 'page-1', 'b')], ['page', 'page-1']],
    ['not: of another label', [at(0, 35, 'pages'), at(1, 8, 'page-1')], ['pages', 'page-1']],
    ['not: without a number', [at(0, 35, 'page'), at(1, 8, 'page-one')], ['page', 'page-one']],
  ])('%s', async (_, lines, names) => {
    const { rows, leftOut } = await read('jmeter-csv', `${[header, ...lines].join('\n')}\n`)
    expect(rows.map(({ name }) => name)).toEqual(names)
    expect(leftOut.subResults).toBe(lines.length - names.length)
  })

  test('are found wherever a boundary parts them', async () => {
    const threads = ['a', 'b', 'c']
    const label = fc.constantFrom('page', 'page-0', 'page-1', 'page-1-0', 'other', 'other-3')
    const rows = fc.array(fc.tuple(fc.nat(9), fc.nat(9), label, fc.constantFrom(...threads)), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 2, max: 12 }), async (given, pieces) => {
        const content = `${[header, ...given.map((of) => at(...of))].join('\n')}\n`
        const whole = await read('jmeter-csv', content)
        const inPieces = await readInPieces('jmeter-csv', content, pieces)
        const sorted = (of: typeof whole) => of.rows.map((one) => JSON.stringify(one)).sort()
        expect([inPieces.leftOut, sorted(inPieces)]).toEqual([whole.leftOut, sorted(whole)])
      }),
      { numRuns: 300 },
    )
  })
})

describe('other CSV', () => {
  const k6 = (timestamp: string) =>
    read('k6-csv', `metric_name,timestamp,metric_value,method,name\nhttp_req_duration,${timestamp},5.000000,GET,x\n`)

  test.each([
    ['1795253658', 1795253658000],
    ['1795253658082', 1795253658082],
    ['1795253658082010', 1795253658082.01],
    ['2026-11-21T09:34:18Z', 1795253658000],
    ['2026-11-21T09:34:18.082010795Z', 1795253658082 + 0.010795],
  ])('k6: %s is the time it looks like', async (timestamp, timeMs) => {
    const { rows, tellsFailures } = await k6(timestamp)
    expect(rows).toEqual([{ name: 'GET x', latencyMs: 5, timeMs, failure: 2 }])
    expect(tellsFailures).toBe(false)
  })

  test('k6: nanoseconds are as exact as a float holds them', async () => {
    expect((await k6('1795253658082010795')).rows[0]?.timeMs).toBeCloseTo(1795253658082.01, 2)
  })

  test('k6: what is no time is malformed', async () => {
    expect((await k6('17952')).damage).toEqual([expect.stringMatching('line 2: .* has no timestamp')])
  })

  test('hey: the old header has neither status nor time', async () => {
    const content = 'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read\n0.0001,0,0,0,0,0\n'
    const { rows, hasTimes, tellsFailures, roundedToMs, omitsFailures } = await read('hey-csv', content)
    expect(rows).toEqual([{ name: '', latencyMs: 0.1, timeMs: undefined, failure: 2 }])
    expect([hasTimes, tellsFailures, roundedToMs, omitsFailures]).toEqual([false, false, 0.1, true])
  })

  test('hey: a million rows are all that it writes, and not all that there was', async () => {
    const head = 'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n'
    const line = '0.0001,0,0,0,0,0,200,0.1\n'
    const { damage } = await read('hey-csv', head + line.repeat(1_000_000))
    expect(damage).toEqual([expect.stringMatching('^truncated-results: the file has 1000000 requests')])
    expect((await read('hey-csv', head + line.repeat(999_999))).damage).toEqual([])
  })

  test('locust: Windows ends a line with two returns', async () => {
    const content =
      'timestamp,request_type,name,response_time_ms,response_length,status_code,exception\r\r\n1.5,GET,/,2.5,1,200,\r\r\n'
    expect((await read('locust-requests', content)).rows).toEqual([
      { name: 'GET /', latencyMs: 2.5, timeMs: 1500, failure: 0 },
    ])
  })

  test('a file of another format is damage, and no crash', async () => {
    expect((await read('hey-csv', 'hello\n')).damage).toEqual([
      'unknown-format: line 1: the file does not start like hey-csv',
    ])
  })
})
