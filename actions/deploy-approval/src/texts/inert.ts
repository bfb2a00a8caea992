import { forMarkdown } from '@deploy-safety/common/escape'
import type { Person } from '../voting/people.ts'

// Escapes do not help against these: GitHub looks for them in what was rendered. https://docs.github.com/en/get-started/writing-on-github
const referenceStart = /&#64;|&#35;|\bGH(?=-\d)/gi

// At the beginning of a line: code, a list, the line below a heading, a command to other programs.
const blockStart = /^(?=[ =+/-]|\d+[.)])/

/** Foreign text in an issue: no markup, no link, no image, and nobody and nothing is mentioned by it. */
export function inert(text: string): string {
  return forMarkdown(text).replace(blockStart, '&#8203;').replace(referenceStart, '$&&#8203;')
}

/** The same in the type of code. HTML, since a code span would end at a backtick, and at the edge of a table's cell. */
export function code(text: string): string {
  return `<code>${inert(text)}</code>`
}

/** Calls somebody, which notifies this person. */
export function mention({ login }: Person): string {
  return /^[a-z\d][a-z\d_-]*$/i.test(login) ? `@${login}` : inert(login)
}

/** `alice, bob and carol` */
export function enumerate(names: readonly string[]): string {
  const last = names.at(-1) ?? 'nobody'
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/** `2026-03-01 11:00 UTC` @param ms since 1970 */
export function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
