import { Malformed } from '@deploy-safety/common/inputs'
import { anyText } from '@deploy-safety/simulators/any-text'
import { thrownBy, timeOf } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allValuesAt, unmetBy } from '../src/json-condition.ts'
import { parseJsonCondition, parsePath } from '../src/json-parser.ts'

const document: unknown = JSON.parse(`{
  "status": "UP", "n": 5, "f": 1.5, "t": true, "z": null, "empty": "", "none": [], "nothing": {},
  "list": [1, 2, 3], "mixed": [1, "1", true, null], "nested": {"a": {"b": [{"k": 1, "v": "x"}, {"k": 2, "v": "y"}]}},
  "checks": [{"name": "db", "latency_ms": 12}, {"name": "cache", "latency_ms": 40}],
  "weird key": 1, "q'q": 2, "d\\"q": 3, "a.b": 4, "größe": 6, "emoji": "🚀🚀", "op": "a == b", "paren": ")]", "path": "a/b",
  "__proto__": {"own": 1}
}`)

/** Whether a condition holds. */
function holds(source: string, of: unknown = document): boolean {
  return unmetBy(parseJsonCondition(source), of) === undefined
}

describe('what a condition says', () => {
  it.each([
    // Equality is by type and by value.
    ...['$.status == "UP"', "$.status == 'UP'", '$.status=="UP"', '$.n == 5', '$.n == 5.0', '$.n==5', '$.f == 1.5'],
    ...['$.t == true', '$.z == null', '$.empty == ""', '$.none == []', '$.nothing == {}', '$.list == [1,2,3]'],
    ...['$.nested.a.b[0] == {"v": "x", "k": 1}', '$.n != 6', '$.n != "5"', '$.t != 1', '$.z != false', '$.list != [1]'],
    // Order: numbers with numbers, texts with texts.
    ...['$.n < 6', '$.n <= 5', '$.n > 4', '$.n >= 5', '$.n>4', '$.n<=5', '$.n > -1', '$.n>-1', '$.n < 1e3'],
    ...['$.status > "UO"', '$.status >= "UP"', '$.status < "UQ"', '$.status <= "UP"'],
    // Texts, elements, members.
    ...['$.status contains "P"', '$.status contains ""', '$.list contains 2', '$.mixed contains "1"'],
    ...['$.mixed contains null', '$.nested contains "a"', '$.list[*] != 4', '$.status contains"U"'],
    ...['$.status matches /^up$/i', '$.status matches /^U/', '$.status matches "^U"', "$.status matches '^U'"],
    ...['$.path matches /^a\\/b$/', '$.path matches /a/b/', '$.emoji matches /^🚀{2}$/u'],
    ...['$.z exists', '$.empty exists', '$.none exists', '$ exists', '$["weird key"] exists', '$.n exists  '],
    // Length of elements, members, characters.
    ...['len($.list) == 3', 'len($.list)==3', 'len( $.list ) > 2', 'len ($.status) == 2', 'len($.emoji) == 2'],
    ...['len($.none) == 0', 'len($.nothing) == 0', 'len($.empty) == 0', 'len($.nested) exists', 'len($) > 10'],
    // Paths of RFC 9535.
    ...['$["status"] == "UP"', "$['status'] == 'UP'", "$['weird key'] == 1", '$["q\'q"] == 2', "$['q\\'q'] == 2"],
    ...['$["d\\"q"] == 3', '$["a.b"] == 4', '$.größe == 6', '$.list[0] == 1', '$.list[-1] == 3', '$.list[0:2] <= 2'],
    ...[
      '$..k >= 1',
      '$.nested..v matches /^[xy]$/',
      '$.checks[*].latency_ms < 50',
      '$.checks[?@.name=="db"].latency_ms == 12',
    ],
    ...[
      '$.checks[?@.name == "db" || @.latency_ms > 30].latency_ms < 50',
      '$.list[?@ > 1] >= 2',
      '$["list"][?(@ > 2)]==3',
    ],
    ...['$.checks[?length(@.name) > 2].name == "cache"', '$.checks[?match(@.name, "d.")].latency_ms == 12'],
    // Operators, brackets and blanks inside of texts.
    ...['$.op == "a == b"', '$.op contains "=="', '$.op=="a == b"', '$.paren == ")]"', '$[?@ == ")]"] == ")]"'],
    ...['$.__proto__.own == 1'],
  ])('%s holds', (source) => {
    expect(unmetBy(parseJsonCondition(source), document)).toBeUndefined()
  })

  it.each([
    ['$.n == 6', 'observed 5'],
    ['$.n == "5"', 'observed 5'],
    ['$.status == "up"', 'observed "UP"'],
    ['$.z == ""', 'observed null'],
    ['$.z == false', 'observed null'],
    ['$.t == 1', 'observed true'],
    ['$.none == {}', 'observed []'],
    ['$.list == [3,2,1]', 'observed [1,2,3]'],
    // What differs in type is in no order.
    ['$.n < "6"', 'observed 5'],
    ['$.n > "4"', 'observed 5'],
    ['$.status > 1', 'observed "UP"'],
    ['$.t > 0', 'observed true'],
    ['$.t >= true', 'observed true'],
    ['$.z <= null', 'observed null'],
    ['$.z < 1', 'observed null'],
    ['$.list > 1', 'observed [1,2,3]'],
    ['$.nothing >= {}', 'observed {}'],
    ['$.n < 5', 'observed 5'],
    ['$.n > 5', 'observed 5'],
    ['$.n contains 5', 'observed 5'],
    ['$.status contains 1', 'observed "UP"'],
    ['$.list contains "2"', 'observed [1,2,3]'],
    ['$.mixed contains "true"', 'observed [1,"1",true,null]'],
    ['$.nested contains "toString"', 'observed {"a":{"b":[{"k":1,"v":"x"},{"k":2,"v":"y"}]}}'],
    ['$.n matches /5/', 'observed 5'],
    ['$.list matches /1/', 'observed [1,2,3]'],
    ['$.status matches /^down/i', 'observed "UP"'],
    // Several nodes must all meet it.
    ['$.checks[*].latency_ms < 40', 'observed 40'],
    ['$.list[*] == 1', 'observed 2 and 1 more that do not meet it'],
    ['$.list[*] > 5', 'observed 1 and 2 more that do not meet it'],
    ['$.mixed[*] != 1', 'observed 1'],
    // What has no length is not of any length.
    ['len($.n) >= 0', 'observed 5'],
    ['len($.z) != 1', 'observed null'],
    ['len($.t) exists', 'observed true'],
    ['len($.list) == "3"', 'observed [1,2,3]'],
    ['len($.list) contains 3', 'observed [1,2,3]'],
  ])('%s does not hold: %s', (source, why) => {
    expect(unmetBy(parseJsonCondition(source), document)).toBe(why)
  })

  it.each(['==', '!=', '<', '<=', '>', '>=', 'contains', 'matches', 'exists'])(
    'nothing at a path fails %s, also of a length and of an empty list',
    (operator) => {
      const value = operator === 'exists' ? '' : ' "x"'
      for (const path of [
        '$.nope',
        '$.none[*]',
        '$.list[9]',
        '$.status.length',
        '$.checks[?@.name == "x"]',
        'len($.no)',
      ])
        expect(unmetBy(parseJsonCondition(`${path} ${operator}${value}`), document)).toBe('nothing is at that path')
    },
  )

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', '__proto__.polluted', 'list.length', 'list.map'])(
    'finds nothing at $.%s, which is of the object and not of the document',
    (name) => {
      expect(holds(`$.${name} exists`, { list: [1], text: 'x' })).toBe(false)
      expect(holds(`$..${name.replace(/^.*\./, '')} exists`, { list: [1], text: 'x' })).toBe(false)
    },
  )

  it('does not change a prototype', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
    for (const source of ['$..* exists', '$.__proto__.polluted == 1', '$ == {"__proto__":{"polluted":1}}'])
      unmetBy(parseJsonCondition(source), hostile)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

// RFC 9535 2.3.1.1.
describe('a text in single quotes', () => {
  it.each([
    ["''", ''],
    ["'UP'", 'UP'],
    [String.raw`'a\nb'`, 'a\nb'],
    [String.raw`'\b\f\r\t'`, '\b\f\r\t'],
    [String.raw`'it\'s'`, "it's"],
    ['\'say "hi"\'', 'say "hi"'],
    [String.raw`'a\/b/c'`, 'a/b/c'],
    [String.raw`'a\\n'`, String.raw`a\n`],
    [String.raw`'a\\\'b'`, String.raw`a\'b`],
    [String.raw`'ends in \\'`, 'ends in \\'],
    [String.raw`'\u00e9\u00C9'`, 'éÉ'],
    [String.raw`'\uD83D\ude00 😀'`, '😀 😀'],
  ])('%s is %j', (operand, text) => {
    expect(parseJsonCondition(`$.a == ${operand}`).operand).toBe(text)
  })

  it.each([
    ...[String.raw`'\x41'`, String.raw`'\d'`, String.raw`'\"'`, String.raw`'\N'`, String.raw`'\0'`],
    // Not ended, or ended too early.
    ...["'", "'a", String.raw`'a\'`, "'x'x'", String.raw`'\\'x'`],
    // Hexadecimal digits that are missing, halves of surrogate pairs, controls.
    ...[
      String.raw`'\u12'`,
      String.raw`'\u12g4'`,
      String.raw`'\U0041'`,
      String.raw`'\ud800'`,
      String.raw`'\ude00\ud83d'`,
    ],
    ...["'\ud800'", "'a\tb'", "'\u0000'"],
  ])('is refused where it is %j', (operand) => {
    const { message } = thrownBy(() => parseJsonCondition(`$.a == ${operand}`), Malformed)
    expect(message).toContain('a text ends with its quote and has the escapes of JSON')
  })

  it('is a regular expression after matches, whose backslashes are doubled as in double quotes', () => {
    for (const operand of [String.raw`'^2\\.'`, String.raw`"^2\\."`, String.raw`/^2\./`])
      expect(parseJsonCondition(`$.a matches ${operand}`).operand).toEqual(/^2\./)
    expect(() => parseJsonCondition(String.raw`$.a matches '^2\.'`)).toThrow(Malformed)
  })
})

describe('what is no condition', () => {
  it.each([
    ['', 'does not begin with a path'],
    ['status == "UP"', 'does not begin with a path'],
    ['x$.a == 1', 'does not begin with a path'],
    ['length($.a) > 1', 'does not begin with a path'],
    ['len() > 0', 'does not begin with a path'],
    ['"$.a" == 1', 'does not begin with a path'],
    ['$.a', 'has no operator after its path'],
    ['len($.a)', 'has no operator after its path'],
    ['$["a == 1', 'has no operator after its path'],
    ['$[?@.a == 1 exists', 'has no operator after its path'],
    ['$.a ~= 1', 'has no operator after its path'],
    ['len($.a > 1', 'has an unmatched parenthesis'],
    ['$.a) > 1', 'has an unmatched parenthesis'],
    ['$.a = 1', 'has the unknown operator "="; there are == != <= >= < > contains matches exists'],
    ['$.a === 1', 'has the unknown operator "==="'],
    ['$.a => 1', 'has the unknown operator "=>"'],
    ['$.a is 1', 'has the unknown operator "is"'],
    ['$.a EXISTS', 'has the unknown operator "EXISTS"'],
    ['$.a ==', 'has no value'],
    ['$.a matches', 'has no value'],
    ['$.a == UP', 'has "UP" as its value; a text needs quotes'],
    ['$.a == "x', 'has "\\"x" as its value; a text ends with its quote'],
    ["$.a == 'x", 'has "\'x" as its value; a text ends with its quote'],
    ['$.a == 1 2', 'has "1 2" as its value'],
    ['$.a == undefined', 'has "undefined" as its value'],
    ['$.a exists 1', 'has something after exists'],
    ['$.a matches 5', 'needs a regular expression after matches'],
  ])('%s %s', (source, problem) => {
    const error = thrownBy(() => parseJsonCondition(source), Malformed)
    expect(error.message).toContain(`the condition ${JSON.stringify(source)} ${problem}`)
    expect(error.accepted).toContain('$.status == "UP"')
  })

  it.each([
    ['$.. == 1', '"$.." is not a JSONPath ('],
    ['$$ == 1', '"$$" is not a JSONPath ('],
    ['$[] == 1', '"$[]" is not a JSONPath ('],
    ['$[?] exists', '"$[?]" is not a JSONPath ('],
    ['$[?nope(@)] exists', '"$[?nope(@)]" is not a JSONPath ('],
    ['$.a matches /[/', '"/[/" is not a regular expression ('],
    ['$.a matches "["', '"/[/" is not a regular expression ('],
    ['$.a matches /a/g', '"/a/g" has a flag that is not supported'],
  ])('%s: %s', (source, problem) => {
    expect(thrownBy(() => parseJsonCondition(source), Malformed).message).toContain(problem)
  })

  it('throws nothing but Malformed, for any text', () => {
    const piece = fc.constantFrom(
      ...['$', '$.a', '.', '[', ']', '[*]', '[?', '@', '(', ')', 'len', '"', "'", '\\', ' ', '=', '!', '<', '>', '=='],
      ...['contains', 'matches', 'exists', '/', '/a/', '1', '-', '"x"', 'null', '{', '}', '..', '*', '\n', 'é'],
    )
    const text = fc.oneof(
      anyText(),
      fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(text, (source) => {
        try {
          unmetBy(parseJsonCondition(source), document)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(['$.a == "', '$["', "$['", '$[?@ == "', 'len(', '$', '$.a matches /('])(
    'is refused in no time when %j goes on for long',
    (begin) => {
      const sources = ['x', '\\', '[', ' ', '"', "'", '.a', '=', '('].map((unit) => `${begin}${unit.repeat(2_000)}`)
      for (const source of sources) {
        const ms = timeOf(() => {
          expect(() => parseJsonCondition(source)).toThrow(Malformed)
        })
        expect(ms).toBeLessThan(500)
      }
    },
  )
})

describe('a hostile document', () => {
  const deep: unknown = { a: JSON.parse(`${'['.repeat(100_000)}1${']'.repeat(100_000)}`) }

  it.each([
    '$.a == 1',
    '$.a != 1',
    '$.a == []',
    '$..b exists',
    '$..* > 1',
    'len($.a) == 7',
    '$.a contains "x"',
    '$ == 1',
  ])('of 100,000 brackets is judged by %s without a crash', (source) => {
    expect(() => unmetBy(parseJsonCondition(source), deep)).not.toThrow()
  })

  it('shows a long value only in part', () => {
    const why = unmetBy(parseJsonCondition('$.a == 1'), { a: 'x'.repeat(100_000) })
    expect(why?.length).toBeLessThan(100)
  })

  it.each([
    ['$[?match(@, "(a+)+b")] exists', { a: `${'a'.repeat(60)}!` }],
    ['$..[?@..[?@..[?@ == 1]]] exists', nested(8)],
  ])('cannot hold %s for long', (source, value) => {
    let why: string | undefined
    const ms = timeOf(() => {
      why = unmetBy(parseJsonCondition(source), value)
    })
    expect(why).toBe('the condition took more than 500 ms on this body')
    expect(ms).toBeLessThan(1_000)
  })

  it('does not meet an expression of whose text only the first 64 KiB were seen', () => {
    expect(holds('$.a matches /^a+$/', { a: `${'a'.repeat(65_536)}!` })).toBe(false)
    expect(holds('$.a matches /^a+$/', { a: 'a'.repeat(65_536) })).toBe(true)
  })
})

describe('allValuesAt', () => {
  it('gives the values of a path, or why there are none', () => {
    expect(allValuesAt(parsePath('$.checks[*].name'), document)).toEqual(['db', 'cache'])
    expect(allValuesAt(parsePath('$.z'), document)).toEqual([null])
    expect(allValuesAt(parsePath('$.nope'), document)).toBe('nothing is at that path')
    expect(allValuesAt(parsePath('$.a'), undefined)).toBe('nothing is at that path')
  })
})

describe('equality and order', () => {
  const value = fc.jsonValue({ maxDepth: 2 })
  const literal = (of: unknown) => JSON.stringify(of)

  it('a value equals itself and does not differ from itself', () => {
    fc.assert(
      fc.property(value, (of) => {
        expect(holds(`$.x == ${literal(of)}`, { x: JSON.parse(literal(of)) })).toBe(true)
        expect(holds(`$.x != ${literal(of)}`, { x: JSON.parse(literal(of)) })).toBe(false)
      }),
      { numRuns: 40 },
    )
  })

  it('exactly one of <, == and > holds between numbers, and between texts; between others none of < and >', () => {
    fc.assert(
      fc.property(value, value, (one, other) => {
        const document = { x: JSON.parse(literal(one)) }
        const met = ['<', '==', '>'].filter((operator) => holds(`$.x ${operator} ${literal(other)}`, document))
        const ordered = typeof one === typeof other && (typeof one === 'number' || typeof one === 'string')
        if (ordered) expect(met).toHaveLength(1)
        else expect(met.filter((operator) => operator !== '==')).toEqual([])
        expect(holds(`$.x == ${literal(other)}`, document)).toBe(!holds(`$.x != ${literal(other)}`, document))
      }),
      { numRuns: 40 },
    )
  })
})

/** A tree of five branches at each level, on which nested descents take forever. */
function nested(depth: number): unknown {
  return depth === 0 ? 1 : Array.from({ length: 5 }, () => nested(depth - 1))
}
