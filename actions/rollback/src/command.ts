import { StringDecoder } from 'node:string_decoder'
import { exec } from '@actions/exec'
import { ActionError, messageOf } from '@deploy-safety/common/errors'

/** A program with its arguments; no shell reads them. */
export interface Command {
  /** Absolute path. */
  readonly file: string
  readonly args: readonly string[]
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  /** For how long it is waited for. */
  readonly limitMs: number
  /** Is given every whole line of stdout as it comes, and nothing is kept of it then. */
  readonly onLine?: (line: string) => void
}

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  /** The end of it. */
  readonly stderr: string
  /** It was not waited for any longer; it may still run. */
  readonly timedOut: boolean
}

/** Runs a command to its end. @throws CommandMissing, or ActionError `cancelled` */
export type RunCommand = (command: Command, signal: AbortSignal) => Promise<CommandResult>

/** The program cannot be started. */
export class CommandMissing extends Error {}

const mostStdout = 32 * 1_024 * 1_024
const mostStderr = 64 * 1_024

/**
 * Child processes through the toolkit, which cannot end one: what takes too long, or is running when the job is
 * cancelled, is left to itself. Nothing that a child prints is printed.
 */
export const runCommand: RunCommand = async (command, signal) => {
  const { promise: stopped, resolve, reject } = Promise.withResolvers<'timed out'>()
  const timer = setTimeout(() => resolve('timed out'), command.limitMs)
  const cancel = () => reject(new ActionError('cancelled', 'Cancelled before the outcome was known.'))
  if (signal.aborted) cancel()
  signal.addEventListener('abort', cancel)
  const output = new Output(command.onLine)
  try {
    const exitCode = await Promise.race([stopped, signal.aborted ? stopped : start(command, output)])
    if (exitCode === 'timed out') return { exitCode: -1, ...output.taken(), timedOut: true }
    return { exitCode, ...output.taken(), timedOut: false }
  } finally {
    output.close()
    clearTimeout(timer)
    signal.removeEventListener('abort', cancel)
  }
}

/** Without `input`: the toolkit does not listen to errors of stdin, and a child that ends early is one. */
async function start({ file, args, env }: Command, output: Output): Promise<number> {
  try {
    return await exec(`"${file}"`, [...args], {
      env: { ...env },
      silent: true,
      ignoreReturnCode: true,
      listeners: { stdout: (data) => output.stdout(data), stderr: (data) => output.stderr(data) },
    })
  } catch (error) {
    throw new CommandMissing(`"${file}" cannot be run: ${messageOf(error)}`, { cause: error })
  }
}

/** What a child prints, up to a limit, and nothing after it is closed. */
class Output {
  readonly #onLine: ((line: string) => void) | undefined
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }
  #stdout = ''
  #stderr = ''
  #isClosed = false
  #isTooLong = false

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#onLine = onLine
  }

  stdout(data: Buffer): void {
    if (this.#isClosed || this.#isTooLong) return
    this.#stdout += this.#decoders.stdout.write(data)
    if (this.#onLine !== undefined) this.#handOut(this.#onLine)
    if (this.#stdout.length > mostStdout) {
      this.#isTooLong = true
      this.#stdout = ''
    }
  }

  stderr(data: Buffer): void {
    if (!this.#isClosed) this.#stderr = `${this.#stderr}${this.#decoders.stderr.write(data)}`.slice(-mostStderr)
  }

  /** @throws Error when it was too much */
  taken(): Pick<CommandResult, 'stdout' | 'stderr'> {
    if (this.#isTooLong) throw new Error('The command printed more than 32 MiB')
    return { stdout: this.#stdout, stderr: this.#stderr }
  }

  close(): void {
    this.#isClosed = true
  }

  #handOut(onLine: (line: string) => void): void {
    const lines = this.#stdout.split('\n')
    this.#stdout = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  }
}
