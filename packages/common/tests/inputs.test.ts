import { anyText } from '@deploy-safety/simulators/any-text'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration } from '../src/duration.ts'
import { ActionError } from '../src/errors.ts'
import {
  inputReader,
  Malformed,
  parseChoice,
  parseCount,
  parseFlag,
  parseLines,
  quote,
  quoteUpTo,
} from '../src/inputs.ts'

const defaults = { url: '', timeout: '10s', name: '' } as const

function readerOf(given: Partial<Record<keyof typeof defaults, string>>, where?: string) {
  return inputReader({ defaults, textOf: (name) => given[name] ?? '', ...(where === undefined ? {} : { where }) })
}

describe('inputReader', () => {
  it.each(['', ' ', '\n', '\t \r\n'])('takes the blank input %j for one that was not given', (text) => {
    const input = readerOf({ timeout: text, url: text })
    expect(input.value('timeout', parseDuration)).toBe(10_000)
    expect(input.optional('url', String)).toBeUndefined()
    expect(input.text('timeout')).toBe('')
    expect(input.text('url')).toBe('')
  })

  it('reads what is given, without the white space around it, rather than the default', () => {
    const input = readerOf({ timeout: '\n 20s ' })
    expect(input.value('timeout', parseDuration)).toBe(20_000)
    expect(input.optional('timeout', parseDuration)).toBe(20_000)
    expect(input.text('timeout')).toBe('20s')
  })

  it('names a missing input and the fix', () => {
    const error = thrownBy(() => readerOf({}).value('url', String), ActionError)
    expect(error).toMatchObject({
      code: 'invalid-input',
      message: 'Input "url" is missing.',
      hint: 'Set "url".',
    })
  })

  it('names a malformed input, the value, the accepted form and the cause', () => {
    const cause = new Error('why')
    const refuse = (text: string) => {
      throw new Malformed(`${quote(text)} is nothing`, 'Write something.', { cause })
    }
    const error = thrownBy(() => readerOf({ name: 'x' }).value('name', refuse), ActionError)
    expect(error).toMatchObject({
      code: 'invalid-input',
      message: 'Input "name": "x" is nothing.',
      hint: 'Write something.',
      cause,
    })
  })

  it('says where the input stands', () => {
    const input = readerOf({ timeout: '5' }, ' of target "api"')
    expect(thrownBy(() => input.value('timeout', parseDuration), ActionError).message).toMatch(
      /^Input "timeout" of target "api": "5" is a number without a unit/,
    )
    expect(thrownBy(() => input.value('url', String), ActionError).message).toBe(
      'Input "url" of target "api" is missing.',
    )
  })

  it('does not take a defect of a parser for a wrong input', () => {
    const defect = () => {
      throw new TypeError('x is undefined')
    }
    expect(() => readerOf({}).value('timeout', defect)).toThrow(TypeError)
  })
})

describe('parseFlag', () => {
  it.each(['true', 'True', 'TRUE'])('reads %s as true', (text) => {
    expect(parseFlag(text)).toBe(true)
  })

  it.each(['false', 'False', 'FALSE'])('reads %s as false', (text) => {
    expect(parseFlag(text)).toBe(false)
  })

  it.each(['yes', 'no', '1', '0', 'on', 'tRUE', 'true ', 'true\n', ''])('refuses %j', (text) => {
    expect(thrownBy(() => parseFlag(text), Malformed).accepted).toBe('Write true or false.')
  })
})

describe('parseCount', () => {
  const parse = parseCount({ least: 1, most: 100 })

  it.each([
    ['1', 1],
    ['100', 100],
    ['007', 7],
  ])('reads %s', (text, count) => {
    expect(parse(text)).toBe(count)
  })

  it.each(['', '0', '101', '-1', '+1', '1.0', '1e1', '0x1', '1_0', ' 1', '1\n', '٣', '9'.repeat(50)])(
    'refuses %j and names the limits',
    (text) => {
      expect(thrownBy(() => parse(text), Malformed).message).toContain('is not a whole number from 1 to 100')
    },
  )
})

describe('parseChoice', () => {
  const parse = parseChoice(['none', 'all'])

  it('reads a word of the set', () => {
    expect(parse('all')).toBe('all')
  })

  it.each(['All', 'al', 'all ', '', 'toString'])('refuses %j and lists the choices', (text) => {
    expect(thrownBy(() => parse(text), Malformed).accepted).toBe('Use one of: none, all.')
  })
})

describe('parseLines', () => {
  it('gives the lines that say something, trimmed, whatever ends them', () => {
    expect(parseLines('  a b \r\n\n\t\n c\n')).toEqual(['a b', 'c'])
  })

  it('never gives a blank line, or one with white space around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\t', '\r', '\n') }), (text) => {
        for (const line of parseLines(text)) {
          expect(line).not.toMatch(/\n|^\s|\s$/)
          expect(line).not.toBe('')
        }
        expect(parseLines(text).join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
      }),
    )
  })
})

describe('quote', () => {
  it('shows a value on one line, cut to what fits a message', () => {
    expect(quote('a "b"\n')).toBe('"a \\"b\\"\\n"')
    expect(quote('x'.repeat(81))).toBe(`"${'x'.repeat(80)}…"`)
    expect(quote('x'.repeat(80))).toBe(`"${'x'.repeat(80)}"`)
    expect(quoteUpTo(300, 'x'.repeat(301))).toBe(`"${'x'.repeat(300)}…"`)
  })

  it('is one well-formed line for any text', () => {
    fc.assert(
      fc.property(anyText(200), (text) => {
        expect(quote(text)).not.toMatch(/[\n\r]/)
        expect(quote(text).isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('parsers of common', () => {
  it('throw nothing but Malformed, for any text', () => {
    const parsers = [parseFlag, parseCount({ least: 0, most: 9 }), parseChoice(['a', 'b']), parseLines, parseDuration]
    fc.assert(
      fc.property(anyText(), fc.constantFrom(...parsers), (text, parse) => {
        try {
          parse(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
    )
  })
})
