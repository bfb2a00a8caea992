import { invalidInput } from '@deploy-safety/common/errors'
import { Malformed, quote } from '@deploy-safety/common/inputs'
import { parseRegex } from '@deploy-safety/common/regex'
import { runWithin, timedOut } from '@deploy-safety/common/time-box'

/** What a version has to look like. */
export interface VersionPattern {
  /** As it was written. */
  readonly text: string
  readonly regex: RegExp
}

const regexLimitMs = 2_000

// https://semver.org, section 2 to 10, with the v of a tag.
const identifier = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][\\dA-Za-z-]*)'
const number = '(?:0|[1-9]\\d*)'
const semver = new RegExp(
  `^v${number}\\.${number}\\.${number}(?:-${identifier}(?:\\.${identifier})*)?(?:\\+[\\dA-Za-z-]+(?:\\.[\\dA-Za-z-]+)*)?$`,
)

/** Reads `semver`, or an expression that says what the whole version is: `/^…$/`. @throws Malformed */
export function parseVersionPattern(text: string): VersionPattern {
  if (text === 'semver') return { text, regex: semver }
  const [, source = '', flags = ''] = /^\/(\^\P{Cc}*\$)\/(\w*)$/u.exec(text) ?? []
  if (source === '' || flags.includes('m')) {
    throw new Malformed(
      `${quote(text)} is neither semver nor an expression for the whole version`,
      'Write semver, or an expression from ^ to $: /^\\d{4}\\.\\d{2}$/.',
    )
  }
  const { flags: valid } = parseRegex(source, flags)
  // `^a|b$` alone would take every text that begins with an a.
  return { text, regex: parseRegex(`^(?:${source})$`, valid) }
}

/** Whether a version is what the pattern says. @throws ActionError `invalid-input` when that takes too long */
export function isVersion(version: string, { regex, text }: VersionPattern): boolean {
  const isMatch = runWithin(regexLimitMs, () => regex.test(version))
  if (isMatch !== timedOut) return isMatch
  throw invalidInput(`Input "version-pattern": ${text} takes too long on this version.`, 'Simplify the expression.')
}
