import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recogniseRaw } from '../../src/samples/formats.ts'
import { columns, header, row, without } from '../support/samples/jmeter-rows.ts'
import { read, readInPieces } from '../support/samples/reading.ts'

const controller = { label: 'Shop', URL: 'null', dataType: '' }
const summary = 'Number of samples in transaction : 2, number of failing samples : 0'
const names = ({ rows }: { rows: readonly { name: string }[] }) => rows.map(({ name }) => name)

describe('a Java sampler that only measures', () => {
  const rpc = { ...controller, label: 'rpc', responseCode: '', responseMessage: '' }

  test('is a request, and the only one where there is no other', async () => {
    const content = `${[header, row(rpc), row({ ...rpc, elapsed: '71', success: 'false' })].join('\n')}\n`
    const { rows, leftOut, doubtful } = await read('jmeter-csv', content)
    expect(rows.map(({ latencyMs, failure }) => [latencyMs, failure])).toEqual([
      [5, 0],
      [71, 1],
    ])
    expect([leftOut.transactions, doubtful]).toEqual([0, 0])
  })

  test('that took no time may be a controller that was interrupted before its first request', async () => {
    const { rows, doubtful } = await read('jmeter-csv', `${header}\n${row({ ...rpc, elapsed: '0' })}\n`)
    expect([rows.length, doubtful]).toEqual([1, 1])
  })
})

describe('columns that are switched off', () => {
  const rows = [{}, controller, { label: 'old', dataType: '' }, { label: 'script', URL: 'null' }]

  test.each([
    [['responseMessage'], 1],
    [['responseMessage', 'URL'], 2],
    [['responseMessage', 'dataType'], 2],
    [['responseMessage', 'dataType', 'URL'], 4],
  ])('%j: rows that may be transaction controllers are counted', async (off, doubtful) => {
    const seen = await read('jmeter-csv', without(off, rows))
    expect(names(seen)).toEqual(['home', 'Shop', 'old', 'script'])
    expect([seen.doubtful, seen.leftOut.transactions]).toEqual([doubtful, 0])
  })

  test('what may be a controller is counted once, whatever piece it is in', async () => {
    const content = without(['responseMessage'], Array(9).fill({ ...controller, label: 'rpc-1' }))
    for (const pieces of [1, 2, 5]) {
      const { rows: seen, doubtful } = await readInPieces('jmeter-csv', content, pieces)
      expect([seen.length, doubtful]).toEqual([9, 9])
    }
  })

  test.each([
    [[], 1, 0],
    [['responseCode'], 1, 0],
    [['dataType'], 1, 0],
    [['URL'], 1, 0],
  ])('%j: a message that is empty', async (off, doubtful, transactions) => {
    const seen = await read('jmeter-csv', without(off, [{ ...controller, responseMessage: '' }, {}]))
    expect([seen.doubtful, seen.leftOut.transactions]).toEqual([doubtful, transactions])
  })

  test('timeStamp: there are no times, and all the rest', async () => {
    const parts = [
      { label: 'old', elapsed: '35' },
      { label: 'old-0', elapsed: '26' },
      { ...controller, responseMessage: 'OK' },
    ]
    const content = without(['timeStamp'], parts)
    expect(recogniseRaw(Buffer.from(content))?.name).toBe('jmeter-csv')
    const seen = await read('jmeter-csv', content)
    expect(names(seen)).toEqual(['old', 'Shop'])
    expect([seen.hasTimes, seen.leftOut.subResults, seen.damage, seen.clock]).toEqual([false, 1, [], 'epoch'])
    expect((await readInPieces('jmeter-csv', content, 3)).leftOut).toEqual(seen.leftOut)
  })

  test.each(['elapsed,label,success\n5,home,true\n', 'elapsed,label,responseCode\n5,home,200\n'])(
    '%j is still a JTL',
    (content) => {
      expect(recogniseRaw(Buffer.from(content))?.name).toBe('jmeter-csv')
    },
  )

  test.each(['elapsed,label\n5,home\n', 'elapsed,success,responseCode\n5,true,200\n', 'label,success\nhome,true\n'])(
    '%j is not',
    (content) => {
      expect(recogniseRaw(Buffer.from(content))).toBeUndefined()
    },
  )
})

