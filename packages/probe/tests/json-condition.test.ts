import { Malformed } from '@deploy-safety/common/inputs'
import { anyText } from '@deploy-safety/simulators/any-text'
import { thrownBy, timeOf } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allNodesAt, unmetBy } from '../src/json-condition.ts'
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
    ...[
      '$.nested.a.b[0] == {"v": "x", "k": 1}',
      '$.n != 6',
      '$.n != 9007199254740991',
      '$.n < 1e300',
      '$.n != "5"',
      '$.t != 1',
      '$.z != false',
      '$.list != [1]',
    ],
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
    ['$.n == 6', '$.n is 5'],
    ['$.n == "5"', '$.n is 5'],
    ['$.status == "up"', '$.status is "UP"'],
    ['$.z == ""', '$.z is null'],
    ['$.z == false', '$.z is null'],
    ['$.t == 1', '$.t is true'],
    ['$.none == {}', '$.none is []'],
    ['$.list == [3,2,1]', '$.list is [1,2,3]'],
    // What differs in type is in no order.
    ['$.n < "6"', '$.n is 5'],
    ['$.n > "4"', '$.n is 5'],
    ['$.status > 1', '$.status is "UP"'],
    ['$.t > 0', '$.t is true'],
    ['$.t >= true', '$.t is true'],
    ['$.z <= null', '$.z is null'],
    ['$.z < 1', '$.z is null'],
    ['$.list > 1', '$.list is [1,2,3]'],
    ['$.nothing >= {}', '$.nothing is {}'],
    ['$.n < 5', '$.n is 5'],
    ['$.n > 5', '$.n is 5'],
    ['$.n contains 5', '$.n is 5'],
    ['$.status contains 1', '$.status is "UP"'],
    ['$.list contains "2"', '$.list is [1,2,3]'],
    ['$.mixed contains "true"', '$.mixed is [1,"1",true,null]'],
    ['$.nested contains "toString"', '$.nested is {"a":{"b":[{"k":1,"v":"x"},{"k":2,"v":"y"}]}}'],
    ['$.n matches /6/', '$.n is 5'],
    ['$.list matches /1/', '$.list is [1,2,3]'],
    ['$.status matches /^down/i', '$.status is "UP"'],
    // Several nodes must all meet it.
    ['$.checks[*].latency_ms < 40', '$.checks[1].latency_ms is 40'],
    ['$.list[*] == 1', '$.list[1] is 2, $.list[2] is 3'],
    ['$.list[*] > 5', '$.list[0] is 1, $.list[1] is 2, $.list[2] is 3'],
    ['$.mixed[*] != 1', '$.mixed[0] is 1'],
    // What has no length is not of any length.
    ['len($.n) >= 0', '$.n is 5, which has no length'],
    ['len($.z) != 1', '$.z is null, which has no length'],
    ['len($.t) exists', '$.t is true, which has no length'],
    ['len($.list) == "3"', 'len($.list) is 3'],
    ['len($.list) contains 3', 'len($.list) is 3'],
  ])('%s does not hold: %s', (source, why) => {
    expect(unmetBy(parseJsonCondition(source), document)?.replace(/, expected .*$/, '')).toBe(why)
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
        expect(unmetBy(parseJsonCondition(`${path} ${operator}${value}`), document)).toBe(
          `nothing is at ${path.replace(/^len\(|\)$/g, '')}, expected ${path} ${operator}${value}`,
        )
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
    ['$.a == "UP" && $.b == 1', 'has "\\"UP\\" && $.b == 1" as its value; write one condition per line, all must hold'],
    ['$.a == 1 and $.b == 2', 'has "1 and $.b == 2" as its value; write one condition per line'],
    [
      '$.a == "UP" || $.a == "OK"',
      'has "\\"UP\\" || $.a == \\"OK\\"" as its value; for one of several values write matches',
    ],
    ['$.a == "UP" or "OK"', 'has "\\"UP\\" or \\"OK\\"" as its value; for one of several values write matches'],
    // Another number is read as the same.
    ['$.a == 9007199254740993', 'compares a number that JSON readers round'],
    ['$.a != -9007199254740992', 'compares a number that JSON readers round'],
    ['$.a contains 12345678901234567890', 'compares a number that JSON readers round'],
    ['$.a == {"b":[123456789012345678901]}', 'compares a number that JSON readers round'],
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
    ['$.a matches /a/y', '"/a/y" has a flag that is not supported'],
    ['$.a matches /a/gg', '"/a/g" has a flag that is not supported'],
    ['not not $.a exists', 'does not begin with a path'],
    ['not($.a exists)', 'does not begin with a path'],
    ['not$.a exists', 'does not begin with a path'],
    ['NOT $.a exists', 'does not begin with a path'],
    ['len(not $.a) > 1', 'does not begin with a path'],
    ['not len($.a > 1', 'has an unmatched parenthesis'],
    ['not $.a', 'has no operator after its path'],
    ['$.a not == 1', 'has the unknown operator "not"'],
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

  it.each(['$..b exists', 'not $..b exists'])('of that depth is too deep for %s, and says so', (source) => {
    expect(unmetBy(parseJsonCondition(source), deep)).toBe(`the body is nested too deeply for the path: ${source}`)
  })

  it('shows a long value only in part', () => {
    const why = unmetBy(parseJsonCondition('$.a == 1'), { a: 'x'.repeat(100_000) })
    expect(why?.length).toBeLessThan(150)
  })

  it.each([
    ['$[?match(@, "(a+)+b")] exists', { a: `${'a'.repeat(60)}!` }],
    ['$..[?@..[?@..[?@ == 1]]] exists', nested(8)],
  ])('cannot hold %s for long', (source, value) => {
    let why: string | undefined
    const ms = timeOf(() => {
      why = unmetBy(parseJsonCondition(source), value)
    })
    expect(why).toBe(`the condition took more than 500 ms on this body: ${source}`)
    // What was not decided is not turned round either.
    expect(unmetBy(parseJsonCondition(`not ${source}`), value)).toContain('took more than 500 ms')
    expect(ms).toBeLessThan(1_000)
  })

  it('does not meet an expression of whose text only the first 64 KiB were seen', () => {
    expect(holds('$.a matches /^a+$/', { a: `${'a'.repeat(65_536)}!` })).toBe(false)
    expect(holds('$.a matches /^a+$/', { a: 'a'.repeat(65_536) })).toBe(true)
  })
})

