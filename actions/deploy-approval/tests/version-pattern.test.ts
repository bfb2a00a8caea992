import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isVersion, parseVersionPattern } from '../src/version-pattern.ts'

const matches = (pattern: string, version: string) => isVersion(version, parseVersionPattern(pattern))

describe('semver', () => {
  it.each([
    ...['v1.2.3', 'v0.0.0', 'v10.20.30', 'v1.0.0-rc.1', 'v1.0.0-alpha', 'v1.0.0--', 'v1.0.0-0a', 'v1.0.0-a.b.0'],
    ...['v1.0.0+build.01', 'v1.0.0-rc.1+sha.5114f85'],
  ])('is %s', (version) => {
    expect(matches('semver', version)).toBe(true)
  })

  it.each([
    ...[
      '',
      '1.2.3',
      'V1.2.3',
      'v1',
      'v1.2',
      'v1.2.3.4',
      'v01.2.3',
      'v1.02.3',
      'v1.2.03',
      'v1.2.x',
      ' v1.2.3',
      'v1.2.3 ',
    ],
    ...['v1.2.3\n', 'v1.2.3-', 'v1.2.3-01', 'v1.2.3-a..b', 'v1.2.3-a.', 'v1.2.3+', 'v1.2.3+a..b', 'v1.2.3+a_b'],
    ...['v1.2.3-é', 'xv1.2.3', 'v1.2.3 v1.2.3', 'v1.2.٣'],
  ])('is not %j', (version) => {
    expect(matches('semver', version)).toBe(false)
  })
})

describe('an expression', () => {
  it.each([
    ['/^\\d{4}\\.\\d{2}$/', '2026.03', true],
    ['/^\\d{4}\\.\\d{2}$/', '2026.03.1', false],
    ['/^v[a-z]+$/i', 'vABC', true],
    ['/^v[a-z]+$/', 'vABC', false],
    ['/^a\\/b$/', 'a/b', true],
    ['/^.$/u', '😀', true],
    ['/^(?<x>a)\\k<x>$/', 'aa', true],
    ['/^a|b$/', 'a', true],
    ['/^a|b$/', 'b', true],
    ['/^a|b$/', 'a; rm -rf', false],
    ['/^a|b$/', 'web', false],
    ['/^a\\$/', 'a', false],
    ['/^a\\$/', 'a$b', false],
    ['/^$|v1$/', 'v1', true],
    ['/^$|v1$/', 'xv1', false],
    ['/^(?:a|b)$/', 'b', true],
    ['/^a$/', 'a\n', false],
  ])('%s on %j: %s', (pattern, version, isMatch) => {
    expect(matches(pattern, version)).toBe(isMatch)
  })

  it('remembers nothing between two versions', () => {
    const pattern = parseVersionPattern('/^v\\d$/')
    expect([1, 2, 3].map(() => isVersion('v1', pattern))).toEqual([true, true, true])
    expect(pattern.regex.flags).toBe('')
  })

  it('keeps its text', () => {
    expect(parseVersionPattern('/^v\\d$/i').text).toBe('/^v\\d$/i')
    expect(parseVersionPattern('semver').text).toBe('semver')
  })

  it.each([
    ...[
      '',
      'x/^v$/',
      'SemVer',
      'semver ',
      'v*',
      '^v$',
      '/v\\d/',
      '/^v\\d/',
      '/v\\d$/',
      '/^v$',
      '/^/',
      '/$/',
      '//',
      '/^v$/x',
    ],
    ...['/^v$/g', '/^v$/y', '/^v$/gi', '/^v$/m', '/^v$/im', '/^v$/d', '/^v$/uv', '/^v$/ii', '/^v$/I', '/^(v$/'],
    ...['/^a)(b$/', '/^[v$/', '/^*$/', '/^\\$/u ', '/^a\nb$/', '/^a\u0000$/', '/^a\u007f$/'],
  ])('%j is refused', (text) => {
    expect(() => parseVersionPattern(text)).toThrow(/version-pattern|semver|flag|expression/)
  })

  it('says of the whole version what it is', () => {
    const source = fc.array(fc.constantFrom('a', 'b', '|', '.', '(?:a|b)', 'a?', '\\$', '^', '$'), { maxLength: 5 })
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '$'), maxLength: 4 })
    fc.assert(
      fc.property(source, text, text, text, (parts, before, version, after) => {
        const pattern = parseVersionPattern(`/^${parts.join('')}$/`)
        const whole = new RegExp(`^(?:${parts.join('')})$`)
        const isMatch = isVersion(before + version + after, pattern)
        if (isMatch) expect(before + version + after).toMatch(whole)
      }),
    )
  })
})

describe('an expression without end', () => {
  it('is refused before long', () => {
    expect(() => matches('/^(a+)+$/', `${'a'.repeat(40)}b`)).toThrow(/takes too long/)
  })
})
