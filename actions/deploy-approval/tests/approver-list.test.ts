import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseApprovers, parseLogin } from '../src/approver-list.ts'

const nobody = { logins: [], teams: [] }

describe('a list of approvers', () => {
  it.each([
    ['alice', { ...nobody, logins: ['alice'] }],
    ['bob, alice', { ...nobody, logins: ['alice', 'bob'] }],
    ['\n alice\r\nbob\rcarol,,\n', { ...nobody, logins: ['alice', 'bob', 'carol'] }],
    ['Alice, alice, @ALICE', { ...nobody, logins: ['alice'] }],
    ['a-b, a_corp, 4you, alice-', { ...nobody, logins: ['4you', 'a-b', 'a_corp', 'alice-'] }],
    ['renovate[bot]', { ...nobody, logins: ['renovate[bot]'] }],
    ['octo-org/release-team', { ...nobody, teams: [{ org: 'octo-org', slug: 'release-team' }] }],
    ['@Octo-Org/Team.A_b, octo-org/team.a_b', { ...nobody, teams: [{ org: 'octo-org', slug: 'team.a_b' }] }],
    [
      'z/team, a/team, carol',
      {
        logins: ['carol'],
        teams: [
          { org: 'a', slug: 'team' },
          { org: 'z', slug: 'team' },
        ],
      },
    ],
    [`${'a'.repeat(100)}`, { ...nobody, logins: ['a'.repeat(100)] }],
  ])('%j', (text, list) => {
    expect(parseApprovers(text)).toEqual(list)
  })

  it.each([
    ['nobody', ''],
    ['blanks', ' \n, ,'],
    ['an @ alone', '@'],
    ['two @', '@@alice'],
    ['a blank inside', 'alice bob'],
    ['an @ at the end', 'alice@'],
    ['a dash at the beginning', '-alice'],
    ['a dot', 'al.ice'],
    ['a semicolon', 'alice;bob'],
    ['an address', 'https://github.com/alice'],
    ['a Cyrillic a', 'аlice'],
    ['a Kelvin sign', '\u212aate'],
    ['a dotted I', '\u0130da'],
    ['a full-width letter', '\uff41lice'],
    ['a zero-width space', 'al\u200bice'],
    ['a Kelvin sign in a team', 'octo-org/\u212aernel'],
    ['a team without a name', 'octo-org/'],
    ['a team without an organisation', '/team'],
    ['a team of a team', 'octo-org/a/b'],
    ['another robot', 'renovate[app]'],
    ['too long a name', 'a'.repeat(101)],
    ['an expression that was not filled in', '$' + '{{ vars.APPROVERS }}'],
    ['one bad name among good ones', 'alice, b ob, carol'],
  ])('%s is refused', (_, text) => {
    expect(() => parseApprovers(text)).toThrow(/neither a login nor a team|names nobody/)
  })

  it('does not depend on order, repetition, case or @', () => {
    const name = fc.constantFrom('alice', 'bob', 'carol', 'octo-org/ops', 'octo-org/qa')
    const written = fc.tuple(name, fc.constantFrom('', '@', ' ', '\t@'), fc.boolean())
    fc.assert(
      fc.property(
        fc.array(written, { minLength: 1 }),
        fc.constantFrom(',', '\n', '\r\n', ' , '),
        (names, separator) => {
          const text = names.map(([one, before, isLoud]) => before + (isLoud ? one.toUpperCase() : one)).join(separator)
          const plain = [...new Set(names.map(([one]) => one))].sort().join(',')
          expect(parseApprovers(text)).toEqual(parseApprovers(plain))
        },
      ),
    )
  })

  it('has nothing in it but ASCII, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          expect(JSON.stringify(parseApprovers(text))).toMatch(/^[ -~]+$/)
        } catch (error) {
          expect(String(error)).toMatch(/neither a login nor a team|names nobody/)
        }
      }),
    )
  })
})

describe('a login', () => {
  it('is read in small letters, without its @', () => {
    expect(parseLogin('@Alice-B')).toBe('alice-b')
  })

  it.each(['octo-org/team', 'al@ice', 'alice,bob', '@@alice', '\u212aate', ''])('is not %j', (text) => {
    expect(() => parseLogin(text)).toThrow(/neither/)
  })
})
