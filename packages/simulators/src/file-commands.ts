/**
 * Reads a file of `NAME=VALUE` and heredoc entries (GITHUB_OUTPUT, GITHUB_ENV, GITHUB_STATE) as strictly as the runner.
 * Follows `FileCommandManager.cs` of actions/runner. A CR belongs to the line end on Windows only.
 * @throws Error where the runner fails the step
 */
export function parseFileCommands(text: string, platform: NodeJS.Platform = process.platform): Record<string, string> {
  const lines = new Lines(text.replace(/^\ufeff/, ''), platform === 'win32')
  const entries: [name: string, value: string][] = []
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    if (line.text !== '') entries.push(readEntry(line.text, lines))
  }
  return Object.fromEntries(entries)
}

/** The lines of GITHUB_PATH; a repeated one moves to the end. The runner puts later ones further to the front of PATH. */
export function parsePathEntries(text: string): string[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  return [...new Set(lines.filter((line) => line !== '').reverse())].reverse()
}

function readEntry(line: string, lines: Lines): [name: string, value: string] {
  const equals = line.indexOf('=')
  const heredoc = line.indexOf('<<')
  const name = line.slice(0, Math.min(...[equals, heredoc].filter((index) => index >= 0)))
  if (equals < 0 && heredoc < 0) throw new Error(`Invalid format '${line}'`)
  if (name === '') throw new Error(`Invalid format '${line}'. Name must not be empty`)
  return [name, name.length === equals ? line.slice(equals + 1) : readHeredoc(line.slice(heredoc + 2), lines)]
}

/** The lines up to the delimiter, with the line ends between them but not the last. */
function readHeredoc(delimiter: string, lines: Lines): string {
  if (delimiter === '') throw new Error('Invalid format. Delimiter must not be empty')
  let value = ''
  let end = ''
  for (let line = lines.next(); line?.text !== delimiter; line = lines.next()) {
    if (line === undefined) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`)
    if (line.end === '') throw new Error('Invalid value. EOF marker missing new line.')
    value += end + line.text
    end = line.end
  }
  return value
}

interface Line {
  readonly text: string
  /** Empty at the end of the file. */
  readonly end: string
}

class Lines {
  readonly #text: string
  readonly #crlf: boolean
  #position = 0

  constructor(text: string, crlf: boolean) {
    this.#text = text
    this.#crlf = crlf
  }

  next(): Line | undefined {
    if (this.#position >= this.#text.length) return undefined
    const start = this.#position
    const lf = this.#text.indexOf('\n', start)
    this.#position = lf < 0 ? this.#text.length : lf + 1
    if (lf < 0) return { text: this.#text.slice(start), end: '' }
    const end = this.#crlf && lf > start && this.#text[lf - 1] === '\r' ? '\r\n' : '\n'
    return { text: this.#text.slice(start, lf + 1 - end.length), end }
  }
}
