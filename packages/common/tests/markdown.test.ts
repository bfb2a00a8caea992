import { anyText } from '@deploy-safety/simulators/any-text'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold, markup, table } from '../src/markdown.ts'

describe('table', () => {
  it('has a header, a rule and a row each; text is escaped, markup is not, and what is absent is a dash', () => {
    expect(
      table(
        ['Name', 'p95'],
        [
          ['a|b', 12],
          [markup('**x**'), undefined],
          ['', 0],
        ],
      ),
    ).toBe(['| Name | p95 |', '| --- | --- |', '| a&#124;b | 12 |', '| **x** | – |', '| – | 0 |'].join('\n'))
  })

  it('puts numbers at the right, and keeps them in one line with their unit', () => {
    const rows = [['web one', '130 ms']]
    expect(table(['Target', 'p95'], rows, { numbers: ['p95'] })).toBe(
      ['| Target | p95 |', '| --- | ---: |', '| web one | 130\u00a0ms |'].join('\n'),
    )
  })

  it('keeps its shape whatever is in a cell', () => {
    const cell = fc.oneof(anyText(), fc.constantFrom('|', '\n', '\r', '\\|', '`|`', '\u2028'))
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
        const lines = table(['One', 'Two'], rows).split('\n')
        expect(lines).toHaveLength(rows.length + 2)
        for (const line of lines) {
          expect(line.match(/\|/g)).toHaveLength(3)
          expect(line).not.toMatch(/[\r\u2028\u2029]/)
        }
      }),
    )
  })
})

describe('fold', () => {
  it('stands on lines of its own, with empty lines around its blocks, so that they are Markdown', () => {
    expect(fold('a <b>', ['one', '| t |'])).toBe(
      ['<details>', '<summary>a &#60;b&#62;</summary>', '', 'one', '', '| t |', '', '</details>'].join('\n'),
    )
  })

  it('cannot be closed by its title', () => {
    expect(fold('</summary></details>', []).match(/<\/details>/g)).toHaveLength(1)
  })
})
