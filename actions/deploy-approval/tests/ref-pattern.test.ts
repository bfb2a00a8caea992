import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAllowedRef, parseRefPattern } from '../src/ref-pattern.ts'

describe('a pattern', () => {
  it.each(['refs/heads/main', 'refs/tags/v*', 'refs/**', '**', '**/v*', 'refs/tags/v1.0+x'])('%s is read', (text) => {
    expect(parseRefPattern(text)).toBe(text)
  })

  it.each([
    ...['', 'main', 'v*', '*', '/refs/heads/main', 'heads/main', 'REFS/tags/v*', 'refs', 'xrefs/heads/main'],
    ...[
      'refs/tags/v?',
      'refs/tags/v[0-9]',
      'refs/{a,b}',
      'refs/a b',
      'refs/a\\b',
      'refs/a\nb',
      'refs/\u0000',
      'refs/\u007f',
    ],
  ])('%j is refused', (text) => {
    expect(() => parseRefPattern(text)).toThrow(/not a pattern of full refs/)
  })
})

describe('a ref', () => {
  it.each([
    ['refs/heads/main', 'refs/heads/main'],
    ['refs/tags/v*', 'refs/tags/v1.4.0'],
    ['refs/tags/v*', 'refs/tags/v'],
    ['refs/tags/*.0', 'refs/tags/1.0'],
    ['refs/heads/release/**', 'refs/heads/release/1/x'],
    ['refs/heads/release/*', 'refs/heads/release/1'],
    ['refs/**/main', 'refs/heads/a/b/main'],
    ['refs/***', 'refs/heads/a/b'],
    ['**', 'refs/heads/anything/at/all'],
    ['refs/tags/a+b', 'refs/tags/a+b'],
    ['refs/tags/(a|b)$^-#', 'refs/tags/(a|b)$^-#'],
    ['refs/heads/**', 'refs/heads/a\nb'],
  ])('%s allows %s', (pattern, ref) => {
    expect(isAllowedRef(ref, [pattern])).toBe(true)
  })

  it.each([
    ['refs/heads/main', 'refs/heads/main2'],
    ['refs/heads/main', 'refs/heads/mai'],
    ['refs/heads/main', 'xrefs/heads/main'],
    ['refs/heads/main', 'refs/heads/Main'],
    ['refs/tags/v*', 'refs/tags/v1/x'],
    ['refs/tags/v*', 'refs/heads/refs/tags/v1'],
    ['refs/heads/release/*', 'refs/heads/release/1/x'],
    ['refs/heads/release/**', 'refs/heads/release'],
    ['refs/tags/v1.0', 'refs/tags/v1x0'],
    ['refs/tags/a+', 'refs/tags/aa'],
    ['refs/tags/(a|b)', 'refs/tags/a'],
    ['refs/heads/main', 'refs/heads/main\n'],
    ['refs/heads/main', ''],
  ])('%s does not allow %j', (pattern, ref) => {
    expect(isAllowedRef(ref, [pattern])).toBe(false)
  })

  it('is allowed by one of several, and by none of none', () => {
    expect(isAllowedRef('refs/heads/main', ['refs/tags/*', 'refs/heads/main'])).toBe(true)
    expect(isAllowedRef('refs/heads/main', [])).toBe(false)
  })

  it('without stars is allowed by itself alone', () => {
    const ref = fc.string({
      unit: fc.constantFrom('a', '.', '+', '(', ')', '|', '$', '^', '-', '#', '/'),
      maxLength: 8,
    })
    fc.assert(
      fc.property(ref, ref, (one, other) => {
        expect(isAllowedRef(`refs/${other}`, [`refs/${one}`])).toBe(one === other)
      }),
    )
  })

  it('one star stops at a slash, two do not', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 6 })
    fc.assert(
      fc.property(part, (text) => {
        expect(isAllowedRef(`refs/x${text}y`, ['refs/x**y'])).toBe(true)
        expect(isAllowedRef(`refs/x${text}y`, ['refs/x*y'])).toBe(!text.includes('/'))
      }),
    )
  })

  it('with many stars takes no time', () => {
    const before = performance.now()
    expect(isAllowedRef(`refs/tags/${'a'.repeat(250)}`, [`refs/**${'a**'.repeat(12)}b`])).toBe(false)
    expect(performance.now() - before).toBeLessThan(400)
  })
})
