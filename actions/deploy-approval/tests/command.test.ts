import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCommand } from '../src/voting/command.ts'

describe('a command', () => {
  it.each([
    ['/approve', { kind: 'approve', note: '' }],
    ['/APPROVE', { kind: 'approve', note: '' }],
    ['/Approve looks good to me', { kind: 'approve', note: 'looks good to me' }],
    ['/approve \t ', { kind: 'approve', note: '' }],
    ['/approve \t two  blanks \t', { kind: 'approve', note: 'two  blanks' }],
    ['/approve\nmore below', { kind: 'approve', note: '' }],
    ['/approve\r\nmore below', { kind: 'approve', note: '' }],
    ['/approve\rmore below', { kind: 'approve', note: '' }],
    ['/approve a\u2028b', { kind: 'approve', note: 'a\u2028b' }],
    ['/approve /deny', { kind: 'approve', note: '/deny' }],
    ['/deny', { kind: 'deny', note: '' }],
    ['/dEnY the logs are red', { kind: 'deny', note: 'the logs are red' }],
    ['/withdraw', { kind: 'withdraw' }],
    ['/withdraw  ', { kind: 'withdraw' }],
    ['/status', { kind: 'status' }],
    ['/STATUS\n', { kind: 'status' }],
    ['/check 1', { kind: 'check', item: 1 }],
    ['/check \t 99 ', { kind: 'check', item: 99 }],
  ])('%j', (body, command) => {
    expect(parseCommand(body)).toEqual(command)
  })
})

describe('nothing', () => {
  it.each([
    '',
    '\n',
    'hello',
    'I approve',
    'do not /approve yet',
    'approve it',
    'approved by me',
    'yes please',
    '> /approve',
    '> `/approve`',
    'text\n/approve',
    '<!-- -->/approve',
    '<!-- /approve -->',
    '//',
    '/',
    '/usr/bin/approve',
    '/approve/all',
    '/check-list/of/things',
    '/approver2/x',
    '/deploy',
    '/no',
    '/yes',
    '/check'.repeat(20_000),
    `/${'approve'.repeat(9_000)}`,
  ])('%.60j', (body) => {
    expect(parseCommand(body)).toBeUndefined()
  })
})

describe('a look-alike', () => {
  it.each([
    ' /approve',
    '\n/approve',
    '\t/approve',
    '/ approve',
    '/approve.',
    '/approve!',
    '/approve:yes',
    '/approve\u00a0it',
    '/approve\u200b',
    '/app\u200brove',
    '/appr\u00adove',
    '\u202e/approve',
    '\ufeff/approve',
    '\uff0fapprove',
    '\u2215approve',
    '\u2044approve',
    '\u29f8approve',
    '\u2571approve',
    '\\approve',
    '/\uff41pprove',
    '/аpprove',
    '/аррrоvе',
    '/ápprove',
    '/a\u0301pprove',
    '/\u017ftatus',
    '/chec\u212a 1',
    '/approved',
    '/aprove',
    '/aproove',
    '/lgtm',
    '/reject',
    '/revoke',
    '/cancel',
    '/denied',
    '/denny',
    '/withdraw it',
    '/status please',
    '/status 1',
    '/check',
    '/check 0',
    '/check 01',
    '/check 100',
    '/check 1 2',
    '/check one',
    '/check -1',
    '/check 1.0',
    '/check \u0661',
    '/check1',
    '/uncheck 1',
    '/unapprove',
    '**/approve**',
    '`/approve`',
    '_/approve_',
    '~~/deny~~',
    '```\n/approve\n```',
    '* /approve',
  ])('%j', (body) => {
    expect(parseCommand(body)).toEqual({ kind: 'look-alike' })
  })
})

describe('a bare word', () => {
  it.each(['approve', 'Approved', 'approved.', 'LGTM', 'lgtm!!', ' yes ', 'deny', 'no', 'No!', 'denied', 'yes\n'])(
    '%j',
    (body) => {
      expect(parseCommand(body)).toEqual({ kind: 'bare-word' })
    },
  )

  it.each(['approver', 'lgtm?', 'yes no', 'nо', 'ye\u017f', 'approve\napprove', '"yes"'])('is not %j', (body) => {
    expect(parseCommand(body)).toBeUndefined()
  })
})

const words = ['approve', 'deny', 'withdraw', 'status', 'check']

describe('for every comment', () => {
  it('a command begins with its word in ASCII behind a slash', () => {
    const pieces = ['/', ...words, 'ſ', 'K', 'а', ' ', '\t', '\n', '\u00a0', '\u200b', '1', '42', '.', '> ', '`']
    const body = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary', maxLength: 20 }),
    )
    fc.assert(
      fc.property(body, (text) => {
        const command = parseCommand(text)
        if (command === undefined || command.kind === 'look-alike' || command.kind === 'bare-word') return
        const word = text.slice(1, command.kind.length + 1)
        expect(text[0]).toBe('/')
        expect(word.toLowerCase()).toBe(command.kind)
        expect(word).toMatch(/^[A-Za-z]+$/)
        expect(['', ' ', '\t', '\n', '\r']).toContain(text.slice(word.length + 1, word.length + 2))
      }),
      { numRuns: 2_000 },
    )
  })

  it('what stands below the first line changes nothing about a command', () => {
    fc.assert(
      fc.property(fc.constantFrom('/approve x', '/deny', '/withdraw', '/check 7'), fc.string(), (line, below) => {
        expect(parseCommand(`${line}\n${below}`)).toEqual(parseCommand(line))
      }),
    )
  })
})

// The longest comment that GitHub takes.
const most = 65_536

describe('the longest comments take no time', () => {
  it.each([
    ['blanks', ' '.repeat(most)],
    ['blanks before a letter', `${' '.repeat(most - 1)}x`],
    ['blanks behind a command', `/approve${' '.repeat(most - 8)}`],
    ['blanks inside of a note', `/approve${' '.repeat(most - 9)}x`],
    ['blanks before a line separator', `/approve${' '.repeat(most - 10)}\u2028x`],
    ['blanks behind a withdrawal', `/withdraw${' '.repeat(most - 10)}x`],
    ['blanks behind a number', `/check 1${' '.repeat(most - 9)}x`],
    ['slashes', '/'.repeat(most)],
    ['slashes and blanks', '/ '.repeat(most / 2)],
    ['stars', '*'.repeat(most)],
    ['decoration before a slash', `${'_ '.repeat(most / 2 - 1)}/!`],
    ['one long word', `/${'a'.repeat(most - 1)}`],
    ['one long word with a slash behind it', `/${'a'.repeat(most - 2)}/`],
    ['underscores', `/${'_'.repeat(most - 1)}`],
    ['a letter that becomes eighteen', `/${'\ufdfa'.repeat(most - 1)}`],
    ['combining marks', `/a${'\u0301'.repeat(most - 2)}`],
    ['empty lines', '\n'.repeat(most)],
    ['dots behind a word', `no${'.'.repeat(most - 3)}x`],
  ])('%s', (_, body) => {
    parseCommand(body)
    const before = performance.now()
    parseCommand(body)
    // A quadratic expression takes seconds, whatever the machine is busy with.
    expect(performance.now() - before).toBeLessThan(400)
  })
})
