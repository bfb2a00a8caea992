import { Malformed, quote } from '@deploy-safety/common/inputs'
import { runWithin, timedOut } from '@deploy-safety/common/time-box'
import type { LabelMatch } from '../gates/gate.ts'
import { type Labels, labelOf } from './labels.ts'

const timeLimitMs = 500

/**
 * Those whose labels meet every match, as in a selector of Prometheus: a label that is not there is empty, and a regular
 * expression has to meet the whole value. Undefined when the expressions take too long.
 * @throws Malformed
 */
export function matching<T extends { readonly labels: Labels }>(
  items: readonly T[],
  matches: readonly LabelMatch[],
): T[] | undefined {
  const tests = matches.map((match) => ({ name: match.name, holds: parseMatch(match) }))
  const found = runWithin(timeLimitMs, () =>
    items.filter(({ labels }) => tests.every(({ name, holds }) => holds(labelOf(labels, name)))),
  )
  return found === timedOut ? undefined : found
}

/** What a value of the label has to be; for the gate's parser to find a wrong expression early. @throws Malformed */
export function parseMatch({ operator, value }: LabelMatch): (actual: string) => boolean {
  if (operator === '=') return (actual) => actual === value
  if (operator === '!=') return (actual) => actual !== value
  const regex = parseAnchored(value)
  return (actual) => regex.test(actual) === (operator === '=~')
}

/**
 * A regular expression of RE2, as far as JavaScript has the same: what it has not (\A, \z, \Q, [[:alpha:]], \pN, (?P<…>)
 * is refused, since the flag u knows no escape without a meaning; nothing is read as something else.
 */
function parseAnchored(source: string): RegExp {
  const foreign = foreignPart(source)
  if (foreign !== undefined) {
    throw new Malformed(
      `${quote(source)} has ${quote(foreign)}, which regular expressions of Prometheus (RE2) do not support or read differently`,
      'Write it without lookahead, lookbehind and references, and with \\] in a class: critical|warning, or the operator !~',
    )
  }
  const [, flags = '', rest = source] = /^\(\?([ims]+)\)(.*)$/s.exec(source) ?? []
  try {
    // A dot is any character in Prometheus 3, a line break included.
    return new RegExp(`^(?:${inJavaScript(rest)})$`, [...new Set(`${flags}su`)].join(''))
  } catch (error) {
    throw new Malformed(
      `${quote(source)} is not a valid regular expression`,
      'Use what RE2 and JavaScript have in common, for example critical|warning or api-.*',
      { cause: error },
    )
  }
}

/** What JavaScript has and RE2 has not: looking ahead and behind, references to groups, and classes of nothing. */
function foreignPart(source: string): string | undefined {
  // Pairs and classes are taken whole, for what is within them to have no such meaning.
  const parts = source.match(/\\[\s\S]|\[\^?\]|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?<?[=!]/g) ?? []
  return parts.find((part) => /^(?:\\[1-9k]|\(|\[\^?\]$)/.test(part))
}

/**
 * RE2 lets any punctuation be escaped, JavaScript's flag u only what would have a meaning; and its blanks are those of ASCII.
 */
function inJavaScript(source: string): string {
  return source.replace(/\[(?:\\[\s\S]|[^\]\\])*\]|\\[\s\S]/g, (part) =>
    part.startsWith('[') ? part.replace(/\\[\s\S]/g, (pair) => pairIn(pair, true)) : pairIn(part, false),
  )
}

function pairIn(pair: string, isInClass: boolean): string {
  const character = pair[1] ?? ''
  if (character === 's') return isInClass ? blanks : `[${blanks}]`
  if (character === 'S' && !isInClass) return `[^${blanks}]`
  return /[!"#%&',\-:;<=>@_`~]/.test(character) ? `\\x${character.charCodeAt(0).toString(16)}` : pair
}

const blanks = '\\t\\n\\f\\r '
