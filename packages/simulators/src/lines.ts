/** Splits the bytes of one stream into lines as .NET's `ReadLine` does: at LF, at CRLF and at a lone CR. */
export class LineSplitter {
  // Like the runner's reader it drops a byte order mark and replaces what is not UTF-8.
  readonly #decoder = new TextDecoder()
  readonly #onLine: (line: string) => void
  #rest = ''

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  write(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }))
  }

  /** The stream has ended: what is left is a line too. */
  end(): void {
    this.#take(this.#decoder.decode())
    if (this.#rest !== '') this.#onLine(this.#rest.replace(/\r$/, ''))
    this.#rest = ''
  }

  #take(text: string): void {
    // A CR at the very end may be the first half of a CRLF, so it waits for what comes next.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/)
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#onLine(line)
  }
}
