import { forLog } from '@deploy-safety/common/escape'

/** What is wrong with a line of the thresholds, and where. It never leaves the parser. */
export class GateProblem extends Error {
  /** The index of the wrong character, in UTF-16 units. */
  readonly at: number
  /** The accepted form, with an example. */
  readonly accepted: string

  constructor(at: number, problem: string, accepted: string) {
    super(problem)
    this.name = 'GateProblem'
    this.at = at
    this.accepted = accepted
  }
}

export const margin = '    '
// Characters that are shown on either side of the wrong one.
const reach = 60

/** The line as it can be printed, and under it a caret below the character at `at`. */
export function pointAt(line: string, at: number): string {
  const before = lastOf(line.slice(Math.max(0, at - 2 * reach), at))
  const after = firstOf(line.slice(at, at + 2 * reach))
  const start = before.length < at ? '…' : ''
  const end = at + after.length < line.length ? '…' : ''
  const shown = `${start}${forLog(before + after)}${end}`
  // An escape may be longer than what it stands for, and is one wherever the character is.
  const column = Math.min(lengthOf(start) + lengthOf(forLog(before)), lengthOf(shown))
  return `${margin}${shown}\n${margin}${' '.repeat(column)}^`
}

function lastOf(text: string): string {
  return Array.from(text).slice(-reach).join('')
}

function firstOf(text: string): string {
  return Array.from(text).slice(0, reach).join('')
}

function lengthOf(text: string): number {
  return Array.from(text).length
}
