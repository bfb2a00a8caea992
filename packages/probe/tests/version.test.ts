import { Malformed } from '@deploy-safety/common/inputs'
import { anyText } from '@deploy-safety/simulators/any-text'
import { thrownBy, timeOf } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSource, observeVersion } from '../src/version.ts'
import { matchesVersion } from '../src/version-match.ts'
import { describeMissing } from '../src/version-missing.ts'
import { parseVersionSource } from '../src/version-source.ts'
import { bodyOf } from './support/made.ts'

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

describe('where auto looks', () => {
  const headers = ['x-version', 'x-app-version', 'x-git-sha', 'x-commit', 'x-revision']
  const versions = ['version', 'appVersion', 'release', 'releaseId', 'git_version', 'build-version']
  const commits = [
    ...['commit', 'SHA', 'gitSha', 'commit_sha', 'gitCommit', 'commit-hash', 'revision', 'hash', 'BUILD_SHA'],
  ]
  const steps = (names: string[]) => names.map((name) => (name.includes('-') ? `['${name}']` : `.${name}`))

  /** The places that decide one after the other, when each loses its value once it has decided. */
  function order(expected: string, contentType = 'application/json'): (string | undefined)[] {
    const left = new Set([...headers, ...versions, ...commits, 'build.version', 'build.sha'])
    const nothing = [null, ' ', 'unknown', 'NONE', 'n/a', '@x@']
    return Array.from({ length: left.size + 1 }, (_, turn) => {
      const value = (name: string) => (left.has(name) ? name : nothing[turn % nothing.length])
      const said = Object.fromEntries(headers.map((name) => [name, value(name) ?? '']))
      const fields = Object.fromEntries([...commits, ...versions].map((name) => [name, value(name)]))
      const build = { sha: value('build.sha'), version: value('build.version') }
      const body = JSON.stringify({ build, ...fields })
      const found = observed({ headers: { ...said, 'content-type': contentType }, body, expected })
      left.delete(found?.text ?? '')
      return found?.place
    })
  }
  const inHeaders = headers.map((name) => `header ${name}`)
  const ofVersions = [...steps(versions), '.build.version'].map((step) => `$${step}`)
  const ofCommits = [...steps(commits), '.build.sha'].map((step) => `$${step}`)

  it('takes the first header that has a value, then the first field of a version, then that of a commit', () => {
    expect(order('1.2.3')).toEqual([...inHeaders, ...ofVersions, ...ofCommits, undefined])
  })

  it('takes commits before versions where a commit is expected', () => {
    const headersOfCommitsFirst = [...inHeaders.slice(2), ...inHeaders.slice(0, 2)]
    expect(order(sha)).toEqual([...headersOfCommitsFirst, ...ofCommits, ...ofVersions, undefined])
    expect(order('abcdef')).toEqual(order('1.2.3'))
  })

  it('takes releaseId before the version, which is that of the API, in application/health+json', () => {
    const others = ofVersions.filter((place) => place !== '$.releaseId')
    expect(order('1.2.3', 'application/health+json')).toEqual([
      ...inHeaders,
      '$.releaseId',
      ...others,
      ...ofCommits,
      undefined,
    ])
  })

  it.each([
    ['{"app":{"version":"1.2.3"}}', '1.2.3', '$.app.version'],
    ['{"app":{"name":"x"},"git":{"commit":"abc1234"}}', 'abc1234', '$.git.commit'],
    ['{"info":{"build":{"version":"1.2.3"}}}', '1.2.3', '$.info.build.version'],
    ['{"app":{"version":"0.1"},"revision":"7"}', '0.1', '$.app.version'],
    ['{"app":{"version":"0.1"},"build":{"version":"0.2"}}', '0.2', '$.build.version'],
    ['{"APP_":{"Git-Version":"0.1"}}', '0.1', "$.APP_['Git-Version']"],
    ['{"data":{"service":{"release":{"version":"0.1"}}}}', '0.1', '$.data.service.release.version'],
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
    ...['unknown', ' Dev\n', '"none"', '%V1%', '@v1@', `$${'{V1}'}`, `"$${'{V1}'}"`],
    ...['{"id":"abc1234"}', '{"commit":{"id":"abc1234"}}', '{"git":{"id":"abc1234"}}', '{"app":{"full":"abc1234"}}'],
    ...['os', 'java', 'db', 'php', 'node', 'versions', 'python'].map((name) => `{"${name}":{"version":"1.2.3"}}`),
    ...['{"data":[{"version":"1.2.3"}]}', '{"version":""}', '{"version":"  "}', '{"version":null}'],
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
    ['app-1.2.3', '1.2.3'],
    ['/app-1.2.3.min.js?x', '1.2.3'],
    ['1.2.3-', '1.2.3'],
    ['1.2.3..2.0.0', '1.2.3'],
    ['app@1.2.3', '1.2.3'],
    // Build metadata makes no other version.
    ['up: 1.2.3+7.', '1.2.3+7'],
    [`1.2.30 and ${'x'.repeat(200_000)} 1.2.3`, '1.2.3'],
  ])('is found as a whole token in %j', (body, version) => {
    expect(observed({ body, from: 'body', expected: '1.2.3' })?.text).toBe(version)
  })

  it.each([
    '11.2.3',
    '1.2.30',
    '1.2.3.4',
    '1.2.3-rc.1',
    '2+1.2.3',
    'x1.2.3',
    '0.1.2.3',
    '1.2.3x',
    '1.2.3_1',
    '1.2.3~rc1',
    '2.0.0-1.2.3',
    '2.0.0-rc.1.2.3',
    '1.2.3-rc1.js',
    '1.2.3.RELEASE',
    '1.2.3+7-1.x+2',
    'ü1.2.3',
    '1.2.3ü',
    '1.2.3٣',
  ])('is not found in %s, of which it is only a part', (token) => {
    for (const body of [token, `app ${token} up`, `{"v": "${token}"}`]) {
      const found = observed({ body, from: 'body', expected: '1.2.3' })
      expect(matchesVersion('1.2.3', found?.text ?? '')).toBe(false)
    }
  })

  it('is not made up by the end of what is looked at', () => {
    for (const length of [65_536, 65_535, 65_530]) {
      const found = observed({ body: `${' '.repeat(length - 5)}1.2.30`, from: 'body', expected: '1.2.3' })
      expect(matchesVersion('1.2.3', found?.text ?? '')).toBe(false)
    }
    const cut = { headers: {}, body: bodyOf('1.2.3 1.2.4', true) }
    expect(observeVersion({ kind: 'body' }, cut, '1.2.3')?.text).toBe('1.2.3')
    expect(observeVersion({ kind: 'body' }, cut, '1.2.4')?.text).toBe('1.2.3')
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
    ['json:$.items[*].v', {}, '{"items":[{"v":null},{"v":"unknown"},{"v":8}]}', '8', '$.items[*].v'],
    ['json:$["my app"].v', {}, '{"my app":{"v":7}}', '7', '$["my app"].v'],
    // Numbers are what the service wrote, not what is left of them.
    ['auto', {}, '{"version":1.10}', '1.10', '$.version'],
    ['auto', {}, '{"build":{"version":12345678901234567891}}', '12345678901234567891', '$.build.version'],
    [
      'json:$.items[?@.id == 2].v',
      {},
      '{"items":[{"id":1,"v":1.1},{"id":2,"v":1.10}]}',
      '1.10',
      '$.items[?@.id == 2].v',
    ],
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
    ['json:$.a', {}, '{"a":"None","version":"7"}'],
    ['header:X-Build', { 'x-build': 'unknown', 'x-version': '7' }, ''],
    ['body', { 'x-version': '7' }, 'undefined\n'],
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
    ['many members', `{${Array.from({ length: 100_000 }, (_, n) => `"${n.toString(36)}_":1`).join(',')}}`],
    ['levels', `${'{"app":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['versions', '1.2.4.'.repeat(large / 6)],
    ['build metadata', '1.2.3+1.2.3'.repeat(large / 11)],
    ['commits', 'abcdef0.'.repeat(large / 8)],
    ['members', `{${Array.from({ length: 10_000 }, (_, n) => `"m${n}":{}`).join(',')}}`],
  ] as const

  it.each(bodies)('of %s, up to a mebibyte, is read in no time, wherever the version is looked for', (_, text) => {
    const response = { headers: {}, body: bodyOf(text) }
    for (const source of ['auto', 'body', 'json:$.version']) {
      for (const expected of ['1.2.3', '1', sha]) {
        const versionFrom = parseVersionSource(source)
        const ms = timeOf(() => {
          observeVersion(versionFrom, response, expected)
          describeMissing(versionFrom, response, expected)
        })
        expect(ms).toBeLessThan(400)
      }
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
