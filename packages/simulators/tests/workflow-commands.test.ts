import { describe, expect, test } from 'vitest'
import { CommandReader } from '../src/workflow-commands.ts'

/** What the runner obeys in these lines, in short. */
function obeyed(...lines: readonly string[]): string[] {
  const reader = new CommandReader()
  return lines.flatMap((line) => {
    const command = reader.read(line, 'stdout')
    if (command === undefined) return []
    const properties = Object.entries(command.properties).map(([name, value]) => `${name}=${value}`)
    return [[command.name, ...properties, `|${command.data}`].join(' ')]
  })
}

describe('::command::', () => {
  test.each([
    ['::error::boom', 'error |boom'],
    ['::ERROR::boom', 'error |boom'],
    [' \t\u00a0\u3000::error::boom', 'error |boom'],
    ['::error::', 'error |'],
    ['::error ::boom', 'error |boom'],
    ['::error title=a,file=b c::boom', 'error title=a file=b c |boom'],
    ['::error Title=A%3AB%2C%25%0A::50%25%0D%0A%3A', 'error title=A:B,%\n |50%\r\n%3A'],
    ['::error =a==b,c=,,d::boom', 'error a=b |boom'],
    ['::error title=a=b=c::boom', 'error title=a=b=c |boom'],
    ['::set-output name=outcome::healthy', 'set-output name=outcome |healthy'],
    ['::error::a::b', 'error |a::b'],
    ['::error title=a::b', 'error title=a |b'],
    // What looks escaped twice is unescaped once.
    ['::error::%250A', 'error |%0A'],
    // A comparison by culture does not see the soft hyphen; the data begins two characters on.
    ['::error:\u00ad:boom', 'error |:boom'],
    ['::error:\u200b\u2060:boom', 'error |\u2060:boom'],
  ])('%j is obeyed', (line, expected) => {
    expect(obeyed(line)).toEqual([expected])
  })

  test.each([
    'error::boom',
    'text ::error::boom',
    ':: error::boom',
    '::error',
    '::error:boom',
    '::error\ttitle=a::boom',
    '::errors::boom',
    '::__proto__::boom',
    '::internal-set-repo-path::boom',
    '\ufeff::error::boom',
    '\u200b::error::boom',
    // The sign for Kelvin is no k.
    '::add-mas\u212a::boom',
    '',
  ])('%j is text', (line) => {
    expect(obeyed(line)).toEqual([])
  })
})

describe('##[command]', () => {
  test.each([
    ['##[error]boom', 'error |boom'],
    ['text ##[set-output name=outcome;]healthy', 'set-output name=outcome |healthy'],
    ['##[Error Title=a;file=b%3Bc%5D]%5Bboom', 'error title=a file=b;c] |%5Bboom'],
    ['::nothing::##[error]boom', 'error |boom'],
    ['##[error a]b]c', 'error |b]c'],
  ])('%j is obeyed', (line, expected) => {
    expect(obeyed(line)).toEqual([expected])
  })

  test.each(['##[error', '# #[error]boom', '##[ error]boom', '##[nothing]##[error]boom', '[error]boom'])(
    '%j is text',
    (line) => {
      expect(obeyed(line)).toEqual([])
    },
  )
})

describe('stop-commands', () => {
  test('silences both forms until its token comes, in any case and in either form', () => {
    expect(obeyed('::stop-commands::Token-1', '::error::a', '##[error]b', '::TOKEN-1::', '::error::c')).toEqual([
      'stop-commands |Token-1',
      'error |c',
    ])
    expect(obeyed('##[stop-commands]t', '::error::a', 'text ##[t]', '::error::c')).toEqual([
      'stop-commands |t',
      'error |c',
    ])
  })

  test('a text cannot be the token of somebody else', () => {
    expect(obeyed('::stop-commands::secret', '::stop-commands::mine', '::mine::', '::error::a')).toEqual([
      'stop-commands |secret',
    ])
  })

  test('a token means nothing once it has been used', () => {
    expect(obeyed('::stop-commands::t', '::t::', '::t::x')).toEqual(['stop-commands |t'])
  })

  test.each(['', 'error', 'ADD-MASK', 'pause-logging'])('refuses the token %j', (token) => {
    expect(() => obeyed(`::stop-commands::${token}`)).toThrow(/refuses/)
  })
})
