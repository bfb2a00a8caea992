import { anyText } from '@deploy-safety/simulators/any-text'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cut, forAnnotation, forCodeBlock, forLog, forMarkdown } from '../src/escape.ts'
import { obeyedIn } from './support/obeyed.ts'

// Pieces from which an attacker builds a command, and any character at all.
const piece = fc.oneof(
  fc.constantFrom(
    '::',
    ':',
    '##[',
    '##',
    '#',
    '[',
    ']',
    '%0A',
    '%0D',
    'error',
    'set-output',
    'ADD-MASK',
    'stop-commands',
  ),
  fc.constantFrom(' name=x', ' ', '\t', '\r', '\n', '\r\n', '\x85', '\u2028', '\u2029', '\u00a0', '\u3000', '\ufeff'),
  fc.constantFrom('\u001b[31m', '\b', '\0', '\x7f', '\u202e', '\u200b', '\u2066', '\ud800', '\udc00', '`', '```', '|'),
  anyText(3),
)
const hostile = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))

// Everything that moves the cursor, ends a line, or makes a text look different from what it is.
const dangerous = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u

describe('forLog', () => {
  it.each([
    ['plain text', 'plain text'],
    ['std::vector<int>', 'std::vector<int>'],
    ['2001:db8::1', '2001:db8::1'],
    ['# heading [x]', '# heading [x]'],
    ['::error::no', ': :error::no'],
    ['  ::error file=a,line=1::no', '  : :error file=a,line=1::no'],
    ['##[error]no', '# #[error]no'],
    ['a ##[group]b', 'a # #[group]b'],
    ['a\nb', 'a\\nb'],
    ['a\r::error::no', 'a\\r: :error::no'],
    ['a\tb', 'a b'],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['\u2028', '\\u2028'],
    ['a\ud800b', 'a\ufffdb'],
    ['grün 你好 🚀', 'grün 你好 🚀'],
  ])('prints %j as %j', (text, line) => {
    expect(forLog(text)).toBe(line)
  })

  it.each([
    ...[
      'add-mask',
      'debug',
      'notice',
      'warning',
      'error',
      'group',
      'endgroup',
      'echo',
      'add-matcher',
      'remove-matcher',
    ],
    ...['save-state', 'set-output', 'set-env', 'add-path', 'stop-commands', 'ERROR', 'Set-Output'],
  ])('disarms the command %s in both forms, with and without properties', (name) => {
    for (const text of [`::${name}::v`, ` \u3000::${name} name=x::v`, `##[${name}]v`, `say ##[${name} name=x;]v`]) {
      expect(obeyedIn(text)).not.toEqual([])
      expect(obeyedIn(forLog(text))).toEqual([])
    }
  })

  it('shows every character that changes the direction of a text', () => {
    const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code))
    const turning = all.filter((character) => /\p{Bidi_Control}/u.test(character))
    expect(turning).toHaveLength(12)
    expect(turning.filter((character) => forLog(character) === character).map((c) => c.codePointAt(0))).toEqual([])
  })

  it('gives one line that the runner does not obey, without controls and look-alikes, for any text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = forLog(text)
        expect(obeyedIn(line)).toEqual([])
        expect(line).not.toMatch(dangerous)
      }),
      { numRuns: 2_000 },
    )
  })

  it('disarms as well what stands behind a prefix of ours, or before and behind other foreign text', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        expect(obeyedIn(forLog(`${one}${other}`))).toEqual([])
        expect(obeyedIn(` ${forLog(one)}`)).toEqual([])
      }),
    )
  })
})

describe('forAnnotation', () => {
  it('keeps the lines, and disarms each', () => {
    expect(forAnnotation('one\n::error::two\n##[error]three\rfour')).toBe('one\n: :error::two\n# #[error]three\\rfour')
  })

  it('stays below the 4096 characters at which the runner cuts, and shows that something is missing', () => {
    const message = forAnnotation('🚀'.repeat(4_000))
    expect(message.length).toBeLessThanOrEqual(4_000)
    expect(message).toMatch(/🚀…$/u)
    expect(message.isWellFormed()).toBe(true)
  })

  it('has nothing in any line that the runner would obey', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(obeyedIn(forAnnotation(text))).toEqual([])
        expect(forAnnotation(text).replaceAll('\n', '')).not.toMatch(dangerous)
      }),
    )
  })
})

describe('forMarkdown', () => {
  it.each([
    ['a | b', 'a &#124; b'],
    ['<img src=x>', '&#60;img src=x&#62;'],
    ['&lt;', '&#38;lt;'],
    ['[a](https://evil.example)', '&#91;a&#93;(https&#58;//evil.example)'],
    ['www.evil.example', 'www&#46;evil.example'],
    ['@octocat #1', '&#64;octocat &#35;1'],
    ['$x$ `y`', '&#36;x&#36; &#96;y&#96;'],
    ['a\nb', 'a&#92;nb'],
  ])('writes %j as %j', (text, markdown) => {
    expect(forMarkdown(text)).toBe(markdown)
  })

  it('has no character left that could start markup, and still says the same, for any text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = forMarkdown(text)
        const withoutEntities = markdown.replaceAll(/&#\d+;/g, '')
        expect(withoutEntities).not.toMatch(/[&<>`|*_~[\]#!@\\:$\n\r]|www\./i)
        expect(withoutEntities).not.toMatch(dangerous)
        const read = markdown.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
        expect(read.replaceAll('\\n', ' ').replaceAll('\\r', ' ')).toContain(readable(text))
      }),
    )
  })
})

describe('forCodeBlock', () => {
  it('keeps the lines and makes the fence longer than any run of backticks', () => {
    expect(forCodeBlock('a\r\nb\rc')).toBe('```text\na\nb\nc\n```')
    expect(forCodeBlock('````\n</details>')).toBe('`````text\n````\n</details>\n`````')
  })

  it('ends where it should, for any text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = forCodeBlock(text).split('\n')
        const fence = lines.at(-1) ?? ''
        expect(lines[0]).toBe(`${fence}text`)
        expect(fence).toMatch(/^`{3,}$/)
        const content = lines.slice(1, -1)
        expect(content.filter((line) => line.includes(fence))).toEqual([])
        expect(content.join('')).not.toMatch(dangerous)
      }),
    )
  })

  it('can take the output of a chatty child', () => {
    expect(forCodeBlock('`a'.repeat(200_000))).toContain('`a`a')
  })
})

describe('cut', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['a🚀b', 3, 'a…'],
    ['🚀🚀', 3, '🚀…'],
    ['', 1, ''],
  ])('cuts %j to %d characters: %j', (text, length, expected) => {
    expect(cut(text, length)).toBe(expected)
  })

  it('is never longer than asked, a beginning of the text, and never half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 12 }), (text, length) => {
        const result = cut(text, length)
        expect(result.length).toBeLessThanOrEqual(length)
        expect(result.isWellFormed()).toBe(true)
        expect(text.startsWith(result.replace(/…$/, '')) || text === result).toBe(true)
        expect(result === text).toBe(text.length <= length || result === text)
      }),
    )
  })
})

/** The longest run of plain letters of a text, as a sign that the text is still there. */
function readable(text: string): string {
  return (text.match(/[a-z]+/g) ?? []).reduce((longest, run) => (run.length > longest.length ? run : longest), '')
}
