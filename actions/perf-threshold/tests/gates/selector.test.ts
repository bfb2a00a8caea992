import { ActionError } from '@deploy-safety/common/errors'
import { Malformed } from '@deploy-safety/common/inputs'
import { thrownBy, timeOf } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundedName } from '../../src/bounded-name.ts'
import { nameSelector, regexSelector } from '../../src/gates/selector.ts'

describe('a name', () => {
  it.each([
    ['GET /a', 'GET /a', true],
    ['GET /a', 'get /a', false],
    ['GET /a', 'GET /a/b', false],
    ['/a', 'GET /a', false],
    ['GET /a*', 'GET /a', true],
    ['GET /a*', 'GET /a/b/c', true],
    ['*/c', 'GET /a/b/c', true],
    ['*/c', 'GET /a/b/c/d', false],
    ['*', '', true],
    ['**', 'x', true],
    ['a*b*c', 'a/b/x/c', true],
    ['a*b*c', 'a/c/b', false],
    // What is behind a star may not be counted twice.
    ['ab*ba', 'aba', false],
    ['ab*ba', 'abba', true],
    ['a*a*a', 'aa', false],
    ['a.c', 'abc', false],
    ['[a]', 'a', false],
    ['a*', 'A', false],
    ['/x*', '/x\n/y', true],
  ])('%j on %j: %s', (pattern, name, isMatch) => {
    const selector = nameSelector(pattern)
    expect(selector.matches(name)).toBe(isMatch)
    expect(selector.matching(['other', name]).has(name)).toBe(isMatch)
  })

  it('matches as a regular expression with .* for each star', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 })
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        const expected = new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(name)
        expect(nameSelector(glob).matches(name)).toBe(expected)
      }),
      { numRuns: 1_000 },
    )
  })

  it('of many stars is no trap', () => {
    const selector = nameSelector(`${'a*'.repeat(1_000)}b`)
    expect(timeOf(() => selector.matches('a'.repeat(2_000)))).toBeLessThan(500)
  })
})

describe('a regular expression', () => {
  it('is found anywhere in a name, each time anew', () => {
    const selector = regexSelector('^get .*/b', 'i')
    expect(selector.source).toBe('/^get .*/b/i')
    expect([1, 2, 3].map(() => selector.matches('GET /a/b'))).toEqual([true, true, true])
    expect(selector.matching(['GET /a/b', 'POST /a/b', 'get x/b', ''])).toEqual(new Set(['GET /a/b', 'get x/b']))
  })

  it('that is none is refused', () => {
    thrownBy(() => regexSelector('(', ''), Malformed)
    thrownBy(() => regexSelector('a', 'g'), Malformed)
  })

  it('that backtracks for years is an error and not a match or none', () => {
    const selector = regexSelector('(a+)+$', '')
    const name = `${'a'.repeat(100)}!`
    for (const action of [() => selector.matches(name), () => selector.matching(['x', name])]) {
      const error = thrownBy(action, ActionError)
      expect(error.code).toBe('invalid-input')
      expect(error.message).toContain('"/(a+)+$/" took more than 1000 ms')
      expect(error.hint).toContain('Simplify it')
    }
  })
})

describe('a name that is too long to be kept', () => {
  const long = (end: string) => `GET /${'x'.repeat(2_500)}${end}`
  const kept = ['a', 'b'].map((end) => boundedName(long(end)))

  it('is cut to 2000 characters, and stays another than those that begin alike', () => {
    expect(kept.map(({ length }) => length)).toEqual([2_000, 2_000])
    expect(new Set(kept).size).toBe(2)
    expect(boundedName('x'.repeat(2_000))).toBe('x'.repeat(2_000))
    expect(boundedName(boundedName(long('a')))).toBe(boundedName(long('a')))
  })

  it('is matched by the whole of it, by its beginning and by what is kept', () => {
    for (const name of [long('a'), kept[0] ?? '']) expect(nameSelector(name).matching(kept)).toEqual(new Set([kept[0]]))
    expect(nameSelector('GET /xxx*').matching(kept).size).toBe(2)
    expect(nameSelector(long('c')).matching(kept).size).toBe(0)
  })

  it('is not cut within a character', () => {
    for (const before of ['', 'x']) {
      const name = boundedName(before + '😀'.repeat(1_500))
      expect(name).toBe(name.toWellFormed())
    }
  })
})
