import { Malformed } from '@deploy-safety/common/inputs'
import { anyText } from '@deploy-safety/simulators/any-text'
import { thrownBy, timeOf } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSource, isSameVersion, observeVersion } from '../src/version.ts'
import { parseVersionSource } from '../src/version-source.ts'
import { bodyOf } from './made.ts'

const sha = '0123456789abcdef0123456789abcdef01234567'

interface Said {
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly expected?: string
  readonly from?: string
}

function observed({ headers = {}, body = '', expected = '', from = 'auto' }: Said) {
  return observeVersion(parseVersionSource(from), { headers, body: bodyOf(body) }, expected)
}

describe('isSameVersion', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['v1.2.3', '1.2.3'],
    ['1.2.3', 'V1.2.3'],
    ['v1.2.3', 'v1.2.3'],
    [' 1.2.3\n', '1.2.3'],
    ['2024-05-01', '2024-05-01'],
    ['release-7', 'release-7'],
    [sha, sha],
    [sha, sha.slice(0, 7)],
    [sha.slice(0, 12), sha],
    [sha.toUpperCase(), sha],
    [sha.slice(0, 7).toUpperCase(), sha],
    ['ABCDEF0', 'abcdef0'],
  ])('%j and %j are the same', (one, other) => {
    expect(isSameVersion(one, other)).toBe(true)
    expect(isSameVersion(other, one)).toBe(true)
  })

  it.each([
    ['1.2.3', '1.2.30'],
    ['1.2.3', '11.2.3'],
    ['1.2', '1.2.0'],
    ['1.2.3', '1.2.3-rc.1'],
    ['1.2.3', '1.2.3+build'],
    ['', ''],
    [' ', ' '],
    ['', '1.2.3'],
    ['v', ''],
    ['v', 'v1'],
    // Six characters are too few for a prefix, and a prefix is not a middle.
    [sha, sha.slice(0, 6)],
    [sha, sha.slice(1, 10)],
    [sha, sha.slice(0, 7).concat('0')],
    [`${sha.slice(0, 7)}-dirty`, sha],
    ['Release-7', 'release-7'],
    ['release', 'release-7'],
    ['release1', 'release12'],
    ['snapshot', 'snapshot7'],
  ])('%j and %j are not the same', (one, other) => {
    expect(isSameVersion(one, other)).toBe(false)
    expect(isSameVersion(other, one)).toBe(false)
  })

  it('does not depend on which is which; everything but nothing is the same as itself, with or without a v', () => {
    const version = fc.oneof(
      anyText(),
      fc.stringMatching(/^[vV]?\d{1,2}\.\d{1,2}(\.\d{1,2})?$/),
      fc.stringMatching(/^[0-9a-fA-F]{5,12}$/),
    )
    fc.assert(
      fc.property(version, version, (one, other) => {
        expect(isSameVersion(one, other)).toBe(isSameVersion(other, one))
        expect(isSameVersion(one, one)).toBe(one.trim() !== '')
        expect(isSameVersion(`v1${one}`, `1${one}`)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('where auto looks', () => {
  const headers = ['x-version', 'x-app-version', 'x-git-sha', 'x-commit', 'x-revision']
  const fields = ['version', 'commit', 'sha', 'gitSha', 'git_sha', 'revision']

  it('takes the first header that has a value, then the first field of JSON, then the body', () => {
    const all: Record<string, string> = Object.fromEntries(headers.map((name) => [name, `of ${name}`]))
    const document: Record<string, unknown> = Object.fromEntries(fields.map((name) => [name, `of ${name}`]))
    document.build = { version: 'of build.version' }
    const places: (string | undefined)[] = []
    for (const name of headers) {
      places.push(observed({ headers: all, body: JSON.stringify(document) })?.place)
      all[name] = ' '
    }
    for (const name of fields) {
      places.push(observed({ headers: all, body: JSON.stringify(document) })?.place)
      document[name] = name.length % 2 === 0 ? null : ''
    }
    places.push(observed({ headers: all, body: JSON.stringify(document) })?.place)
    expect(places).toEqual([
      ...headers.map((name) => `header ${name}`),
      ...fields.map((name) => `$.${name}`),
      '$.build.version',
    ])
  })

  it.each([
    ['{"app":{"version":"1.2.3"}}', '1.2.3', '$.app.version'],
    ['{"app":{"name":"x"},"git":{"commit":"abc1234"}}', 'abc1234', '$.git.commit'],
    ['{"info":{"build":{"version":"1.2.3"}}}', '1.2.3', '$.info.build.version'],
    ['{"app":{"version":"0.1"},"revision":"7"}', '7', '$.revision'],
    ['{"version":null,"app":{"version":"1.2.3"}}', '1.2.3', '$.app.version'],
    ['{"version":3}', '3', '$.version'],
    ['{"version":1.5}', '1.5', '$.version'],
    ['{"version":true,"commit":"abc1234"}', 'abc1234', '$.commit'],
    ['{"version":{"major":1},"commit":"abc1234"}', 'abc1234', '$.commit'],
    ['{"version":["1"],"sha":"abc1234"}', 'abc1234', '$.sha'],
    ['{"version":" 1.2.3 "}', '1.2.3', '$.version'],
    ['1.2.3', '1.2.3', 'body'],
    ['v1.2.3\n', 'v1.2.3', 'body'],
    ['"1.2.3"', '1.2.3', 'body'],
    ['build-42', 'build-42', 'body'],
    [sha, sha, 'body'],
    ['app 1.2.3 (abcdef1)', '1.2.3', 'body'],
  ])('finds in %s the version %s at %s', (body, version, place) => {
    expect(observed({ body })).toEqual({ text: version, place })
  })

  it.each([
    ...[
      '',
      ' ',
      '{}',
      '[]',
      '[{"version":"1.2.3"}]',
      'null',
      'OK',
      '"OK"',
      'port 8080 open',
      '{"a":{"b":{"version":"1.2.3"}}}',
    ],
    ...['{"Version":"1.2.3"}', '{"version":""}', '{"version":"  "}', '{"version":null}'],
    ...['<html>nginx 1.25.3</html>', 'first line\nnginx 1.25.3'],
    '{"__proto__":{"x":1},"constructor":1}',
  ])('finds nothing in %j', (body) => {
    expect(observed({ body })).toBeUndefined()
  })

  it('prefers the version that is expected to others on the same line', () => {
    expect(observed({ body: 'node 24.1.0 app v1.2.3', expected: '1.2.3' })?.text).toBe('v1.2.3')
    expect(observed({ body: 'node 24.1.0 app v1.2.3', expected: '9.9.9' })?.text).toBe('24.1.0')
  })
})

describe('a version in the body', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['version: 1.2.3, ok', '1.2.3'],
    ['<p>Version v1.2.3.</p>', 'v1.2.3'],
    ['first\nsecond 1.2.3\n', '1.2.3'],
    ['"1.2.3"', '1.2.3'],
    ['node/24.1.0 app/1.2.3', '1.2.3'],
  ])('is found as a whole token in %j', (body, version) => {
    expect(observed({ body, from: 'body', expected: '1.2.3' })?.text).toBe(version)
  })

  it.each([
    '11.2.3',
    '1.2.30',
    '1.2.3.4',
    '1.2.3-rc.1',
    '1.2.3+7',
    'x1.2.3',
    '0.1.2.3',
    '1.2.3x',
    '1.2.3_1',
    '1.2.3~rc1',
  ])('is not found in %s, of which it is only a part', (token) => {
    for (const body of [token, `app ${token} up`, `{"v": "${token}"}`]) {
      const found = observed({ body, from: 'body', expected: '1.2.3' })
      expect(isSameVersion(found?.text ?? '', '1.2.3')).toBe(false)
    }
  })

  it('is not made up by the end of what is looked at', () => {
    for (const length of [65_536, 65_535, 65_530]) {
      const found = observed({ body: `${' '.repeat(length - 5)}1.2.30`, from: 'body', expected: '1.2.3' })
      expect(isSameVersion(found?.text ?? '', '1.2.3')).toBe(false)
    }
  })

  it('of a commit matches by its beginning', () => {
    expect(observed({ body: `deployed ${sha.slice(0, 8)} today`, from: 'body', expected: sha })?.text).toBe(
      sha.slice(0, 8),
    )
  })

  it('is the whole body when nothing in it looks like one', () => {
    expect(observed({ body: ' blue\n', from: 'body', expected: 'green' })).toEqual({ text: 'blue', place: 'body' })
    expect(observed({ body: 'all is well', from: 'body', expected: 'green' })).toBeUndefined()
  })
})

describe('a version in a place that is named', () => {
  it.each([
    ['header:X-Build', { 'x-build': ' 7 ' }, '', '7', 'header x-build'],
    ['header: X-Build', { 'x-build': '7' }, '', '7', 'header x-build'],
    ['json:$.a.b', {}, '{"a":{"b":"7"},"version":"8"}', '7', '$.a.b'],
    ['json:$.items[*].v', {}, '{"items":[{"v":7},{"v":8}]}', '7', '$.items[*].v'],
    ['json:$["my app"].v', {}, '{"my app":{"v":7}}', '7', '$["my app"].v'],
  ])('%s', (from, headers, body, version, place) => {
    expect(observed({ from, headers, body })).toEqual({ text: version, place })
  })

  it.each([
    ['header:X-Build', { 'x-version': '7' }, '{"version":"7"}'],
    ['header:X-Build', { 'x-build': '' }, ''],
    ['header:constructor', {}, ''],
    ['json:$.a', { 'x-version': '7' }, '{"a":null,"version":"7"}'],
    ['json:$.a', {}, '{"a":""}'],
    ['json:$.a', {}, '{"a":{}}'],
    ['json:$.a', {}, 'not JSON'],
    ['json:$', {}, ''],
    ['body', { 'x-version': '7' }, ''],
  ])('%s is not looked for elsewhere', (from, headers, body) => {
    expect(observed({ from, headers, body })).toBeUndefined()
  })
})

describe('parseVersionSource', () => {
  it.each([
    '',
    'Auto',
    'header',
    'header:',
    'header: ',
    'json:',
    'json',
    'xml:/a',
    'body:',
    'auto,body',
    'json:$.',
    'json:a.b',
  ])('refuses %j', (text) => {
    expect(thrownBy(() => parseVersionSource(text), Malformed).accepted).toMatch(/json:\$\.version|RFC 9535/)
  })

  it.each(['header:X Build', 'header:X-Build: 7', 'header:ü'])(
    'refuses %j, since no header can have that name',
    (text) => {
      thrownBy(() => parseVersionSource(text), Malformed)
    },
  )

  it('throws nothing but Malformed', () => {
    const text = fc.tuple(fc.constantFrom('', 'json:', 'header:', 'json:$'), anyText()).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (source) => {
        try {
          parseVersionSource(source)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
    )
  })

  it.each(['auto', 'body', 'header:X-Build', 'json:$.a.b'])('describes %s for people', (text) => {
    expect(describeSource(parseVersionSource(text))).toMatch(/^looked (in|at) /)
  })
})

describe('a hostile body', () => {
  const large = 1_048_000
  const bodies = [
    ['words', 'a1 '.repeat(large / 3)],
    ['a word', 'a'.repeat(large)],
    ['dots', '1.'.repeat(large / 2)],
    ['blanks', ' '.repeat(large)],
    ['blanks between', `a${' '.repeat(large)}b`],
    ['blanks behind the first of two lines', `1${' '.repeat(large)}\n2`],
    ['lines', '1.2\n'.repeat(large / 4)],
    ['members', `{${Array.from({ length: 10_000 }, (_, n) => `"m${n}":{}`).join(',')}}`],
  ] as const

  it.each(bodies)('of %s, up to a mebibyte, is read in no time, wherever the version is looked for', (_, text) => {
    const response = { headers: {}, body: bodyOf(text) }
    for (const source of ['auto', 'body', 'json:$.version']) {
      const ms = timeOf(() => void observeVersion(parseVersionSource(source), response, '1.2.3'))
      expect(ms).toBeLessThan(400)
    }
  })

  it.each([
    ['auto', `{"version":"${'1.'.repeat(large / 2)}"}`],
    ['json:$.v', `{"v":"${'a'.repeat(large)}"}`],
    ['body', 'a1'.repeat(large / 2)],
  ])('gives no version of a mebibyte (%s), which every attempt would keep', (from, text) => {
    expect(observed({ from, body: text })?.text.length ?? 0).toBeLessThanOrEqual(1_000)
  })
})
