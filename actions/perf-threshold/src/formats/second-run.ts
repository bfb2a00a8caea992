import { Unreadable } from '../unreadable.ts'

/** Two runs in one file, as `tool >> file` writes them: read as one, half of the requests would be missing. */
export function secondRun(line: number): Unreadable {
  return new Unreadable('malformed-results', `line ${line}: a second run starts here; write each run to its own file`)
}

/** @throws Unreadable when more than one line begins a run */
export function checkOneRun(lines: readonly string[], beginning: RegExp): void {
  const first = lines.findIndex((line) => beginning.test(line))
  const second = lines.findIndex((line, index) => index > first && beginning.test(line))
  if (first !== -1 && second !== -1) throw secondRun(second + 1)
}

/** The number of a line, from 1, by the index of a character. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
