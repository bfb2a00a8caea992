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
const login = /^[a-z\d][a-z\d_-]{0,99}(?:\[bot\])?$/i
const team = /^([a-z\d][a-z\d_-]{0,99})\/([a-z\d][a-z\d._-]{0,99})$/i

/** Reads a comma or line list of `login` and `org/team`. @throws Malformed */
export function parseApprovers(text: string): ApproverList {
  const names = parseNames(text)
  return {
    logins: names.filter((name) => !name.includes('/')),
    teams: names.flatMap((name) => {
      const [, org, slug] = team.exec(name) ?? []
      return org === undefined || slug === undefined ? [] : [{ org, slug }]
    }),
  }
}

/** Reads one login. @throws Malformed */
export function parseLogin(text: string): string {
  return check(text.replace(/^@/, ''), [login])
}

function parseNames(text: string): string[] {
  const names = text
    .split(/[,\n\r]/)
    .map((name) => name.trim().replace(/^@/, ''))
    .filter((name) => name !== '')
    .map((name) => check(name, [login, team]))
  if (names.length > 0) return [...new Set(names)].sort()
  throw new Malformed(`${quote(text)} names nobody`, 'List logins and teams: alice, bob, octo-org/release-team.')
}

/** In small letters; only then, since a Kelvin sign (U+212A) would become a k. */
function check(name: string, patterns: readonly RegExp[]): string {
  if (patterns.some((pattern) => pattern.test(name))) return name.toLowerCase()
  throw new Malformed(
    `${quote(name)} is neither a login nor a team`,
    'List logins and teams, separated by commas or lines: alice, bob, octo-org/release-team.',
  )
}