describe('the nodes that do not meet a condition', () => {
  const sensors = { a: 'OK', b: 'DOWN', c: 'FAIL' }

  it.each<[string, unknown, string]>([
    ['$.* == "OK"', sensors, '$.b is "DOWN", $.c is "FAIL", expected "OK"'],
    ['$.* != "DOWN"', sensors, '$.b is "DOWN", expected $.* != "DOWN"'],
    ['$.status == "UP"', { status: 'DOWN' }, '$.status is "DOWN", expected "UP"'],
    ["$.status == 'UP'", { status: 'DOWN' }, '$.status is "DOWN", expected "UP"'],
    ['$..ok == true', [{ ok: false }, { x: { ok: null } }], '$[0].ok is false, $[1].x.ok is null, expected true'],
    ["$['a b'].* > 1", { 'a b': { '1': 0 } }, "$['a b']['1'] is 0, expected $['a b'].* > 1"],
    ['$.* == 1', { "it's": 2 }, `$["it's"] is 2, expected 1`],
    [
      '$[*] > 6',
      [1, 2, 3, 4, 5, 6, 7],
      '$[0] is 1, $[1] is 2, $[2] is 3, $[3] is 4, $[4] is 5 and 1 more, expected $[*] > 6',
    ],
    ['len($.*) < 2', { a: [1, 2], b: 5, c: '' }, 'len($.a) is 2, $.b is 5, which has no length, expected len($.*) < 2'],
    ['$ == 1', 2, '$ is 2, expected 1'],
  ])('of %s are named with path and value', (source, of, why) => {
    expect(unmetBy(parseJsonCondition(source), of)).toBe(why)
  })

  it('are redacted by their names, as they are in the body', () => {
    const of = { password: 'hunter2', tokens: ['abc'], login: { secret: 'x1' }, 'a"token': 'b"c' }
    const why = unmetBy(parseJsonCondition('$.* == 1'), of)
    expect(why).toBe(
      `$.password is "***", $.tokens is "***", $.login is {"secret":"***"}, $['a"token'] is "***", expected 1`,
    )
  })

  it('are named in few words, whatever their number and size', () => {
    const of = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`${index}${'k'.repeat(300)}`, 'v'.repeat(300)]),
    )
    const why = unmetBy(parseJsonCondition('$.* == 1'), of) ?? ''
    expect(why).toContain(' and 4995 more, expected 1')
    expect(why.length).toBeLessThan(1_100)
  })
})

