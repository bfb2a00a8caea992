import { Malformed } from '@deploy-safety/common/inputs'
import { parseRegex } from '@deploy-safety/common/regex'
import { anyText } from '@deploy-safety/simulators/any-text'
import { thrownBy, timeOf } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchPattern, parsePattern, regexLimit, timeLimitMs } from '../src/pattern.ts'

describe('parsePattern', () => {
  it.each([
    ['UP', { kind: 'substring', text: 'UP' }],
    ['a.b', { kind: 'substring', text: 'a.b' }],
    ['/', { kind: 'substring', text: '/' }],
    ['//', { kind: 'substring', text: '//' }],
    ['/up', { kind: 'substring', text: '/up' }],
    ['/up/', { kind: 'regex', regex: /up/ }],
    ['/a\\/b/i', { kind: 'regex', regex: /a\/b/i }],
    ['/^a$/imsu', { kind: 'regex', regex: /^a$/imsu }],
    ['/[\\p{L}--[a-z]]/v', { kind: 'regex', regex: /[\p{L}--[a-z]]/v }],
    // It would ask for every match, and one decides.
    ['/ok/g', { kind: 'regex', regex: /ok/ }],
    ['/ok/gi', { kind: 'regex', regex: /ok/i }],
    ['/ok/mgi', { kind: 'regex', regex: /ok/im }],
    ['/a\nb/s', { kind: 'regex', regex: /a\nb/s }],
  ])('reads %j', (text, pattern) => {
    expect(parsePattern(text)).toEqual(pattern)
  })

  it.each([
    ['/a/y', 'flag'],
    ['/a/d', 'flag'],
    ['/a/x', 'flag'],
    ['/api/v1/health', 'flag'],
    ['/a/ii', 'is not a regular expression'],
    ['/a/uv', 'is not a regular expression'],
    ['/(/', 'is not a regular expression'],
    ['/[/', 'is not a regular expression'],
    ['/\\p{Nope}/u', 'is not a regular expression'],
  ])('refuses %s', (text, problem) => {
    const error = thrownBy(() => parsePattern(text), Malformed)
    expect(error.message).toContain(JSON.stringify(text))
    expect(error.message).toContain(problem)
    expect(error.accepted).not.toBe('')
  })

  it('ignores one g, and refuses what else is wrong with the flags', () => {
    for (const flags of ['gg', 'gy', 'yg', 'dg']) expect(() => parsePattern(`/a/${flags}`)).toThrow('flag')
  })

  it('throws nothing but Malformed, and a text without slashes is found in itself', () => {
    const text = fc.oneof(anyText(), fc.string({ unit: fc.constantFrom('/', '(', ')', '[', '*', '\\', 'a', 'i', '?') }))
    fc.assert(
      fc.property(text, (source) => {
        try {
          const pattern = parsePattern(source)
          if (!source.startsWith('/')) expect(matchPattern(pattern, `x${source}y`)).toBe('yes')
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('refuses an expression that is too large for the engine, rather than fail on it at the first body', () => {
    const source = '(?:a{1,999}){1,999}'.repeat(30)
    try {
      expect(['yes', 'no', 'timed-out']).toContain(matchPattern({ kind: 'regex', regex: parseRegex(source) }, 'aaaa'))
    } catch (error) {
      expect(error).toBeInstanceOf(Malformed)
    }
  })
})

describe('matchPattern', () => {
  it.each([
    ['UP', 'it is UP now', 'yes'],
    ['UP', 'it is up now', 'no'],
    ['/^up$/im', 'it\nUP\nnow', 'yes'],
    ['/^up$/', 'it\nUP\nnow', 'no'],
    ['/a(?!b)/', 'ab', 'no'],
  ])('%s in %j: %s', (source, text, match) => {
    expect(matchPattern(parsePattern(source), text)).toBe(match)
  })

  it('answers the same when it is asked again', () => {
    const pattern = parsePattern('/up/g')
    expect([1, 2, 3].map(() => matchPattern(pattern, 'up up'))).toEqual(['yes', 'yes', 'yes'])
  })

  describe('of a text whose end is missing', () => {
    it.each([
      ['UP', 'UP and more', 'yes'],
      ['DOWN', 'UP and more', 'open'],
      ['/UP/', 'UP and more', 'yes'],
      ['/DOWN/', 'UP and more', 'open'],
      // What follows could undo these.
      ['/more$/', 'UP and more', 'open'],
      ['/more\\b/', 'UP and more', 'open'],
      ['/^(?!.*DOWN)/', 'UP and more', 'open'],
      ['/^(?=.*more$)UP/', 'UP and more', 'open'],
      // A match that takes what there is holds whatever follows: a regex that already matched is no failure.
      ['/UP.*/', 'UP and more', 'yes'],
      ['/UP[^]*/', 'UP and more', 'yes'],
      ['/[a-z ]+/', 'UP and more', 'yes'],
    ])('%s in %j: %s', (source, text, match) => {
      expect(matchPattern(parsePattern(source), text, true)).toBe(match)
    })

    it('an expression sees 64 KiB, a substring sees everything', () => {
      const text = `${'x'.repeat(regexLimit)}UP`
      expect(matchPattern(parsePattern('UP'), text)).toBe('yes')
      expect(matchPattern(parsePattern('/UP/'), text)).toBe('open')
      expect(matchPattern(parsePattern('/xUP/'), text.slice(1))).toBe('open')
      expect(matchPattern(parsePattern('/x+UP/'), text.slice(2))).toBe('yes')
      expect(matchPattern(parsePattern('/^x+$/'), text.slice(0, regexLimit))).toBe('yes')
      expect(matchPattern(parsePattern('/^x+$/'), text)).toBe('open')
    })
  })

  it.each(['/(a+)+$/', '/^(([a-z])+.)+[A-Z]([a-z])+$/'])(
    '%s, which would backtrack for years, ends at its time limit',
    (source) => {
      let match: string | undefined
      const ms = timeOf(() => {
        match = matchPattern(parsePattern(source), `${'a'.repeat(100)}!`)
      })
      expect(match).toBe('timed-out')
      expect(ms).toBeLessThan(timeLimitMs + 500)
    },
  )
})