describe('rows that are stamped with their end', () => {
  const at = (end: number, elapsed: number, label: string, threadName = 'a') =>
    row({ label, timeStamp: String(1795253819000 + end), elapsed: String(elapsed), threadName })
  const hops = [at(35, 35, 'old'), at(26, 26, 'old-0'), at(35, 8, 'old-1')]

  test.each([
    ['parts are found', hops, ['old']],
    ['parts of parts', [...hops, at(20, 9, 'old-0-0')], ['old']],
    ['not: what began before', [at(35, 35, 'old'), at(26, 27, 'old-0')], ['old', 'old-0']],
    ['not: the next of samplers with such names', [at(9, 9, 'old'), at(44, 35, 'old-1')], ['old', 'old-1']],
  ])('%s', async (_, lines, expected) => {
    const content = `${[header, ...lines].join('\n')}\n`
    const seen = await read('jmeter-csv', content)
    expect(names(seen)).toEqual(expected)
    expect(names(await readInPieces('jmeter-csv', content, 4)).toSorted()).toEqual(expected.toSorted())
  })
})

describe('times', () => {
  test.each([
    ['2026-11-21T09:36:59.707+0000', 'epoch'],
    ['2026-11-21T10:36:59.707+01:00', 'epoch'],
    ['2026-11-21T09:36:59.707Z', 'epoch'],
    ['2026-11-21T09:36:59.707', 'local'],
  ])('%s is on the clock %s, with and without a header', async (timeStamp, clock) => {
    const line = row({ timeStamp })
    for (const content of [`${header}\n${line}\n`, `${line}\n`]) {
      expect(recogniseRaw(Buffer.from(content))?.name).toBe('jmeter-csv')
      const seen = await read('jmeter-csv', content)
      expect([seen.rows[0]?.timeMs, seen.clock, seen.damage]).toEqual([1795253819707, clock, []])
    }
  })

  test('a time that cannot be read does not change the clock of the others', async () => {
    const seen = await read('jmeter-csv', `${header}\n${row({ timeStamp: '12:00:00' })}\n${row({})}\n`)
    expect([seen.rows.length, seen.clock, seen.damageCount]).toEqual([1, 'epoch', 1])
  })
})

describe('delimiters', () => {
  const usual = columns.slice(0, -9)

  test.each([...'^: #~!%&/+$=?*'])('%s is found in the header', async (delimiter) => {
    const label = `a${delimiter}b`
    const content = `${columns.join(delimiter)}\n${row({ label }, delimiter)}\n${row({}, delimiter)}\n`
    expect(recogniseRaw(Buffer.from(content))?.name).toBe('jmeter-csv')
    const seen = await read('jmeter-csv', content)
    expect([names(seen), seen.damage]).toEqual([[label, 'home'], []])
  })

  test('names of variables stand in quotes', async () => {
    const content = `${columns.join('^')}^"a"^"b"\n${row({}, '^')}^1^2\n`
    expect(recogniseRaw(Buffer.from(content))?.name).toBe('jmeter-csv')
    expect(names(await read('jmeter-csv', content))).toEqual(['home'])
  })

  test.each([
    `${usual.join(', ')}\n`,
    `${usual.join('x')}\n`,
    `${usual.join('\u00a7')}\n`,
    `^${usual.join('^')}\n`,
    'timeStamp and elapsed are the first columns of a JTL\n',
    `the columns: ${usual.join(' ')}\n`,
    'timeStamp\nelapsed\nlabel\nsuccess\n',
    `${row({}, '^')}\n`,
    '{"timeStamp":1,"elapsed":2}\n',
  ])('%j is no JTL', (content) => {
    expect(recogniseRaw(Buffer.from(content))).toBeUndefined()
  })

  test('a byte that is no character of its own is no delimiter', () => {
    expect(recogniseRaw(Buffer.from(`${usual.join('\u00a7')}\n`, 'latin1'))).toBeUndefined()
  })

  test('nothing throws, whatever stands in the first line', () => {
    const word = fc.constantFrom('timeStamp', 'elapsed', 'label', 'success', '"a"', '', '5', '1795253819707')
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 3 })), { maxLength: 12 }), (parts) => {
        const found = recogniseRaw(Buffer.from(parts.join('')))
        expect([undefined, 'jmeter-csv']).toContain(found?.name)
      }),
      { numRuns: 500 },
    )
  })
})

