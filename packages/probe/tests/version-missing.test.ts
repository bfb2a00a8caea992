import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { observeVersion } from '../src/version.ts'
import { describeMissing } from '../src/version-missing.ts'
import { parseVersionSource } from '../src/version-source.ts'
import { bodyOf } from './support/made.ts'

const sha = '3f9c1e7ab04d5586c1e2f3a4b5c6d7e8f9a0b1c2'
const looked = 'looked in the usual headers and fields, and for a body that is just a version'
const got = (advised: string) =>
  `got none; the response has it elsewhere: if that is the version, set "version-from: ${advised}" (${looked})`

function missing(body: string, { from = 'auto', expected = sha, headers = {} } = {}): string {
  return describeMissing(parseVersionSource(from), { headers, body: bodyOf(body) }, expected)
}

describe('a version that is missing', () => {
  const none = `got none (${looked})`
  it.each([
    ['{"status":"UP"}', {}, none],
    [`{"app":{"rev":"${sha}"}}`, {}, got('json:$.app.rev')],
    [`{"a":[1,{"b c":"v1-g${sha}"}]}`, {}, got("json:$.a[1]['b c']")],
    [`<p>${sha}</p>`, {}, got('body')],
    [`<p>${sha}-dirty</p>`, {}, none],
    ['', { headers: { 'x-build': sha } }, got('header:x-build')],
    ['{"commit":"unknown"}', {}, 'got only the placeholder "unknown" ($.commit)'],
    ['N/A', {}, 'got only the placeholder "N/A" (body)'],
    ['dev', { from: 'body', expected: 'dev' }, 'got only the placeholder "dev" (body)'],
    [
      `{"a":"@sha@","b":"${sha}"}`,
      { from: 'json:$.a' },
      'got only the placeholder "@sha@" ($.a); the response has it elsewhere: if that is the version, set "version-from: json:$.b"',
    ],
    ['{"a":{"b":1}}', { from: 'json:$.a' }, 'got none (looked at $.a, where no text or number is)'],
    ['{"a":1}', { from: 'json:$.b' }, 'got none (looked at $.b: nothing is at that path)'],
    ['<p>', { from: 'json:$.b' }, 'got none (looked at $.b, but the body is not JSON)'],
    [
      '',
      { from: 'header:X-Build', headers: { 'x-build': 'none' } },
      'got only the placeholder "none" (header x-build)',
    ],
    // A name that nobody can see or type.
    [`{"\\u0007":"${sha}"}`, {}, got('body')],
  ])('in %s (%j) is explained', (body, rest, text) => {
    expect(missing(body, rest)).toBe(text)
  })

  it('is found with the path of the message, whatever the names are', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 8 })
    fc.assert(
      fc.property(name, name, fc.nat(3), (one, other, index) => {
        const elements = Array.from({ length: index }, () => ({ [one]: 1 }))
        const text = JSON.stringify({ x: { [one]: [...elements, { [other]: `${sha}` }] } })
        const response = { headers: {}, body: bodyOf(text) }
        const advised = /set "version-from: (.*)" \(looked/s.exec(missing(text, { from: 'json:$.none' }))?.[1] ?? ''
        expect(observeVersion(parseVersionSource(advised), response, sha)?.text).toBe(sha)
      }),
      { numRuns: 300 },
    )
  })

  it('is not looked for beyond what anybody would paste', () => {
    const deep = `${'[ '.repeat(5_000)}"${sha}"${']'.repeat(5_000)}`
    expect(missing(deep)).toBe(got('body'))
  })
})
