import { LineSplitter } from './lines.ts'
import type { SecretMasker } from './secret-masker.ts'
import { CommandReader, type StreamName, type WorkflowCommand } from './workflow-commands.ts'

/** A note on the page of the run. GitHub shows the first 10 of each kind per step. */
export interface Annotation {
  readonly kind: 'error' | 'warning' | 'notice'
  readonly title: string | undefined
  /** Masked, and cut at 4096 characters as the runner does. */
  readonly message: string
  /** Of the command: `file`, `line`, `endline`, `col`, `endcolumn`. */
  readonly properties: Readonly<Record<string, string>>
}

const messageLimit = 4_096

/** What one step prints, and what the runner makes of it. */
export class StepLog {
  readonly commands: WorkflowCommand[] = []
  readonly annotations: Annotation[] = []
  /** Set by commands in the log, which are deprecated but obeyed. */
  readonly outputs: Record<string, string> = {}
  readonly state: Record<string, string> = {}
  /** The values that commands masked. */
  readonly masks: string[] = []
  /** Commands that the runner cannot process; each makes it fail the step, whatever the exit code. */
  readonly problems: string[] = []
  readonly #reader = new CommandReader()
  readonly #masker: SecretMasker
  readonly #onLine: (line: string) => void
  readonly #lines: string[] = []
  readonly #streams = { stdout: this.#splitter('stdout'), stderr: this.#splitter('stderr') }

  constructor(masker: SecretMasker, onLine: (line: string) => void = () => {}) {
    this.#masker = masker
    this.#onLine = onLine
  }

  write(stream: StreamName, bytes: Uint8Array): void {
    this.#streams[stream].write(bytes)
  }

  /** Both streams have ended. */
  end(): void {
    this.#streams.stdout.end()
    this.#streams.stderr.end()
  }

  /** The lines of both streams in the order of their arrival, masked. A mask acts on what comes after it only. */
  text(): string {
    return this.#lines.map((line) => `${line}\n`).join('')
  }

  annotate(kind: Annotation['kind'], message: string, { title, ...properties }: Record<string, string> = {}): void {
    const shown = this.#masker.mask(message).slice(0, messageLimit)
    this.annotations.push({ kind, title, message: shown, properties })
  }

  #splitter(stream: StreamName): LineSplitter {
    return new LineSplitter((line) => this.#readLine(line, stream))
  }

  #readLine(line: string, stream: StreamName): void {
    try {
      const command = this.#reader.read(line, stream)
      if (command !== undefined) this.#obey(command)
    } catch (error) {
      this.problems.push(error instanceof Error ? error.message : String(error))
    }
    const shown = this.#masker.mask(line)
    this.#lines.push(shown)
    this.#onLine(shown)
  }

  #obey(command: WorkflowCommand): void {
    const { name, data, properties } = command
    this.commands.push(command)
    if (name === 'add-mask') this.#mask(data)
    // The runner hides a token that is long enough not to hide half the log.
    else if (name === 'stop-commands' && data.length > 6) this.#masker.add(data)
    else if (name === 'error' || name === 'warning' || name === 'notice') this.annotate(name, data, properties)
    else if (name === 'set-output') set(this.outputs, command)
    else if (name === 'save-state') set(this.state, command)
    else if (name === 'set-env' || name === 'add-path') throw new Error(`The runner refuses the command ${name}`)
    else if (name === 'echo' && !/^\s*(on|off)\s*$/i.test(data))
      throw new Error(`Invalid echo command value: '${data}'`)
  }

  #mask(value: string): void {
    if (value.trim() === '') {
      this.annotate('warning', "Can't add secret mask for empty string in ##[add-mask] command.")
      return
    }
    this.masks.push(value)
    this.#masker.add(value)
  }
}

function set(target: Record<string, string>, { name, properties, data }: WorkflowCommand): void {
  if (!properties.name) throw new Error(`Required field 'name' is missing in ##[${name}] command.`)
  target[properties.name] = data
}
