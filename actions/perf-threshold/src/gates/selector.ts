import { invalidInput } from '@deploy-safety/common/errors'
import { quote } from '@deploy-safety/common/inputs'
import { parseRegex } from '@deploy-safety/common/regex'
import { runWithin, timedOut } from '@deploy-safety/common/time-box'
import { boundedName } from '../bounded-name.ts'
import type { Selector } from './gate.ts'

// A regular expression may take this long on all names together, which are foreign and may make it backtrack.
const timeLimitMs = 1_000

/** A name, which may stand in quotes, or a regular expression in slashes. @throws Malformed */
export function parseSelector(text: string): Selector {
  const [, expression, flags = ''] = /^\/(.+)\/([dgimsuvy]*)$/.exec(text) ?? []
  if (expression !== undefined) return regexSelector(expression, flags)
  return nameSelector(text.replace(/^"(.+)"$/, '$1'))
}

/**
 * A name as it is, or with `*` for any characters, `/` included. Upper and lower case differ. A name that is too long to
 * be kept is known by what is kept of it.
 */
export function nameSelector(name: string): Selector {
  const parts = name.includes('*') ? name.split('*') : [boundedName(name)]
  const test = (candidate: string) => isMadeOf(parts, candidate)
  return {
    source: name,
    matches: test,
    matching: (candidates) => new Set(candidates.filter(test)),
  }
}

/** @throws Malformed when it is none */
export function regexSelector(expression: string, flags: string): Selector {
  const regex = parseRegex(expression, flags)
  const source = `/${expression}/${flags}`
  const matching = (candidates: readonly string[]) => {
    const found = runWithin(timeLimitMs, () => candidates.filter((candidate) => regex.test(candidate)))
    if (found === timedOut) throw tooSlow(source, candidates)
    return new Set(found)
  }
  return { source, matching, matches: (candidate) => matching([candidate]).size > 0 }
}

/** Whether a text is these parts in this order, with anything between them. Takes no step back. */
function isMadeOf(parts: readonly string[], text: string): boolean {
  const [first = '', ...others] = parts
  const last = others.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of others) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

function tooSlow(source: string, candidates: readonly string[]) {
  const on = candidates.length === 1 ? `the endpoint ${quote(candidates[0] ?? '')}` : `${candidates.length} endpoints`
  return invalidInput(
    `The regular expression ${quote(source)} took more than ${timeLimitMs} ms on ${on}.`,
    'Simplify it: a repetition inside a repetition is the usual cause. Or use a name with *.',
  )
}
