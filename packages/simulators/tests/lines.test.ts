import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineSplitter } from '../src/lines.ts'

function split(...chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = []
  const splitter = new LineSplitter((line) => lines.push(line))
  for (const chunk of chunks) splitter.write(chunk)
  splitter.end()
  return lines
}

function splitText(...chunks: readonly string[]): string[] {
  return split(...chunks.map((chunk) => Buffer.from(chunk)))
}

test.each([
  ['a\nb\n', ['a', 'b']],
  ['a\r\nb', ['a', 'b']],
  ['a\rb\r', ['a', 'b']],
  ['a\n\r\n\rb', ['a', '', '', 'b']],
  ['a\r\r\n', ['a', '']],
  ['\n', ['']],
  ['', []],
  ['a\u0085b\u2028c\u000bd', ['a\u0085b\u2028c\u000bd']],
])('%j has the lines of ReadLine', (text, lines) => {
  expect(splitText(text)).toEqual(lines)
})

test('a CR and its LF may come in two pieces', () => {
  expect(splitText('a\r', '\nb')).toEqual(['a', 'b'])
  expect(splitText('a\r', 'b')).toEqual(['a', 'b'])
})

test('the byte order mark at the start is no text', () => {
  expect(splitText('\ufeff::error::x')).toEqual(['::error::x'])
})

test('pieces make no difference, not even inside a character', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '🙂', '\r', '\n', '\r\n', '::')).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 5 }), (whole, size) => {
      const bytes = Buffer.from(whole)
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      )
      expect(split(...pieces)).toEqual(split(bytes))
      expect(split(bytes).join('\n')).toBe(whole.replace(/\r\n?/g, '\n').replace(/\n$/, ''))
    }),
  )
})