describe('matches', () => {
  it.each([
    ['$.n matches /^5$/', true],
    ['$.n matches "^5$"', true],
    ['$.n matches /^[01]$/', false],
    ['$.f matches /^1\\.5$/', true],
    ['$.t matches /^TRUE$/i', true],
    ['$.t matches /false/', false],
    ['$.z matches /null/', false],
    ['$.list matches /1/', false],
    ['$.nothing matches /.*/', false],
    ['len($.list) matches /^3$/', true],
    ['$.mixed[:3] matches /^(1|true)$/', true],
    ['$.status matches /up/gi', true],
    ['$.status matches /up/g', false],
  ])('%s: %s', (source, expected) => {
    expect(holds(source)).toBe(expected)
    expect(holds(source)).toBe(expected)
  })
})

// The negation of "there is at least one node, and every one meets it".
describe('not', () => {
  it.each([
    ['not $.errors exists', {}, undefined],
    ['not $.errors exists', { errors: null }, '$.errors is null, expected not $.errors exists'],
    ['not  $.errors[*] exists', { errors: [] }, undefined],
    ['not $.a == 1', { a: 2 }, undefined],
    ['not $.a == 1', { a: 1 }, '$.a is 1, expected not $.a == 1'],
    ['not $.a == 1', {}, undefined],
    // One that does not meet it is enough.
    ['not $[*] == 1', [1, 2], undefined],
    ['not $[*] == 1', [1, 1], '$[0] is 1, $[1] is 1, expected not $[*] == 1'],
    ['not $[?@ == 1] exists', [1, 2], '$[0] is 1, expected not $[?@ == 1] exists'],
    ['not len($.a) > 0', { a: [] }, undefined],
    ['not len( $.a ) > 0', { a: [1] }, 'len($.a) is 1, expected not len( $.a ) > 0'],
    ['not $.a contains "x"', { a: 'y' }, undefined],
    ['not $.a matches /x/i', { a: 'X' }, '$.a is "X", expected not $.a matches /x/i'],
  ])('%s of %j: %s', (source, of, why) => {
    expect(unmetBy(parseJsonCondition(source), of)).toBe(why)
  })

  it('turns every condition round that can be decided', () => {
    const operator = fc.constantFrom('== 1', '!= 1', '< 2', '>= "a"', 'contains "a"', 'matches /a/', 'exists')
    const path = fc.constantFrom('$', '$.*', '$[*]', '$.a', '$..a', 'len($.a)', 'len($)')
    fc.assert(
      fc.property(path, operator, fc.jsonValue({ maxDepth: 2 }), (at, is, of) => {
        expect(holds(`not ${at} ${is}`, of)).toBe(!holds(`${at} ${is}`, of))
      }),
      { numRuns: 300 },
    )
  })

  it('passes over nothing that an expression does not see', () => {
    const of = { log: `${'x'.repeat(70_000)}ERROR`, other: 'fine' }
    expect(unmetBy(parseJsonCondition('not $.log matches /ERROR/'), of)).toMatch(
      /^\$\.log is "x+…, of which an expression sees only the first 64 KiB, expected not \$\.log matches \/ERROR\/$/,
    )
    expect(holds('$.log matches /ERROR/', of)).toBe(false)
    expect(holds('not $.log matches /^y/', { log: 'x'.repeat(70_000) })).toBe(false)
    expect(holds('not $.* matches /x/', of)).toBe(true)
  })
})

describe('allNodesAt', () => {
  it('gives the values of a path, or why there are none', () => {
    const valuesAt = (path: string) => [...allNodesAt(parsePath(path), document)].map((node) => Object(node).value)
    expect(valuesAt('$.checks[*].name')).toEqual(['db', 'cache'])
    expect(valuesAt('$.z')).toEqual([null])
    expect(allNodesAt(parsePath('$.nope'), document)).toBe('nothing is at that path')
    expect(allNodesAt(parsePath('$.a'), undefined)).toBe('nothing is at that path')
  })
})

describe('equality and order', () => {
  // Without numbers of so many digits that they are refused.
  const value = fc.jsonValue({ maxDepth: 2 }).filter((of) => !/\d{16,}(?![\d.e])/.test(JSON.stringify(of)))
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
