import { anyText } from '@deploy-safety/simulators/any-text'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSameCommit, matchesVersion } from '../src/version-match.ts'
import { findInText } from '../src/version-text.ts'

const sha = '0123456789abcdef0123456789abcdef01234567'
const short = sha.slice(0, 7)

describe('a version', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['v1.2.3', '1.2.3'],
    ['1.2.3', 'V1.2.3'],
    ['v1.2.3', 'v1.2.3'],
    [' 1.2.3\n', '1.2.3'],
    ['2024-05-01', '2024-05-01'],
    ['release-7', 'release-7'],
    ['shop@1.2.3', 'shop@1.2.3'],
    ['1234567', '1234567'],
    [`v${sha}`, sha],
    ['vabcdef0', 'abcdef0'],
  ])('%j is %j, and the other way round', (one, other) => {
    expect(matchesVersion(one, other)).toBe(true)
    expect(matchesVersion(other, one)).toBe(true)
  })

  it.each([
    ['1.2.3', '1.2.30'],
    ['1.2.3', '11.2.3'],
    ['1.2', '1.2.0'],
    ['1.2.3', '1.2.3-rc.1'],
    ['1.2.3', '1.2.3-0-g0123456'],
    ['1.2.3', '1.2.3-dirty'],
    ['', ''],
    [' ', ' '],
    ['', '1.2.3'],
    ['v', ''],
    ['v', 'v1'],
    ['vnext', 'next'],
    ['Release-7', 'release-7'],
    ['release', 'release-7'],
    ['release1', 'release12'],
    ['snapshot', 'snapshot7'],
    ['shop@1.2.3', 'cart@1.2.3'],
    // Numbers of builds and dates, not commits.
    ['1234567', '12345678'],
    ['20260501', '2026050112'],
    // Six characters are too few for a prefix, and a prefix is not a middle.
    [sha, sha.slice(0, 6)],
    [sha, sha.slice(1, 10)],
    [sha, `${short}0`],
    [sha, `${short}-dirty`],
  ])('%j is not %j, nor the other way round', (one, other) => {
    expect(matchesVersion(one, other)).toBe(false)
    expect(matchesVersion(other, one)).toBe(false)
  })

  it.each([
    ['1.4.0', '1.4.0+3f9c1e7', true],
    ['v1.4.0', '1.4.0+build.7', true],
    ['1.4.0', 'shop@1.4.0', true],
    ['1.4.0', '@scope/shop@1.4.0+7', true],
    ['1.4.0-rc.1', '1.4.0-rc.1+7', true],
    ['1.4.0', '1.4.0-rc.1+7', false],
    ['1.4', '1.4.0+7', false],
    ['1.4.0', '1.4.0+', false],
    ['1.4.0', '1.4.0+a b', false],
    // Whoever expects a build wants that one.
    ['1.4.0+3f9c1e7', '1.4.0', false],
    ['1.4.0+3f9c1e7', '1.4.0+3f9c1e8', false],
    ['1.4.0+3f9c1e7', '1.5.0+3f9c1e7', false],
    ['1.4.0+7', '1.4.0+71', false],
    [`1.4.0+${short}`, `v1.4.0+${sha}`, true],
    [`1.4.0+${sha}`, `1.4.0+${short}`, true],
    ['shop@1.4.0', '1.4.0', false],
  ])('%s expected, %s observed: %s', (expected, observed, result) => {
    expect(matchesVersion(expected, observed)).toBe(result)
  })
})

