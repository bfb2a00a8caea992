import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countAt, member, numberAt, parseJson, rootOf } from '../../src/formats/json.ts'
import { jsonFault } from '../../src/formats/json-fault.ts'
import { refusalOf } from '../support/formats/figures.ts'

describe('JSON that is none', () => {
  it.each([
    ['{"a":1', 'truncated-results: the JSON ends too early'],
    ['', 'truncated-results: the JSON ends too early'],
    ['{"a":"x\\u00', 'truncated-results: the JSON ends too early'],
    ['{"a":tru', 'truncated-results: the JSON ends too early'],
    ['[1,', 'truncated-results: the JSON ends too early'],
    ['{"a":1.', 'truncated-results: the JSON ends too early'],
    ['{"a":1}}', 'malformed-results: line 1, column 8: "}" is not valid JSON here'],
    ['{"a":1,\n "b":NaN}', 'malformed-results: line 2, column 6: "NaN}" is not valid JSON here'],
    ['{"a":1,\n "b" 2}', 'malformed-results: line 2, column 6: "2}" is not valid JSON here'],
    ['[1,]', 'malformed-results: line 1, column 4: "]" is not valid JSON here'],
    ['{a:1}', 'malformed-results: line 1, column 2: "a:1}" is not valid JSON here'],
    ['[01]', 'malformed-results: line 1, column 2: "01]" is not valid JSON here'],
    ['["a\nb"]', 'malformed-results: line 1, column 2: "\\"a\\nb\\"]" is not valid JSON here'],
  ])('%j is refused', (text, message) => {
    expect(refusalOf(() => parseJson(text))).toBe(message)
  })

  it('has no fault exactly when a JSON parser takes it', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', 'x', '"', '{', ']', ',', '1', '\\', '\n'),
        (json, at, insert) => {
          const text = json.slice(0, at % (json.length + 1)) + insert + json.slice(at % (json.length + 1))
          expect(jsonFault(text) === undefined).toBe(isJson(text))
        },
      ),
    )
  })

  it('is truncated wherever it is cut', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'large' }), fc.nat(), (json, at) => {
        const text = `[${json}]`
        expect(jsonFault(text.slice(0, at % text.length))).toEqual({ kind: 'truncated' })
      }),
    )
  })

  it('is found in time when it is deep or long', () => {
    expect(jsonFault('['.repeat(1_000_000))).toEqual({ kind: 'truncated' })
    expect(jsonFault(`["${'x'.repeat(5_000_000)}`)).toEqual({ kind: 'truncated' })
    expect(jsonFault(`["${'\\n'.repeat(1_000_000)}`)).toEqual({ kind: 'truncated' })
  })
})

describe('a number', () => {
  it.each(['NaN', 'N/A', '-', '', ' nan ', 'Infinity', null])('%j is no data', (value) => {
    expect(numberAt(member(rootOf({ value }), 'value'))).toBeUndefined()
  })

  it.each([
    ['{"a":{"b c":-1}}', '$.a["b c"] is -1, not a number from 0'],
    ['{"a":{"b c":1e999}}', '$.a["b c"] is Infinity, not a number from 0'],
    ['{"a":{"b c":"12"}}', '$.a["b c"] is "12", not a number from 0'],
    ['{"a":{"b c":true}}', '$.a["b c"] is true, not a number from 0'],
    ['{"a":{"b c":[]}}', '$.a["b c"] is a list, not a number from 0'],
    ['{"a":[]}', '$.a is a list, not an object'],
    ['{"a":{"b c":9007199254740992}}', '$.a["b c"] is 9007199254740992, not a whole number below 2^53'],
  ])('%s is refused', (text, message) => {
    const read = () => countAt(member(member(rootOf(parseJson(text)), 'a'), 'b c'))
    expect(refusalOf(read)).toBe(`malformed-results: ${message}`)
  })

  it('is not found in what every object has', () => {
    const place = rootOf(parseJson('{"__proto__":{"inherited":1}}'))
    expect(member(place, 'inherited').value).toBeUndefined()
    expect(member(place, 'constructor').value).toBeUndefined()
    expect(member(place, '__proto__').value).toEqual({ inherited: 1 })
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
