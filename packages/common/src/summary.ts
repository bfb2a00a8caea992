import { appendSummary } from './runner.ts'

// The runner drops a whole summary above 1 MiB; what other tools append to the same step needs some room too.
const limitBytes = 1_000 * 1_024

/** Appends Markdown to the summary of the step, cut below the limit of the runner. */
export function writeSummary(markdown: string): void {
  appendSummary(`${cutSummary(markdown, limitBytes)}\n`)
}

/** Cuts Markdown at a line, closes what is left open (a code block, folds) and says that something is missing. */
export function cutSummary(markdown: string, bytes: number): string {
  if (Buffer.byteLength(markdown) <= bytes) return markdown
  const note = '\n\n_Cut here: the summary may not grow beyond 1 MiB. The JSON report has everything._'
  const room = bytes - Buffer.byteLength(note)
  const open = new OpenBlocks()
  const kept: string[] = []
  let closing = ''
  let used = 0
  for (const line of markdown.split('\n')) {
    open.read(line)
    used += Buffer.byteLength(line) + 1
    if (used + Buffer.byteLength(open.closing()) > room) break
    kept.push(`${line}\n`)
    closing = open.closing()
  }
  return `${kept.join('')}${closing}${note}`
}

/** Which code block and folds are open after the lines read so far. */
class OpenBlocks {
  #fence = ''
  #folds = 0

  read(line: string): void {
    const ticks = /^`{3,}/.exec(line)?.[0] ?? ''
    if (this.#fence === '') this.#fence = ticks
    else if (line === this.#fence) this.#fence = ''
    if (this.#fence !== '') return
    if (line === '<details>') this.#folds += 1
    if (line === '</details>') this.#folds -= 1
  }

  closing(): string {
    return `${this.#fence}${'\n\n</details>'.repeat(this.#folds)}`
  }
}
