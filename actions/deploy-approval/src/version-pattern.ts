import { Malformed, quote } from '@deploy-safety/common/inputs'
import { parseRegex } from '@deploy-safety/common/regex'

/** What a version has to look like. */
export interface VersionPattern {
  /** As it was written. */
  readonly text: string
  readonly regex: RegExp
}

// https://semver.org, section 2 to 10, with the v of a tag.
const identifier = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][\\dA-Za-z-]*)'
const number = '(?:0|[1-9]\\d*)'
const semver = new RegExp(
  `^v${number}\\.${number}\\.${number}(?:-${identifier}(?:\\.${identifier})*)?(?:\\+[\\dA-Za-z-]+(?:\\.[\\dA-Za-z-]+)*)?$`,
)

/** Reads `semver`, or an expression that says what the whole version is: `/^…$/`. @throws Malformed */
export function parseVersionPattern(text: string): VersionPattern {
  if (text === 'semver') return { text, regex: semver }
  const [, source = '', flags = ''] = /^\/(\^.*\$)\/([a-z]*)$/s.exec(text) ?? []
  if (source === '' || flags.includes('m')) {
    throw new Malformed(
      `${quote(text)} is neither semver nor an expression for the whole version`,
      'Write semver, or an expression from ^ to $: /^\\d{4}\\.\\d{2}$/.',
    )
  }
  return { text, regex: parseRegex(source, flags) }
}
