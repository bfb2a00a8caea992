import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../src/formats/csv.ts'
import { readTable } from '../../src/formats/table.ts'
import { refusalOf } from '../support/formats/figures.ts'

const cellsOf = (text: string, delimiter?: string) => readCsv(text, delimiter).map(({ cells }) => cells)

describe('a small table', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r\r\n1,2\r\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['\uFEFFa\n', [['a']]],
    [
      'a,b\n\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['"a ""b"", c",\n', [['a "b", c', '']]],
    ['"two\r\nlines",🍵\n', [['two\r\nlines', '🍵']]],
    ['', []],
  ])('%j', (text, cells) => {
    expect(cellsOf(text)).toEqual(cells)
  })

  it.each([';', '\t', '|', '^', '-', ']', '\\'])('has any delimiter: %j', (delimiter) => {
    expect(cellsOf(`a,x${delimiter}"b${delimiter}"\n`, delimiter)).toEqual([['a,x', `b${delimiter}`]])
  })

  it('knows the lines where rows begin', () => {
    expect(readCsv('a\n"b\nc"\nd\n').map(({ line }) => line)).toEqual([1, 2, 4])
  })

  it.each([
    ['a,b\n1,"2\n', 'truncated-results: line 2: a quote is not closed'],
    ['a,b\n1,2', 'truncated-results: line 2: the row has no end'],
    ['a,b\n1,', 'truncated-results: line 2: the row has no end'],
    ['a,"b"', 'truncated-results: line 1: the row has no end'],
    ['a,"b"c\n', 'malformed-results: line 1: "\\"b\\"c\\n" is not a valid CSV cell'],
    ['a\n"x\ny",b"c\n', 'malformed-results: line 3: "b\\"c\\n" is not a valid CSV cell'],
    ['a\rb\n', 'malformed-results: line 1: "a\\rb\\n" is not a valid CSV cell'],
  ])('%j is refused', (text, message) => {
    expect(refusalOf(() => readCsv(text))).toBe(message)
  })

  it('gives back what was written', () => {
    const cell = fc.string({ unit: 'grapheme' }).filter((text) => text !== '')
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1 }), { minLength: 1 }), (rows) => {
        const text = rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('')
        expect(cellsOf(text)).toEqual(rows)
      }),
    )
  })

  it('finds columns whatever their case, and numbers however they are written', () => {
    const [row] = readTable('Name,Value , N\nx,1.5e3,N/A\n').rows
    expect([row?.number('VALUE'), row?.count('Value'), row?.number('n'), row?.number('none')]).toEqual([
      1500,
      1500,
      undefined,
      undefined,
    ])
  })

  it.each(['1e999', '-1', '1,5', '0x10', 'Infinity', '1 2'])('refuses %j as a number', (text) => {
    const [row] = readTable(`a\n"${text}"\n`).rows
    expect(refusalOf(() => row?.number('a'))).toContain('malformed-results: line 2:')
  })
})