describe('a commit', () => {
  it.each([
    [sha, sha],
    [sha, short],
    [sha.slice(0, 12), sha],
    [sha.toUpperCase(), sha],
    [short.toUpperCase(), sha],
    ['ABCDEF0', 'abcdef0'],
    ['1'.repeat(7), '1'.repeat(40)],
  ])('%s is %s, and the other way round', (one, other) => {
    expect(matchesVersion(one, other)).toBe(true)
    expect(matchesVersion(other, one)).toBe(true)
  })

  it.each([
    ...[`1.4.0+${short}`, `v1.4.0-12-g${short}`, `sha-${short}`, `main-${sha}`, `1.4.0-${short}`, `1.4.0+12.g${short}`],
    ...[`1.4.1.dev12+g${short}`, `1.4.0+Branch.main.Sha.${sha}`, `shop@${short}`, `ghcr.io/org/shop:sha-${short}`],
    `SHA-${sha.toUpperCase()}`,
    ...[`1.4.0 (${short})`, `org/shop:${short}`, `refs/heads/main/${sha}`],
  ])('is compared with the end of %s', (observed) => {
    expect(matchesVersion(sha, observed)).toBe(true)
    expect(matchesVersion(short, observed)).toBe(true)
    expect(matchesVersion(`f${sha.slice(1)}`, observed)).toBe(false)
  })

  it.each([
    ...[
      `1.4.0+${short}-dirty`,
      `v1.4.0-12-g${short}-dirty`,
      `${short}-dirty`,
      `${short}+dirty`,
      `1.4.0+g${short}.dirty`,
    ],
    ...[`${short}-7`, `x${short}`, `sha-${short}x`, `1.4.${short}`, `${short} `.repeat(2), `sha-${sha.slice(0, 6)}`],
  ])('is not %s', (observed) => {
    expect(matchesVersion(sha, observed)).toBe(false)
    expect(matchesVersion(short, observed)).toBe(false)
  })
})

const version = fc.oneof(
  fc.stringMatching(/^v?\d{1,2}\.\d{1,2}(\.\d{1,2})?(-rc\.\d{1,2})?(\+[0-9a-f]{1,9})?$/),
  fc.stringMatching(/^[0-9a-f]{7,40}$/),
  fc.stringMatching(/^[a-zA-Z]{1,8}-[a-zA-Z0-9]{1,8}$/),
)
const commit = fc.stringMatching(/^[0-9a-f]{7,40}$/)

/** The text with one letter or digit replaced by another. */
const mutated = (of: fc.Arbitrary<string>) =>
  fc
    .tuple(of, fc.nat(), fc.stringMatching(/^[0-9a-z]$/))
    .map(([text, at, by]) => {
      const index = at % text.length
      return [text, `${text.slice(0, index)}${by}${text.slice(index + 1)}`, text[index] ?? '', by] as const
    })
    .filter(([, , from, to]) => /^[0-9a-zA-Z]$/.test(from) && from.toLowerCase() !== to)

describe('whatever it is', () => {
  it('it is the same as itself, with or without a v; nothing is the same as nothing', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(), version), (text) => {
        expect(matchesVersion(text, text)).toBe(text.trim() !== '')
        expect(matchesVersion(`v1${text}`, `1${text}`)).toBe(true)
        expect(matchesVersion('', text)).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })

  it('with another character in it it is another version, also in a text', () => {
    fc.assert(
      fc.property(mutated(version), ([expected, observed, , to]) => {
        const isBuild = !expected.includes('+') && observed.includes('+')
        fc.pre(to !== 'v' && !isBuild)
        expect(matchesVersion(expected, observed)).toBe(false)
        for (const text of [observed, `up: ${observed}.`, `<a href="/app-${observed}.js">`, `{"v":"${observed}"}`]) {
          expect(findInText(text, expected)).toBeUndefined()
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('a commit is that of every longer spelling, and with another character in it of none', () => {
    const around = fc.constantFrom('', '1.4.0+', 'v1.4.0-12-g', 'sha-', 'main-', '1.4.0+12.g')
    fc.assert(
      fc.property(mutated(commit), around, ([expected, observed], before) => {
        expect(matchesVersion(expected, `${before}${expected}`)).toBe(true)
        expect(matchesVersion(expected, `${before}${observed}`)).toBe(false)
        expect(findInText(`built ${before}${expected}.`, expected)).toBe(expected)
        expect(findInText(`built ${before}${observed}.`, expected)).toBeUndefined()
      }),
      { numRuns: 1_000 },
    )
  })

  it('what is found in a text is the expected version', () => {
    fc.assert(
      fc.property(version, anyText(), anyText(), (expected, before, after) => {
        const found = findInText(`${before}${expected}${after}`, expected)
        expect(found === undefined || matchesVersion(expected, found)).toBe(true)
        expect(findInText(`${before} ${expected} ${after}`, expected)).toBeDefined()
      }),
      { numRuns: 1_000 },
    )
  })

  it('two commits are the same whichever comes first', () => {
    fc.assert(
      fc.property(commit, fc.nat(40), (text, length) => {
        const part = text.slice(0, length)
        expect(isSameCommit(text, part)).toBe(isSameCommit(part, text))
      }),
    )
  })
})
