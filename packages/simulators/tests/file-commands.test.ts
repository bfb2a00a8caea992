import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseFileCommands, parsePathEntries } from '../src/file-commands.ts'

test.each([
  ['', {}],
  ['\n\n', {}],
  ['a=1\n', { a: '1' }],
  ['a=1', { a: '1' }],
  ['a=', { a: '' }],
  ['a=b=c<<d', { a: 'b=c<<d' }],
  ['a=1\na=2\nb=3', { a: '2', b: '3' }],
  ['\ufeffa=1', { a: '1' }],
  ['a<<EOF\nEOF\n', { a: '' }],
  ['a<<EOF\nEOF', { a: '' }],
  ['a<<EOF\none\n\n two=2\nb<<EOF\nEOF\nc=3', { a: 'one\n\n two=2\nb<<EOF', c: '3' }],
  ['a<<=x\n1\n=x\n', { a: '1' }],
  [' a =1 ', { ' a ': '1 ' }],
  ['__proto__=1', Object.fromEntries([['__proto__', '1']])],
])('%j is read', (text, entries) => {
  expect(parseFileCommands(text, 'linux')).toEqual(entries)
})

test('a CR is part of the value, but of the line end on Windows', () => {
  expect(parseFileCommands('a=1\r\nb<<E\r\nx\r\ny\r\nE\r\n', 'win32')).toEqual({ a: '1', b: 'x\r\ny' })
  expect(parseFileCommands('a=1\r\nb<<E\nx\r\ny\nE\n', 'linux')).toEqual({ a: '1\r', b: 'x\r\ny' })
  expect(() => parseFileCommands('b<<E\nx\nE\r\n', 'linux')).toThrow('Matching delimiter not found')
})

describe('the runner fails the step on', () => {
  test.each([
    ['text', "Invalid format 'text'"],
    ['a=1\ntext\n', "Invalid format 'text'"],
    ['=1', 'Name must not be empty'],
    ['<<EOF\nEOF', 'Name must not be empty'],
    ['a<<\n\n', 'Delimiter must not be empty'],
    ['a<<EOF', 'Matching delimiter not found'],
    ['a<<EOF\nb\n', 'Matching delimiter not found'],
    ['a<<EOF\nb\n EOF\n', 'Matching delimiter not found'],
    // The last line lacks its end, so that nobody can tell whether it is whole.
    ['a<<EOF\nbEOF', 'EOF marker missing new line'],
  ])('%j', (text, message) => {
    expect(() => parseFileCommands(text, 'linux')).toThrow(message)
  })
})

test('whatever goes in as a heredoc comes out', () => {
  const value = fc.array(fc.constantFrom('a', '=', '<<', '\n', '\r', 'é', ' ')).map((parts) => parts.join(''))
  fc.assert(
    fc.property(value, (text) => {
      expect(parseFileCommands(`name<<ghadelimiter\n${text}\nghadelimiter\n`, 'linux')).toEqual({ name: text })
    }),
  )
})

test('a path that is given again moves to the end', () => {
  expect(parsePathEntries('/a\n\n/b\r\n/c\r/a')).toEqual(['/b', '/c', '/a'])
})
