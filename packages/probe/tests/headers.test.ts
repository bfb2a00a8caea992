import { Malformed } from '@deploy-safety/common/inputs'
import { anyText } from '@deploy-safety/simulators/any-text'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCredential, isSecretName, parseHeaderExpectations, parseHeaders } from '../src/headers.ts'

const parsers = [
  ['parseHeaders', parseHeaders],
  ['parseHeaderExpectations', parseHeaderExpectations],
] as const

describe('a line', () => {
  it.each([
    ['X-Ready:1', ['X-Ready', '1']],
    ['X-Ready: 1', ['X-Ready', '1']],
    ['X-Ready :  a: b ', ['X-Ready', 'a: b']],
    ['X-Ready:', ['X-Ready', '']],
    ['X-Ready:,', ['X-Ready', ',']],
    ['X-Ready: größe', ['X-Ready', 'größe']],
  ])('%j is the header %j', (line, header) => {
    expect(parseHeaders(line)).toEqual([header])
    const pattern = { kind: 'substring', text: header[1] }
    expect(parseHeaderExpectations(line)).toEqual([{ name: 'x-ready', source: line.trim(), pattern }])
  })

  it('is one of several, in order; a name may repeat, and blank lines say nothing', () => {
    expect(parseHeaders('X-B: 1\r\n\n  X-A: 2\n\tX-B: 3')).toEqual([
      ['X-B', '1'],
      ['X-A', '2'],
      ['X-B', '3'],
    ])
    expect(parseHeaders(' \n')).toEqual([])
  })

  it('of what is expected may be a regular expression', () => {
    const [expected] = parseHeaderExpectations('X-Version: /^2\\./i')
    expect(expected?.pattern.kind).toBe('regex')
    thrownBy(() => parseHeaderExpectations('X-Version: /(/'), Malformed)
  })
})

describe('what is no header is refused', () => {
  it.each(['Authorization Bearer x', ': x', ' : x', 'Bad Name: x', 'X-Größe: x', '"X-Quoted": x'])('%j', (line) => {
    for (const [, parse] of parsers) {
      const { message, accepted } = thrownBy(() => parse(`X-Ok: 1\n${line}`), Malformed)
      expect(message).toContain('is not a header')
      expect(accepted).toBe('Write one "Name: value" per line.')
    }
  })

  it('by its number where values may be secret, in its words where not', () => {
    const [sent, expected] = parsers.map(([, parse]) => thrownBy(() => parse('X-Ok: 1\n\nhunter2'), Malformed).message)
    expect(sent).toBe('line 2 is not a header')
    expect(expected).toBe('"hunter2" is not a header')
  })

  it.each(['X-Bad: hunter2\u0001', 'X-Bad: hunter2€', 'X-Bad: hunter2\u007f'])('%j, without its value', (line) => {
    const { message, accepted } = thrownBy(() => parseHeaders(line), Malformed)
    expect(message).toBe('the value of the header "X-Bad" has a character that is not allowed in a header')
    expect(accepted).not.toContain('hunter2')
  })

  it.each(['Connection', 'content-length', 'Keep-Alive', 'Proxy-Connection', 'TRANSFER-ENCODING', 'Upgrade'])(
    '%s, which the action sets itself',
    (name) => {
      const { message } = thrownBy(() => parseHeaders(`${name}: x`), Malformed)
      expect(message).toBe(`the header "${name}" is set by the action itself`)
      expect(parseHeaderExpectations(`${name}: x`)).toHaveLength(1)
    },
  )

  it.each(parsers)('by %s with Malformed alone, whatever the text', (_, parse) => {
    const text = fc.oneof(
      anyText(),
      anyText().map((value) => `X-A: ${value}`),
    )
    fc.assert(
      fc.property(text, (given) => {
        try {
          parse(given)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('a name', () => {
  it.each([
    'x-vercel-protection-bypass',
    ...['X-Gitlab-Token', 'X-Client-Secret', 'Api-Key', 'X-Auth', 'Authorization', 'Proxy-Authorization', 'Cookie'],
    ...['X-Password', 'X-Passwd', 'X-JWT', 'X-Hub-Signature-256', 'X-Session-Id', 'X-Credential', 'COOKIE2'],
  ])('%s says that the value is secret', (name) => {
    expect(isSecretName(name)).toBe(true)
  })

  it.each(['X-Env', 'Accept', 'User-Agent', 'Host', 'X-Request-Id', 'page'])('%s does not', (name) => {
    expect([isSecretName(name), isCredential(name)]).toEqual([false, false])
  })

  it.each([
    ['Authorization', true],
    ['proxy-AUTHORIZATION', true],
    ['X-Authorization', false],
    ['Authorization-Mode', false],
    ['Cookie', false],
  ])('%s is that of a credential: %s', (name, expected) => {
    expect(isCredential(name)).toBe(expected)
  })
})
