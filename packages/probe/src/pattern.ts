import { parseRegex } from '@deploy-safety/common/regex'
import { runWithin, timedOut } from '@deploy-safety/common/time-box'

/** A substring, or a regular expression. */
export type Pattern =
  | { readonly kind: 'substring'; readonly text: string }
  | { readonly kind: 'regex'; readonly regex: RegExp }

/** How a text meets a pattern. `open`: the part of the text that was not looked at could change the result. */
export type Match = 'yes' | 'no' | 'open' | 'timed-out'

/** A regular expression sees no more of a text than this many characters. */
export const regexLimit = 64 * 1_024
/** A pattern or path of the user runs no longer than this on a foreign body. */
export const timeLimitMs = 500

/** Reads `/regex/flags`, or else a substring. @throws Malformed */
export function parsePattern(text: string): Pattern {
  const regex = parseDelimited(text)
  return regex === undefined ? { kind: 'substring', text } : { kind: 'regex', regex }
}

/** Reads `/regex/flags`; undefined when the text is none. @throws Malformed */
export function parseDelimited(text: string): RegExp | undefined {
  const [, expression, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? []
  // Habit writes a g, which asks for every match: the first one decides here, so that it changes nothing.
  return expression === undefined ? undefined : parseRegex(expression, flags.replace('g', ''))
}

/** @param cut whether `text` is only the beginning of the whole */
export function matchPattern(pattern: Pattern, text: string, cut = false): Match {
  if (pattern.kind === 'substring') return text.includes(pattern.text) ? 'yes' : cut ? 'open' : 'no'
  return matchRegex(pattern.regex, text, cut)
}

function matchRegex(regex: RegExp, text: string, cut: boolean): Match {
  const match = runWithin(timeLimitMs, () => execOnPart(regex, text, cut))
  return match === timedOut ? 'timed-out' : match
}

/** As `matchPattern`, without a time limit of its own. */
export function execOnPart(regex: RegExp, text: string, cut: boolean): Exclude<Match, 'timed-out'> {
  const seen = text.slice(0, regexLimit)
  const isPart = cut || seen.length < text.length
  const found = regex.exec(seen)
  if (found === null) return isPart ? 'open' : 'no'
  return isPart && couldBeUndone(regex, found, seen) ? 'open' : 'yes'
}

/** Whether what follows a cut could undo a match: one that looks at the end, or holds because something does not follow. */
function couldBeUndone({ source }: RegExp, found: RegExpExecArray, seen: string): boolean {
  if (source.includes('(?!')) return true
  const looksAtEnd = /\$|\\b/i.test(source)
  return looksAtEnd && (source.includes('(?=') || found.index + found[0].length === seen.length)
}