describe('without a header', () => {
  test('the first row may have line ends within quotes', async () => {
    const content = `${row({ failureMessage: 'a\nb, "c"' })}\n${row({ elapsed: '6' })}\n`
    expect(recogniseRaw(Buffer.from(content))?.name).toBe('jmeter-csv')
    const seen = await read('jmeter-csv', content)
    expect([seen.rows.map(({ latencyMs }) => latencyMs), seen.damage]).toEqual([[5, 6], []])
  })

  test('a quote that is never closed is no first row', () => {
    expect(recogniseRaw(Buffer.from(`${row({ failureMessage: 'a' })}"\n${header}\n`))).toBeUndefined()
  })

  test('the rows of controllers are left out', async () => {
    const content = `${row({})}\n${row({ ...controller, responseMessage: summary })}\n`
    const seen = await read('jmeter-csv', content)
    expect([names(seen), seen.leftOut.transactions]).toEqual([['home'], 1])
  })
})

describe('the last row', () => {
  const content = `${header}\n${row({})}\n${row({ Connect: '77' })}`

  test.each([
    ['a last field that may be cut', content],
    ['quoted', `${content.slice(0, -2)}"77"`],
    ['between the two bytes of a line end', `${content}\r`],
  ])('%s is read and named', async (_, text) => {
    const seen = await read('jmeter-csv', text)
    expect(seen.rows).toHaveLength(2)
    expect(seen.damage).toEqual([
      expect.stringMatching(/^truncated-results: line 3: .* is the last row and has no line end/),
    ])
    expect(await readInPieces('jmeter-csv', text, 3)).toEqual(seen)
  })

  test('of k6 is named whatever its metric', async () => {
    const text = 'metric_name,timestamp,metric_value\nhttp_req_duration,1795253658,5\nhttp_req_wait,1795253658,5'
    expect((await read('k6-csv', text)).damage).toEqual([expect.stringMatching(/^truncated-results: line 3: /)])
    expect((await read('k6-csv', `${text}\n`)).damage).toEqual([])
  })
})

test('rows that look like interrupted controllers are so only under the label of a controller', async () => {
  const blank = { responseMessage: '', dataType: '', URL: 'null' }
  const rows = [
    row({ ...blank, label: 'pay', responseCode: '500', success: 'false', elapsed: '4000' }),
    row({ ...blank, label: 'buy', responseCode: '200', elapsed: '9000' }),
    row({
      ...blank,
      label: 'buy',
      responseCode: '',
      responseMessage: 'Number of samples in transaction : 2, number of failing samples : 0',
    }),
    row({ label: 'home' }),
  ]
  const whole = await read('jmeter-csv', `${[header, ...rows].join('\n')}\n`)
  const parts = await readInPieces('jmeter-csv', `${[header, ...rows].join('\n')}\n`, 3)
  for (const { rows: read, leftOut, doubtful } of [whole, parts]) {
    expect(read.map(({ name, failure }) => `${name} ${failure}`).sort()).toEqual(['home 0', 'pay 1'])
    expect([leftOut.transactions, doubtful]).toEqual([2, 1])
  }
})
