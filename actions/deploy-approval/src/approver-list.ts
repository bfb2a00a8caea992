import { Malformed, quote } from '@deploy-safety/common/inputs'

/** Who is asked: in small letters, sorted, each once. */
export interface ApproverList {
  readonly logins: readonly string[]
  readonly teams: readonly Team[]
}

export interface Team {
  readonly org: string
  readonly slug: string
}

/** Logins of companies that manage their users have a `_`, those of Apps end in `[bot]`. */
const login = /^[a-z\d][a-z\d_-]{0,99}(?:\[bot\])?$/
const team = /^([a-z\d][a-z\d_-]{0,99})\/([a-z\d][a-z\d._-]{0,99})$/

/** Reads a comma or line list of `login` and `org/team`. @throws Malformed */
export function parseApprovers(text: string): ApproverList {
  const names = parseNames(text)
  const teams = names.filter((name) => name.includes('/'))
  return {
    logins: names.filter((name) => !name.includes('/')).map((name) => check(name, login)),
    teams: teams.map((name) => {
      const [, org = '', slug = ''] = team.exec(check(name, team)) ?? []
      return { org, slug }
    }),
  }
}

/** Reads one login. @throws Malformed */
export function parseLogin(text: string): string {
  return check(text.replace(/^@/, '').toLowerCase(), login)
}

function parseNames(text: string): string[] {
  const names = text
    .split(/[,\n\r]/)
    .map((name) => name.trim().replace(/^@/, '').toLowerCase())
    .filter((name) => name !== '')
  if (names.length > 0) return [...new Set(names)].sort()
  throw new Malformed(`${quote(text)} names nobody`, 'List logins and teams: alice, bob, octo-org/release-team.')
}

function check(name: string, pattern: RegExp): string {
  if (pattern.test(name)) return name
  throw new Malformed(
    `${quote(name)} is neither a login nor a team`,
    'List logins and teams, separated by commas or lines: alice, bob, octo-org/release-team.',
  )
}
