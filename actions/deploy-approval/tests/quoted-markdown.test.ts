import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quotedMarkdown } from '../src/texts/quoted-markdown.ts'
import { hostile } from './support/hostile.ts'
import { decoded, elements, mentions, rendered } from './support/rendered.ts'

describe('Markdown of the workflow in the issue', () => {
  it.each([
    ['**bold** and `code`', '<strong>bold</strong>'],
    ['# Heading', '<h1>Heading</h1>'],
    ['- one\n- two', '<li>two</li>'],
    ['[notes](https://example.com)', '<a href="https://example.com">notes</a>'],
    ['| a |\n| - |\n| b |', '<td>b</td>'],
  ])('keeps %j', (text, html) => {
    expect(rendered(quotedMarkdown(text))).toContain(html)
  })

  it.each([
    ['a mention', 'ask @mallory', 'ask @\u200bmallory'],
    ['an escaped mention', '&#64;mallory &commat;mallory', '&\u200b#64;mallory &\u200bcommat;mallory'],
    ['an image', '![x](https://evil.example/x.png)', '!\u200b'],
    ['raw HTML', '<img src=x onerror=y> <b>', '<\u200bimg src=x onerror=y> <\u200bb>'],
    ['a comment', '<!-- hidden -->', '<\u200b!-- hidden -->'],
    ['no footnote', 'x[^1]\n\n[^1]: elsewhere', 'x'],
    ['a text that runs backwards', 'a\u202eb', 'ab'],
  ])('shows %s as it is written', (_, text, shown) => {
    const html = rendered(quotedMarkdown(text))
    expect(html).not.toMatch(/<(?:img|section)/)
    expect(mentions(html)).toEqual([])
    expect(decoded(html)).toContain(shown)
  })

  it('stays inside its quotation, whatever it is', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const html = rendered(`before\n\n${quotedMarkdown(text)}\n\nafter`)
        expect(html).toMatch(/^<p>before<\/p>\n<blockquote>.*<\/blockquote>\n<p>after<\/p>$/s)
        expect(html.split('<blockquote>').length).toBe(html.split('</blockquote>').length)
        expect(elements(html).filter((name) => /^(img|script|section|div|details|iframe|svg|b)$/.test(name))).toEqual(
          [],
        )
        expect(mentions(html)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})
